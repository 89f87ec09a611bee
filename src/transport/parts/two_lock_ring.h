// The two-lock ring: producers take turns at one end, consumers at the other, under a Lock of any kind.
// Threads     each endpoint by one thread; all endpoints at once.
// Layout      parts/ring_memory.h
// Pairs       P1 → C1 slots are written;  C2 → P2 slots are free;  P3 → C3 closed after the last message;
//             within a side the lock hands over the side's cached index
// Peer death  committed_pos and read_pos are the commit words: what a dead producer had not committed was
//             never there, what it had not flushed is published with the next one's messages or never; what
//             a dead consumer had not released is popped by the next one. Who frees its lock is the Lock's
//             own affair
// Source      Michael and Scott, "Simple, fast, and practical non-blocking and blocking concurrent queue
//             algorithms" (PODC 1996), on a ring; runs amortise the lock
#pragma once

#include <algorithm>
#include <climits>
#include <cstdint>

#include "transport/parts/ring_memory.h"
#include "transport/parts/run_copy.h"
#include "wait/pause.h"
#include "worker/endpoint.h"
#include "worker/lock_hook.h"

namespace pcbench {

/// Lock: lock(worker_id) and unlock(), by which a holder's writes become visible to the next one.
/// Hook: worker/lock_hook.h's.
template <class Lock, class Hook = NoLockHook>
class TwoLockProducer {
 public:
  TwoLockProducer(const RingMemory& memory, Lock& lock, const RoundSpec& spec, std::uint32_t index)
      : control_(memory.control()),
        slots_(memory.slots()),
        capacity_(memory.capacity()),
        stride_(memory.stride()),
        copy_(memory, spec),
        lock_(lock),
        index_(index),
        publish_every_(std::clamp<std::uint64_t>(capacity_ / 4, 1, kPublishMessages)),
        parks_(spec.wait == WaitStrategy::park) {}

  /// Holds the producers' lock from a successful call until commit.
  [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
    WriteSide& side = control_.producers;
    if (was_full_) {
      if (looks_full()) return {};
      let_drain(capacity_);
    }
    lock_.lock(index_);
    const std::uint64_t written = side.committed_pos;
    if (capacity_ - (written - side.cached_read_pos) < want) {
      // P2: the consumers are done with these slots
      side.cached_read_pos = control_.read.read_pos.load(std::memory_order_acquire);
    }
    const std::uint64_t free = capacity_ - (written - side.cached_read_pos);
    was_full_ = free == 0;
    if (was_full_) {
      publish_and_unlock();
      return {};
    }
    const std::uint64_t slot = written & (capacity_ - 1);
    const std::uint64_t count = std::min({std::uint64_t{want}, free, capacity_ - slot});
    return {copy_.room_for(slots_ + slot * stride_, count), stride_, static_cast<std::uint32_t>(count),
            PushStatus::ok};
  }

  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
    WriteSide& side = control_.producers;
    copy_.put(count);
    side.committed_pos += count;
    if (side.committed_pos - side.published_pos >= publish_every_) {
      publish_and_unlock();
    } else {
      ++unpublished_commits_;
      unlock();
    }
    return PushStatus::ok;
  }

  [[nodiscard]] PushStatus flush() noexcept {
    if (unpublished_commits_ != 0) {
      if (unpublished_commits_ == 1) publish_every_ = 1;  // who flushes each would take the lock twice
      lock_.lock(index_);
      publish_and_unlock();
    }
    return PushStatus::ok;
  }

  void close() noexcept {
    control_.closed.store(1, std::memory_order_release);  // P3 → C3: the last write_pos is final
    control_.not_empty.notify(INT_MAX);
  }

  void park(std::uint64_t timeout_ns) noexcept {
    control_.not_full.wait(timeout_ns, [this] { return !looks_full(); });
  }

 private:
  static constexpr std::uint64_t kPublishMessages = 16;

  void unlock() noexcept {
    Hook::holding_lock();
    lock_.unlock();
  }

  /// All that was committed, whoever did it. Requires: we hold the lock.
  void publish_and_unlock() noexcept {
    WriteSide& side = control_.producers;
    const std::uint64_t count = side.committed_pos - side.published_pos;
    unpublished_commits_ = 0;
    if (count != 0) {
      // P1 → C1: slots below it are written
      control_.write.write_pos.store(side.committed_pos, std::memory_order_release);
      side.published_pos = side.committed_pos;  // after it: who dies in between has it published again
    }
    unlock();
    if (parks_ && count != 0) control_.not_empty.notify(static_cast<int>(count));
  }

  /// Exact: read_pos only grows, so a ring that is full by a later read_pos was full when write_pos was
  /// loaded. What is not published yet it does not see: then the lock decides.
  [[nodiscard]] bool looks_full() const noexcept {
    // acquire: only keeps the next load behind this one; what other producers wrote is not looked at
    const std::uint64_t written = control_.write.write_pos.load(std::memory_order_acquire);
    // P2: a look only
    return written >= control_.read.read_pos.load(std::memory_order_acquire) + capacity_;
  }

  RingControl& control_;
  std::byte* slots_;
  std::uint64_t capacity_;
  std::size_t stride_;
  RunCopy copy_;
  Lock& lock_;
  std::uint32_t index_;
  std::uint64_t publish_every_;
  bool parks_;
  bool was_full_ = false;
  std::uint32_t unpublished_commits_ = 0;  // of ours
};

template <class Lock, class Hook = NoLockHook>
class TwoLockConsumer {
 public:
  TwoLockConsumer(const RingMemory& memory, Lock& lock, const RoundSpec& spec, std::uint32_t index)
      : control_(memory.control()),
        slots_(memory.slots()),
        capacity_(memory.capacity()),
        stride_(memory.stride()),
        copy_(memory, spec),
        lock_(lock),
        index_(index),
        parks_(spec.wait == WaitStrategy::park) {}

  /// Holds the consumers' lock from a successful call until release.
  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
    ReadSide& side = control_.consumers;
    // C3: before the index below
    const bool closed = control_.closed.load(std::memory_order_acquire) != 0;
    if (was_empty_ && looks_empty()) return {nullptr, 0, 0, closed ? PopStatus::closed : PopStatus::empty};
    lock_.lock(index_);
    // relaxed: the lock made it visible
    const std::uint64_t consumed = control_.read.read_pos.load(std::memory_order_relaxed);
    if (side.cached_write_pos - consumed < want) {
      // C1: these slots are written
      side.cached_write_pos = control_.write.write_pos.load(std::memory_order_acquire);
    }
    const std::uint64_t available = side.cached_write_pos - consumed;
    was_empty_ = available == 0;
    if (was_empty_) {
      unlock();
      return {nullptr, 0, 0, closed ? PopStatus::closed : PopStatus::empty};
    }
    const std::uint64_t slot = consumed & (capacity_ - 1);
    const std::uint64_t count = std::min({std::uint64_t{want}, available, capacity_ - slot});
    return {copy_.taken(slots_ + slot * stride_, count), stride_, static_cast<std::uint32_t>(count),
            PopStatus::ok};
  }

  void release(std::uint32_t count) noexcept {
    ReadLine& line = control_.read;
    // relaxed: under our lock
    const std::uint64_t consumed = line.read_pos.load(std::memory_order_relaxed);
    // C2 → P2: we are done with slots below it
    line.read_pos.store(consumed + count, std::memory_order_release);
    unlock();
    if (parks_) control_.not_full.notify(static_cast<int>(count));
  }

  void park(std::uint64_t timeout_ns) noexcept {
    control_.not_empty.wait(timeout_ns, [this] {
      // C3: no need to sleep
      return !looks_empty() || control_.closed.load(std::memory_order_acquire) != 0;
    });
  }

 private:
  void unlock() noexcept {
    Hook::holding_lock();
    lock_.unlock();
  }

  /// Exact: write_pos only grows, so a ring that is empty by a later write_pos was empty when read_pos was
  /// loaded.
  [[nodiscard]] bool looks_empty() const noexcept {
    // acquire: only keeps the next load behind this one; what other consumers did is not looked at
    const std::uint64_t consumed = control_.read.read_pos.load(std::memory_order_acquire);
    // C1: a look only
    return control_.write.write_pos.load(std::memory_order_acquire) == consumed;
  }

  RingControl& control_;
  const std::byte* slots_;
  std::uint64_t capacity_;
  std::size_t stride_;
  RunCopy copy_;
  Lock& lock_;
  std::uint32_t index_;
  bool parks_;
  bool was_empty_ = false;
};

}  // namespace pcbench
