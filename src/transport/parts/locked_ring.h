// LockedRing: the textbook bounded queue: a ring of slots, one mutex and two condition variables. Written
// once for whatever mutex and condition variable SYNC names, on the heap or in shared memory.
// Threads     any number of sinks and sources, each by one thread
// Owner       whoever made the state and the slots; sinks and sources only refer to them
// Layout      [state][slot 0 … slot n-1], each slot `stride` bytes; positions grow, modulo the capacity
// Pairs       the mutex alone; conditions are signalled after it is unlocked, and waited for under it
// Peer death  whoever dies holding the mutex stops everybody: the watchdog ends the round
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "transport/parts/copied_run.h"
#include "transport/parts/ring_memory.h"
#include "worker/lock_hook.h"

namespace pcbench {

/// SYNC has types Mutex and Condition and a static wait(condition, unique_lock<Mutex>&, timeout_ns, ready).
template <class Sync>
struct LockedRingState {
  RingHeader header{};
  typename Sync::Mutex mutex;  // guards all below
  typename Sync::Condition not_empty;
  typename Sync::Condition not_full;
  std::uint64_t write_pos = 0;
  std::uint64_t read_pos = 0;
  bool closed = false;  // nothing will be written any more
};

template <class Sync>
class LockedRing {
  using State = LockedRingState<Sync>;
  using Lock = std::unique_lock<typename Sync::Mutex>;

  /// COUNT things happened that one waiter each is waiting for.
  static void signal(typename Sync::Condition& condition, std::uint32_t count) noexcept {
    if (count == 1) condition.notify_one();
    else if (count > 1) condition.notify_all();
  }

 public:
  class Sink {
   public:
    Sink(State& state, std::byte* slots) noexcept : state_(state), slots_(slots) {}

    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      Lock lock(state_.mutex);
      return put(lock, first, count);
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t count,
                                 std::uint64_t timeout_ns) noexcept {
      Lock lock(state_.mutex);
      Sync::wait(state_.not_full, lock, timeout_ns, [this] { return free_slots() != 0; });
      return put(lock, first, count);
    }
    void close() noexcept {
      {
        const Lock lock(state_.mutex);
        state_.closed = true;
      }
      state_.not_empty.notify_all();
    }

   private:
    [[nodiscard]] std::uint64_t free_slots() const noexcept {
      return state_.header.capacity_slots - (state_.write_pos - state_.read_pos);
    }

    Put put(Lock& lock, const std::byte* first, std::uint32_t count) noexcept {
      const std::size_t stride = state_.header.stride;
      const auto fits = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, free_slots()));
      for (std::uint32_t i = 0; i < fits; ++i)
        std::memcpy(slots_ + state_.write_pos++ % state_.header.capacity_slots * stride, first + i * stride,
                    stride);
      holding_lock();
      lock.unlock();
      signal(state_.not_empty, fits);
      return {fits, fits != 0 ? PushStatus::ok : PushStatus::full};
    }

    State& state_;
    std::byte* slots_;
  };

  class Source {
   public:
    Source(State& state, const std::byte* slots) noexcept : state_(state), slots_(slots) {}

    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      Lock lock(state_.mutex);
      return take(lock, room, want);
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) noexcept {
      Lock lock(state_.mutex);
      Sync::wait(state_.not_empty, lock, timeout_ns, [this] { return used_slots() != 0 || state_.closed; });
      return take(lock, room, want);
    }

   private:
    [[nodiscard]] std::uint64_t used_slots() const noexcept { return state_.write_pos - state_.read_pos; }

    /// What it takes is gone for the other consumers, so it stops after a pill: the next one may not be this
    /// consumer's.
    Taken take(Lock& lock, std::byte* room, std::uint32_t want) noexcept {
      const std::size_t stride = state_.header.stride;
      const bool closed = state_.closed;
      std::uint32_t taken = 0;
      for (bool pill = false; taken < want && used_slots() != 0 && !pill; ++taken, room += stride) {
        std::memcpy(room, slots_ + state_.read_pos++ % state_.header.capacity_slots * stride, stride);
        pill = envelope_of(room).kind == MessageKind::pill;
      }
      holding_lock();
      lock.unlock();
      signal(state_.not_full, taken);
      if (taken != 0) return {taken, PopStatus::ok};
      return {0, closed ? PopStatus::closed : PopStatus::empty};
    }

    State& state_;
    const std::byte* slots_;
  };

  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;
};

}  // namespace pcbench
