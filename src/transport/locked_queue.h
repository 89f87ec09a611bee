// locked_queue: the bounded queue between threads: a mutex for each side around a ring of slots on the heap.
// Promises    any PxC, FIFO, lossless, threads only, can close; any capacity. `lock` chooses the mutex:
//             std::mutex, std::recursive_mutex or our spinning OwnerLock.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       the channel owns the state and the slots and outlives its endpoints.
// Layout      parts/locked_ring.h
// Pairs       parts/locked_ring.h
// Peer death  threads do not die alone
// Source      parts/locked_ring.h
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string_view>

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

inline constexpr std::array<std::string_view, 3> kLockNames = {"mutex", "recursive", "spin"};
inline constexpr OptionRow kLockOption{"lock", "which lock guards each side", kLockNames};

inline constexpr Promises kLockedQueuePromises{
    .processes = false, .spawn_refusal = "its locks and slots are on one process's heap"};

template <class Mutex, class Event = EventCount>
class LockedQueue {
  using Ring = LockedRing<Mutex, Event>;
  using State = LockedRingState<Mutex, Event>;

 public:
  using Producer = typename Ring::template Producer<NoLockHook>;
  using Consumer = typename Ring::template Consumer<NoLockHook>;

  static constexpr Promises kPromises = kLockedQueuePromises;

  explicit LockedQueue(const RoundSpec& spec)
      : spec_(spec),
        capacity_(effective_capacity(kPromises, spec.capacity_slots, spec.message_bytes)),
        state_(std::make_unique<State>()),
        slots_(std::make_unique<std::byte[]>(capacity_ * spec.message_bytes)) {
    state_->header.capacity_slots = capacity_;
    state_->header.stride = spec.message_bytes;
  }

  template <class Hook = NoLockHook>
  [[nodiscard]] typename Ring::template Producer<Hook> producer(std::uint32_t /*index*/) const {
    touch_slots();
    return {{*state_, slots_.get(), parks()}, spec_.message_bytes, run()};
  }
  template <class Hook = NoLockHook>
  [[nodiscard]] typename Ring::template Consumer<Hook> consumer(std::uint32_t /*index*/) const {
    touch_slots();
    return {{*state_, slots_.get(), parks()}, spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const { return {capacity_, run(), {}}; }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  [[nodiscard]] bool parks() const noexcept { return spec_.wait == WaitStrategy::park; }
  /// In the host, which was forked after they were made: its first write to a page would copy it.
  void touch_slots() const noexcept { prefault(slots_.get(), capacity_ * spec_.message_bytes); }
  [[nodiscard]] std::uint32_t run() const noexcept {
    return run_messages(spec_.batch_messages, spec_.message_bytes, capacity_);
  }

  RoundSpec spec_;
  std::uint64_t capacity_;
  std::unique_ptr<State> state_;
  std::unique_ptr<std::byte[]> slots_;
};

}  // namespace pcbench
