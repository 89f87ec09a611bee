// Logging endpoints: every push and pop goes into the worker's log, invocation first.
// A push lasts from before try_reserve until flush has said that all of it is in the channel: a batch is
// flushed as a whole, so that no message is out earlier or later than the log says.
// A pop lasts from before try_peek (or before the park that may have taken the messages out already) until
// after release: some transports let go of a message when they lend it, others only when it is given back,
// and the slot is taken until then. Both moments are inside.
// In bursts only the messages that a producer marks are logged, and their times may be wider than they were.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "model/message.h"
#include "worker/any_endpoint.h"
#include "worker/bursts.h"
#include "worker/operation_log.h"

namespace pcbench {

/// Requires: a producer's messages are numbered 0, 1, 2 …, pills included.
class LoggingProducer {
 public:
  LoggingProducer(AnyProducer& endpoint, LogMemory memory, std::uint32_t producer,
                  const RoundSpec& spec) noexcept
      : endpoint_(endpoint), log_(memory, OperationKind::push, producer), producer_(producer) {
    if (spec.burst_every_ns != 0) bursts_.emplace(spec, producer, memory.operations().size(), now_ns());
  }
  LoggingProducer(const LoggingProducer&) = delete;
  LoggingProducer& operator=(const LoggingProducer&) = delete;
  ~LoggingProducer() { log_.keep_last_failure(); }

  [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
    logs_ = !bursts_ || bursts_->next(next_, want, returned_ns_);
    if (!logs_) return endpoint_.try_reserve(want);
    log_.begin(want, next_);
    const WriteRun run = endpoint_.try_reserve(want);
    if (run.count == 0 && bursts_) pass_over(log_.invoked_ns());
    else if (run.count == 0) log_.failed(failure(run.status), log_.record(producer_, next_));
    if (bursts_) lent_ = run;
    return run;
  }

  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
    if (bursts_ && logs_ && !mark(count)) {
      logs_ = false;
      log_.pass_over();
    }
    if (!logs_) {
      next_ += count;
      return endpoint_.commit(count);
    }
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

  /// Whether there is room cannot be told from a part of the messages: in bursts `full` is not logged.
  void pass_over(std::uint64_t now) noexcept {
    returned_ns_ = now;
    log_.pass_over();
  }

  /// Tells whoever pops the first COUNT messages lent that they are logged. False: a pill is not.
  [[nodiscard]] bool mark(std::uint32_t count) const noexcept {
    for (std::uint32_t i = 0; i < count; ++i) {
      std::byte* message = lent_.first + i * lent_.stride;
      Envelope envelope;
      std::memcpy(&envelope, message, sizeof envelope);
      if (envelope.kind != MessageKind::data) return false;
      envelope.kind = MessageKind::logged_data;
      std::memcpy(message, &envelope, sizeof envelope);
    }
    return count != 0;
  }

  /// The messages under way are all inside, or some are not yet, or nobody knows because the channel is
  /// closed: then they stay pending.
  PushStatus settle(PushStatus status, std::uint64_t tried_since_ns) noexcept {
    if (status == PushStatus::full && !bursts_)
      log_.failed(OperationStatus::full, log_.record(producer_, next_), tried_since_ns);
    if (status != PushStatus::ok) return status;
    returned_ns_ = log_.returned_ns();
    std::uint64_t sequence = next_;
    for (Operation& record : log_.room(under_way_)) {
      record = log_.record(producer_, sequence++);
      record.returned_ns = returned_ns_;
    }
    log_.finish(under_way_);
    if (bursts_) bursts_->logged(under_way_);
    next_ += under_way_;
    under_way_ = 0;
    return status;
  }

  AnyProducer& endpoint_;
  OperationLog log_;
  std::optional<Bursts> bursts_;  // nullopt: every operation is logged
  std::uint32_t producer_;
  std::uint32_t under_way_ = 0;    // messages committed, not yet known to be all inside
  std::uint64_t next_ = 0;         // sequence of the first of them
  std::uint64_t returned_ns_ = 0;  // of the last call that was logged
  WriteRun lent_{};                // in a burst
  bool logs_ = true;               // the call under way
};

class LoggingConsumer {
 public:
  LoggingConsumer(AnyConsumer& endpoint, LogMemory memory, std::uint32_t worker_id,
                  const RoundSpec& spec) noexcept
      : endpoint_(endpoint),
        log_(memory, OperationKind::pop, worker_id),
        sampled_(spec.burst_every_ns != 0),
        timed_(!sampled_) {
    log_.begin(0);  // nothing that is popped was popped before now
  }
  LoggingConsumer(const LoggingConsumer&) = delete;
  LoggingConsumer& operator=(const LoggingConsumer&) = delete;
  ~LoggingConsumer() { log_.keep_last_failure(); }

  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
    if (!parked_) begin(want);
    want_ = want;
    parked_ = false;
    const ReadRun run = endpoint_.try_peek(want);
    if (run.count == 0) {
      const auto status = is_end(run.status) ? OperationStatus::closed : OperationStatus::empty;
      if (timed_) log_.failed(status, log_.record(kNoProducer, 0));
      else log_.pass_over();
      return run;
    }
    log_.narrow(run.count);
    lent_ = log_.room(sampled_ ? marked(run) : run.count);
    std::size_t logged = 0;
    for (std::uint32_t i = 0; i < run.count && logged < lent_.size(); ++i) {
      const Envelope envelope = envelope_at(run, i);  // now: after release the memory is another's
      if (sampled_ && envelope.kind != MessageKind::logged_data) continue;
      Operation& record = lent_[logged++] = log_.record(envelope.producer, envelope.sequence);
      record.returned_ns = i;  // until release: which of the run it is
    }
    if (sampled_) timed_ = !lent_.empty();
    return run;
  }

  void release(std::uint32_t count) noexcept {
    endpoint_.release(count);
    if (lent_.empty()) return log_.pass_over();
    const std::uint64_t returned_ns = log_.returned_ns();
    std::uint32_t gone = 0;
    while (gone < lent_.size() && lent_[gone].returned_ns < count) lent_[gone++].returned_ns = returned_ns;
    log_.finish(gone);
    lent_ = {};
  }

  void park(std::uint64_t timeout_ns) noexcept {
    begin(want_);
    parked_ = true;
    endpoint_.park(timeout_ns);
  }

  void acknowledge() noexcept { endpoint_.acknowledge(); }

 private:
  /// In bursts the clock is read once a message of one has come, until another comes.
  void begin(std::uint32_t messages) noexcept {
    if (timed_) log_.begin(messages);
    else log_.begin_untimed(messages);
  }
  static Envelope envelope_at(const ReadRun& run, std::uint32_t i) noexcept {
    return envelope_of(run.first + i * run.stride);
  }
  static std::uint32_t marked(const ReadRun& run) noexcept {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < run.count; ++i)
      count += envelope_at(run, i).kind == MessageKind::logged_data ? 1 : 0;
    return count;
  }

  AnyConsumer& endpoint_;
  OperationLog log_;
  std::span<Operation> lent_;  // records of what is lent now, not yet part of the log
  std::uint32_t want_ = 1;
  bool parked_ = false;  // the pop under way began with a park
  bool sampled_;         // only what is marked is logged
  bool timed_;           // calls are logged with their time
};

}  // namespace pcbench
