// Logging endpoints: every push and pop goes into the worker's log, invocation first.
// A push lasts from before try_reserve until flush has said that all of it is in the channel: a batch is
// flushed as a whole, so that no message is out earlier or later than the log says.
// A pop lasts from before try_peek (or before the park that may have taken the messages out already) until
// after release: some transports let go of a message when they lend it, others only when it is given back,
// and the slot is taken until then. Both moments are inside.
#pragma once

#include <cstdint>

#include "model/message.h"
#include "worker/any_endpoint.h"
#include "worker/operation_log.h"

namespace pcbench {

/// Requires: a producer's messages are numbered 0, 1, 2 …, pills included.
class LoggingProducer {
 public:
  LoggingProducer(AnyProducer& endpoint, LogMemory memory, std::uint32_t producer) noexcept
      : endpoint_(endpoint), log_(memory, OperationKind::push, producer), producer_(producer) {}
  LoggingProducer(const LoggingProducer&) = delete;
  LoggingProducer& operator=(const LoggingProducer&) = delete;
  ~LoggingProducer() { log_.keep_last_failure(); }

  [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
    log_.begin(want, next_);
    const WriteRun run = endpoint_.try_reserve(want);
    if (run.count == 0) log_.failed(failure(run.status), log_.record(producer_, next_));
    return run;
  }

  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
    under_way_ = count;
    log_.narrow(count);
    PushStatus status = endpoint_.commit(count);
    if (status == PushStatus::ok) status = endpoint_.flush();
    return settle(status, log_.invoked_ns());
  }

  [[nodiscard]] PushStatus flush() noexcept {
    if (under_way_ == 0) return endpoint_.flush();
    const std::uint64_t invoked_ns = now_ns();
    return settle(endpoint_.flush(), invoked_ns);
  }

  void close() noexcept { endpoint_.close(); }
  void park(std::uint64_t timeout_ns) noexcept { endpoint_.park(timeout_ns); }

 private:
  static OperationStatus failure(PushStatus status) noexcept {
    return status == PushStatus::closed ? OperationStatus::closed : OperationStatus::full;
  }

  /// The messages under way are all inside, or some are not yet, or nobody knows because the channel is
  /// closed: then they stay pending.
  PushStatus settle(PushStatus status, std::uint64_t tried_since_ns) noexcept {
    if (status == PushStatus::full)
      log_.failed(OperationStatus::full, log_.record(producer_, next_), tried_since_ns);
    if (status != PushStatus::ok) return status;
    const std::uint64_t returned_ns = log_.returned_ns();
    std::uint64_t sequence = next_;
    for (Operation& record : log_.room(under_way_)) {
      record = log_.record(producer_, sequence++);
      record.returned_ns = returned_ns;
    }
    log_.finish(under_way_);
    next_ += under_way_;
    under_way_ = 0;
    return status;
  }

  AnyProducer& endpoint_;
  OperationLog log_;
  std::uint32_t producer_;
  std::uint32_t under_way_ = 0;  // messages committed, not yet known to be all inside
  std::uint64_t next_ = 0;       // sequence of the first of them
};

class LoggingConsumer {
 public:
  LoggingConsumer(AnyConsumer& endpoint, LogMemory memory, std::uint32_t worker_id) noexcept
      : endpoint_(endpoint), log_(memory, OperationKind::pop, worker_id) {}
  LoggingConsumer(const LoggingConsumer&) = delete;
  LoggingConsumer& operator=(const LoggingConsumer&) = delete;
  ~LoggingConsumer() { log_.keep_last_failure(); }

  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
    if (!parked_) log_.begin(want);
    want_ = want;
    parked_ = false;
    const ReadRun run = endpoint_.try_peek(want);
    if (run.count == 0) {
      const auto status = run.status == PopStatus::closed ? OperationStatus::closed : OperationStatus::empty;
      log_.failed(status, log_.record(kNoProducer, 0));
      return run;
    }
    log_.narrow(run.count);
    lent_ = log_.room(run.count);
    const std::byte* message = run.first;
    for (Operation& record : lent_) {
      const Envelope envelope = envelope_of(message);  // now: after release the memory is another's
      record = log_.record(envelope.producer, envelope.sequence);
      message += run.stride;
    }
    return run;
  }

  void release(std::uint32_t count) noexcept {
    endpoint_.release(count);
    const std::uint64_t returned_ns = log_.returned_ns();
    if (lent_.empty()) return;
    for (Operation& record : lent_.first(count)) record.returned_ns = returned_ns;
    log_.finish(count);
    lent_ = {};
  }

  void park(std::uint64_t timeout_ns) noexcept {
    log_.begin(want_);
    parked_ = true;
    endpoint_.park(timeout_ns);
  }

 private:
  AnyConsumer& endpoint_;
  OperationLog log_;
  std::span<Operation> lent_;  // records of what is lent now, not yet part of the log
  std::uint32_t want_ = 1;
  bool parked_ = false;  // the pop under way began with a park
};

}  // namespace pcbench
