// Waiter: what a worker does while it cannot proceed. Slow path only: one run-time switch serves everyone.
//   spin     pauses; with more workers than CPUs it yields now and then, else the peer might never run
//   yield    gives the CPU away each time
//   backoff  pauses, then yields, then sleeps for growing times up to 1 ms: no CPU burnt, no peer starved
//   park     sleeps in the transport's own blocking call until it may proceed
#pragma once

#include <sched.h>

#include <algorithm>
#include <cstdint>

#include "base/clock.h"
#include "model/case.h"
#include "wait/pause.h"

namespace pcbench {

/// Longest uninterrupted sleep of one `park`: after it the condition is looked at again, so that a closed
/// flag that no native wake-up announces is noticed.
inline constexpr std::uint64_t kParkSliceNs = 20'000'000;

class Waiter {
 public:
  Waiter(WaitStrategy strategy, bool oversubscribed) noexcept
      : strategy_(strategy), oversubscribed_(oversubscribed) {}

  /// One step of waiting; the caller then looks again. PARK(timeout_ns) blocks in the transport.
  template <class Park>
  void step(Park&& park) noexcept {
    ++steps_;
    switch (strategy_) {
      case WaitStrategy::spin:
        cpu_pause();
        if (oversubscribed_ && steps_ % kSpinsPerYield == 0) ::sched_yield();
        return;
      case WaitStrategy::yield:
        ::sched_yield();
        return;
      case WaitStrategy::backoff:
        back_off();
        return;
      case WaitStrategy::park:
        if (steps_ <= kSpinsBeforePark) cpu_pause();
        else park(kParkSliceNs);
        return;
    }
  }

  /// The wait is over: the next one starts gently again.
  void reset() noexcept { steps_ = 0; }

 private:
  static constexpr std::uint32_t kSpinsPerYield = 64;
  static constexpr std::uint32_t kSpinsBeforePark = 256;
  static constexpr std::uint32_t kBackoffSpins = 128;
  static constexpr std::uint32_t kBackoffYields = 32;
  static constexpr std::uint32_t kBackoffDoublings = 10;  // 1 us … 1024 us

  void back_off() const noexcept {
    if (steps_ <= kBackoffSpins) return cpu_pause();
    if (steps_ <= kBackoffSpins + kBackoffYields) {
      ::sched_yield();
      return;
    }
    const std::uint32_t doublings = std::min(steps_ - kBackoffSpins - kBackoffYields - 1, kBackoffDoublings);
    nap(std::uint64_t{1000} << doublings);
  }

  WaitStrategy strategy_;
  bool oversubscribed_;
  std::uint32_t steps_ = 0;
};

}  // namespace pcbench
