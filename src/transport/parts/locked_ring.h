// LockedRing: the bounded queue with two locks: a ring of slots, one mutex for the producers and one for the
// consumers, who never wait for each other's. Written once for whatever mutex, on the heap or in shared
// memory.
// Threads     any number of sinks and sources, each by one thread
// Owner       whoever made the state and the slots; sinks and sources only refer to them
// Layout      [state][slot 0 … slot n-1], each slot `stride` bytes; positions grow, modulo the capacity
// Pairs       P1 → C1 slots are written;  C2 → P2 slots are free;  P3 → C3 closed after the last message;
//             within a side the mutex hands over the side's cached position
// Peer death  whoever dies holding a mutex stops its side for ever: the watchdog ends the round. Who dies
//             while it waits harms nobody (wait/event_count.h)
// Source      Michael and Scott, "Simple, fast, and practical non-blocking and blocking concurrent queue
//             algorithms" (PODC 1996), on a ring: runs amortise the mutex, and whoever found the ring full or
//             empty looks before it locks
#pragma once

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "transport/parts/copied_run.h"
#include "transport/parts/ring_memory.h"
#include "wait/event_count.h"
#include "wait/pause.h"
#include "worker/lock_hook.h"

namespace pcbench {

/// EVENT: wait/event_count.h's EventCount, or something with its two functions.
template <class Mutex, class Event = EventCount>
struct LockedRingState {
  struct alignas(kFalseSharingBytes) Side {
    std::atomic<std::uint64_t> pos{0};  // stored under the mutex
    Mutex mutex;
    std::uint64_t cached_peer_pos = 0;  // guarded by the mutex; never ahead of the other side's pos
  };
  RingHeader header{};
  Side write;
  Side read;
  alignas(kFalseSharingBytes) std::atomic<std::uint32_t> closed{0};  // 1: nothing will be written any more
  Event not_empty;
  Event not_full;
};

template <class Mutex, class Event = EventCount>
class LockedRing {
  using State = LockedRingState<Mutex, Event>;

 public:
  template <class Hook>
  class Sink {
   public:
    Sink(State& state, std::byte* slots, bool parks) noexcept : state_(state), slots_(slots), parks_(parks) {}

    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      if (was_full_) {
        if (looks_full()) return {};
        let_drain(state_.header.capacity_slots);
      }
      const std::uint32_t count_put = put(first, count);
      if (count_put == 0) return {};
      if (parks_) state_.not_empty.notify(static_cast<int>(count_put));
      return {count_put, PushStatus::ok};
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t count,
                                 std::uint64_t timeout_ns) noexcept {
      state_.not_full.wait(timeout_ns, [this] { return !looks_full(); });
      return try_put(first, count);
    }
    void close() noexcept {
      state_.closed.store(1, std::memory_order_release);  // P3 → C3: the last write position is final
      state_.not_empty.notify(INT_MAX);
    }

   private:
    /// How many of the COUNT messages from FIRST on there was room for.
    [[nodiscard]] std::uint32_t put(const std::byte* first, std::uint32_t count) noexcept {
      const std::size_t stride = state_.header.stride;
      const std::uint64_t capacity = state_.header.capacity_slots;
      const std::lock_guard lock(state_.write.mutex);
      // relaxed: the mutex made it visible
      const std::uint64_t written = state_.write.pos.load(std::memory_order_relaxed);
      if (capacity - (written - state_.write.cached_peer_pos) < count) {
        // P2: the consumers are done with these slots
        state_.write.cached_peer_pos = state_.read.pos.load(std::memory_order_acquire);
      }
      const std::uint64_t free = capacity - (written - state_.write.cached_peer_pos);
      was_full_ = free == 0;
      if (was_full_) return 0;
      const auto fits = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, free));
      const std::uint64_t slot = written % capacity;
      const std::uint64_t before_end = std::min<std::uint64_t>(fits, capacity - slot);
      std::memcpy(slots_ + slot * stride, first, before_end * stride);
      std::memcpy(slots_, first + before_end * stride, (fits - before_end) * stride);
      // P1 → C1: slots below it are written
      state_.write.pos.store(written + fits, std::memory_order_release);
      Hook::holding_lock();
      return fits;
    }

    /// Exact: the read position only grows, so a ring that is full by a later one was full when the write
    /// position was loaded.
    [[nodiscard]] bool looks_full() const noexcept {
      // acquire: only keeps the next load behind this one; what other producers wrote is not looked at
      const std::uint64_t written = state_.write.pos.load(std::memory_order_acquire);
      // P2: a look only
      return written >= state_.read.pos.load(std::memory_order_acquire) + state_.header.capacity_slots;
    }

    State& state_;
    std::byte* slots_;
    bool parks_;
    bool was_full_ = false;
  };

  template <class Hook>
  class Source {
   public:
    Source(State& state, const std::byte* slots, bool parks) noexcept
        : state_(state), slots_(slots), parks_(parks) {}

    /// What it takes is gone for the other consumers, so it stops after a pill: the next one may not be this
    /// consumer's.
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      const bool closed =
          state_.closed.load(std::memory_order_acquire) != 0;  // C3: before the position below
      const Taken nothing{0, closed ? PopStatus::closed : PopStatus::empty};
      if (was_empty_ && looks_empty()) return nothing;
      const std::uint32_t taken = take(room, want);
      if (taken == 0) return nothing;
      if (parks_) state_.not_full.notify(static_cast<int>(taken));
      return {taken, PopStatus::ok};
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) noexcept {
      state_.not_empty.wait(timeout_ns, [this] {
        // C3: no need to sleep
        return !looks_empty() || state_.closed.load(std::memory_order_acquire) != 0;
      });
      return try_take(room, want);
    }

   private:
    /// How many of the WANT messages asked for there were.
    [[nodiscard]] std::uint32_t take(std::byte* room, std::uint32_t want) noexcept {
      const std::size_t stride = state_.header.stride;
      const std::uint64_t capacity = state_.header.capacity_slots;
      const std::lock_guard lock(state_.read.mutex);
      // relaxed: the mutex made it visible
      const std::uint64_t consumed = state_.read.pos.load(std::memory_order_relaxed);
      if (state_.read.cached_peer_pos - consumed < want) {
        // C1: these slots are written
        state_.read.cached_peer_pos = state_.write.pos.load(std::memory_order_acquire);
      }
      const std::uint64_t available = state_.read.cached_peer_pos - consumed;
      was_empty_ = available == 0;
      if (was_empty_) return 0;
      const std::uint64_t slot = consumed % capacity;
      const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(want, available));
      const std::uint32_t taken = until_pill(slot, most);
      const std::uint64_t before_end = std::min<std::uint64_t>(taken, capacity - slot);
      std::memcpy(room, slots_ + slot * stride, before_end * stride);
      std::memcpy(room + before_end * stride, slots_, (taken - before_end) * stride);
      // C2 → P2: we are done with slots below it
      state_.read.pos.store(consumed + taken, std::memory_order_release);
      Hook::holding_lock();
      return taken;
    }

    /// Exact: the write position only grows, so a ring that is empty by a later one was empty when the read
    /// position was loaded.
    [[nodiscard]] bool looks_empty() const noexcept {
      // acquire: only keeps the next load behind this one; what other consumers did is not looked at
      const std::uint64_t consumed = state_.read.pos.load(std::memory_order_acquire);
      // C1: a look only
      return state_.write.pos.load(std::memory_order_acquire) == consumed;
    }

    /// How many of the MOST messages from SLOT on there are up to and including the first pill.
    [[nodiscard]] std::uint32_t until_pill(std::uint64_t slot, std::uint32_t most) const noexcept {
      for (std::uint32_t i = 0; i < most; ++i) {
        const std::byte* message = slots_ + slot * state_.header.stride;
        if (envelope_of(message).kind == MessageKind::pill) return i + 1;
        if (++slot == state_.header.capacity_slots) slot = 0;
      }
      return most;
    }

    State& state_;
    const std::byte* slots_;
    bool parks_;
    bool was_empty_ = false;
  };

  /// Hook: worker/lock_hook.h's
  template <class Hook>
  using Producer = CopyingProducer<Sink<Hook>>;
  template <class Hook>
  using Consumer = CopyingConsumer<Source<Hook>>;
};

}  // namespace pcbench
