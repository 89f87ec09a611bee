// Fault injection: endpoints that stop at an ordered phase, say so, and let the supervisor act. A worker
// without a fault never meets this code: its loop is instantiated over the bare endpoint
// (worker/any_endpoint.h).
// Pairs       X1 → X2 where the worker is;  X3 → X4 the supervisor has acted
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/clock.h"
#include "model/fault.h"
#include "model/message.h"
#include "worker/any_endpoint.h"

namespace pcbench {

/// One worker's fault, if it has one.
class FaultPoint {
 public:
  explicit FaultPoint(FaultOrder& order) noexcept : order_(order) {}

  /// Counts COUNT messages as moved.
  void moved(std::uint32_t count) noexcept { moved_ += count; }

  /// The worker passes PHASE. If its fault is due here, it strikes now.
  void at(FaultPhase phase) noexcept {
    if (phase != order_.phase || fired_ || moved_ < order_.after_messages || order_.kind == FaultKind::none)
      return;
    fired_ = true;
    order_.reached_at_ns.store(now_ns(), std::memory_order_relaxed);  // relaxed: published by X1
    order_.state.store(FaultState::reached,
                       std::memory_order_release);  // X1 → X2: everything done before the phase
    if (order_.kind == FaultKind::exit) ::_exit(0);
    if (order_.kind == FaultKind::delay) nap(order_.duration_ns);
    if (!blocks_itself(phase)) hold();
  }

  /// The worker is about to try again. Struck while it waits for others, it does nothing else until the
  /// supervisor has acted, or the blow would fall on whatever it had come to meanwhile.
  void hold() const noexcept {
    while (fired_ && order_.state.load(std::memory_order_acquire) != FaultState::over)  // X4
      nap(kLookEveryNs);
  }

  /// Whether the fault is due at PHASE: for what must be prepared before it.
  [[nodiscard]] bool due(FaultPhase phase) const noexcept {
    return phase == order_.phase && !fired_ && moved_ >= order_.after_messages;
  }

 private:
  static constexpr std::uint64_t kLookEveryNs = 100'000;

  FaultOrder& order_;
  std::uint64_t moved_ = 0;
  bool fired_ = false;
};

class FaultyProducer {
 public:
  FaultyProducer(AnyProducer& endpoint, FaultPoint& fault) noexcept : endpoint_(endpoint), fault_(fault) {}

  [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
    fault_.hold();
    fault_.at(FaultPhase::before_push);
    lent_ = endpoint_.try_reserve(want);
    if (lent_.count == 0) fault_.at(FaultPhase::blocked_full);
    else fault_.at(FaultPhase::holding_slot);
    if (lent_.count != 0 && fault_.due(FaultPhase::payload_half))
      before_.assign(lent_.first, lent_.first + lent_.stride);
    return lent_;
  }

  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
    if (fault_.due(FaultPhase::payload_half)) strike_half_written();
    fault_.at(FaultPhase::in_push);
    const PushStatus status = endpoint_.commit(count);
    fault_.moved(count);
    return at_full(status);
  }

  [[nodiscard]] PushStatus flush() noexcept {
    fault_.hold();
    return at_full(endpoint_.flush());
  }
  void close() noexcept { endpoint_.close(); }
  void park(std::uint64_t timeout_ns) noexcept { endpoint_.park(timeout_ns); }

 private:
  /// An endpoint that copies has room always, and says only here that its channel has none.
  PushStatus at_full(PushStatus status) noexcept {
    if (status == PushStatus::full) fault_.at(FaultPhase::blocked_full);
    return status;
  }

  /// Puts back what the second half held before, strikes, and completes the message.
  void strike_half_written() noexcept {
    const std::size_t half = lent_.stride / 2;
    const std::vector<std::byte> written(lent_.first + half, lent_.first + lent_.stride);
    std::memcpy(lent_.first + half, before_.data() + half, lent_.stride - half);
    fault_.at(FaultPhase::payload_half);
    std::memcpy(lent_.first + half, written.data(), written.size());
  }

  AnyProducer& endpoint_;
  FaultPoint& fault_;
  WriteRun lent_;
  std::vector<std::byte> before_;
};

class FaultyConsumer {
 public:
  FaultyConsumer(AnyConsumer& endpoint, FaultPoint& fault) noexcept : endpoint_(endpoint), fault_(fault) {}

  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
    fault_.hold();
    const ReadRun run = endpoint_.try_peek(want);
    fault_.at(run.count == 0 ? FaultPhase::blocked_empty : FaultPhase::in_pop);
    return run;
  }

  void release(std::uint32_t count) noexcept {
    endpoint_.release(count);
    fault_.moved(count);
    fault_.at(FaultPhase::after_pop);
  }

  void park(std::uint64_t timeout_ns) noexcept { endpoint_.park(timeout_ns); }
  void acknowledge() noexcept { endpoint_.acknowledge(); }

 private:
  AnyConsumer& endpoint_;
  FaultPoint& fault_;
};

}  // namespace pcbench
