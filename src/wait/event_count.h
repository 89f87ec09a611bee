// EventCount: lets sleepers wait, in shared memory, for a condition that others make true without a lock.
// Threads     any number of sleepers and notifiers, in any processes.
// Pairs       E1 → E2 what the notifier published before;  E2 → E1 somebody sleeps;  E3 → E4 the epoch moved
// Peer death  a dead sleeper leaves `sleepers` too high: notifiers make a needless system call, nobody hangs
// Source      eventcounts: Reed and Kanodia, CACM 22(2), 1979
#pragma once

#include <atomic>
#include <cstdint>

#include "base/futex.h"
#include "base/layout.h"

namespace pcbench {

class alignas(kFalseSharingBytes) EventCount {
 public:
  /// Wakes up to COUNT sleepers, if there are any. Call it after what they wait for was made visible.
  void notify(int count) noexcept {
    // E1: an acq_rel read-modify-write of the word that sleepers also modify. Either it comes first in that
    // word's order, and the sleeper's own (E2) then sees what was published before; or it sees the sleeper.
    if (sleepers_.fetch_add(0, std::memory_order_acq_rel) == 0) return;
    epoch_.fetch_add(1, std::memory_order_release);  // E3 → E4: a sleeper that has not slept yet will not
    futex_wake(epoch_, count);
  }

  /// Sleeps until notified or TIMEOUT_NS is over, unless READY() already holds. May return early.
  template <class Ready>
  void wait(std::uint64_t timeout_ns, Ready&& ready) noexcept {
    sleepers_.fetch_add(1, std::memory_order_acq_rel);  // E2 → E1: from now on a notifier will call
    const std::uint32_t epoch = epoch_.load(std::memory_order_acquire);  // E4
    if (!ready()) futex_wait(epoch_, epoch, timeout_ns);
    sleepers_.fetch_sub(1, std::memory_order_relaxed);  // relaxed: at worst one needless wake call
  }

 private:
  std::atomic<std::uint32_t> epoch_{0};     // written by notifiers, futex word of the sleepers
  std::atomic<std::uint32_t> sleepers_{0};  // how many are about to sleep or asleep
};
static_assert(sizeof(EventCount) == kFalseSharingBytes, "an event count fills its own lines");

}  // namespace pcbench
