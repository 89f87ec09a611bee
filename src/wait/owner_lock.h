// OwnerLock: a one-word lock in shared memory that says who holds it, so that a watchdog can name the holder.
// Threads     any number, in any processes; not recursive.
// Pairs       L1 → L2 all that the holder wrote before it unlocked
// Peer death  a dead holder keeps it; holder() tells who, and run/ ends the round
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>

#include "wait/pause.h"

namespace pcbench {

class OwnerLock {
 public:
  static constexpr std::uint32_t kFree = 0;

  /// Takes the lock for worker ID if it is free.
  [[nodiscard]] bool try_lock(std::uint32_t id) noexcept {
    std::uint32_t expected = kFree;
    return owner_.load(std::memory_order_relaxed) == kFree &&  // relaxed: only a hint, the exchange decides
           // L2: sees the last holder's writes; relaxed on failure: nothing was taken, nothing is read
           owner_.compare_exchange_strong(expected, id + 1, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  /// Takes the lock for worker ID; spins a little, then yields, because the holder may need this very CPU.
  void lock(std::uint32_t id) noexcept {
    for (std::uint32_t tries = 1; !try_lock(id); ++tries) {
      if (tries % kSpinsPerYield == 0) ::sched_yield();
      else cpu_pause();
    }
  }

  /// Requires: the caller holds it.
  void unlock() noexcept { owner_.store(kFree, std::memory_order_release); }  // L1 → L2: the section's writes

  /// 0: free; else the holder's worker id + 1. A guess while workers run.
  [[nodiscard]] std::uint32_t holder() const noexcept {
    return owner_.load(std::memory_order_relaxed);  // relaxed: a guess
  }

 private:
  static constexpr std::uint32_t kSpinsPerYield = 16;
  std::atomic<std::uint32_t> owner_{kFree};
};

}  // namespace pcbench
