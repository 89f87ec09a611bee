// locked_queue: the textbook queue between threads: std::mutex, two condition variables, a ring of slots on
// the heap.
// Promises    any PxC, FIFO, lossless, threads only, can close; any capacity. `lock` chooses the mutex:
//             std::mutex, std::recursive_mutex or our spinning OwnerLock.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       the channel owns the state and the slots and outlives its endpoints.
// Layout      parts/locked_ring.h
// Pairs       the mutex
// Peer death  threads do not die alone
// Source      monitors: Hoare, CACM 17(10), 1974; queue.Queue of Python
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string_view>
#include <type_traits>

#include "base/shared_region.h"
#include "transport/parts/capacity.h"
#include "transport/parts/locked_ring.h"
#include "transport/transport.h"
#include "wait/owner_lock.h"

namespace pcbench {

/// OwnerLock with the interface of std::mutex.
class SpinMutex {
 public:
  void lock() noexcept { lock_.lock(0); }
  void unlock() noexcept { lock_.unlock(); }

 private:
  OwnerLock lock_;
};

template <class M>
struct StdSync {
  using Mutex = M;
  using Condition =
      std::conditional_t<std::is_same_v<M, std::mutex>, std::condition_variable, std::condition_variable_any>;
  template <class Ready>
  static void wait(Condition& condition, std::unique_lock<Mutex>& lock, std::uint64_t timeout_ns,
                   Ready ready) {
    condition.wait_for(lock, std::chrono::nanoseconds(timeout_ns), ready);
  }
};

inline constexpr std::array<std::string_view, 3> kLockNames = {"mutex", "recursive", "spin"};
inline constexpr OptionRow kLockOption{"lock", "which lock guards the queue", kLockNames};

inline constexpr Promises kLockedQueuePromises{
    .processes = false, .spawn_refusal = "its mutex and slots are on one process's heap"};

template <class M, class Sync = StdSync<M>>
class LockedQueue {
  using Ring = LockedRing<Sync>;

 public:
  using Producer = typename Ring::Producer;
  using Consumer = typename Ring::Consumer;

  static constexpr Promises kPromises = kLockedQueuePromises;

  explicit LockedQueue(const RoundSpec& spec)
      : spec_(spec),
        capacity_(effective_capacity(kPromises, spec.capacity_slots, spec.message_bytes)),
        state_(std::make_unique<LockedRingState<Sync>>()),
        slots_(std::make_unique<std::byte[]>(capacity_ * spec.message_bytes)) {
    state_->header.capacity_slots = capacity_;
    state_->header.stride = spec.message_bytes;
  }

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    touch_slots();
    return {{*state_, slots_.get()}, spec_.message_bytes, run()};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    touch_slots();
    return {{*state_, slots_.get()}, spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const { return {capacity_, run(), {}}; }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  /// In the host, which was forked after they were made: its first write to a page would copy it.
  void touch_slots() const noexcept { prefault(slots_.get(), capacity_ * spec_.message_bytes); }
  [[nodiscard]] std::uint32_t run() const noexcept {
    return run_messages(spec_.batch_messages, spec_.message_bytes, capacity_);
  }

  RoundSpec spec_;
  std::uint64_t capacity_;
  std::unique_ptr<LockedRingState<Sync>> state_;
  std::unique_ptr<std::byte[]> slots_;
};

}  // namespace pcbench
