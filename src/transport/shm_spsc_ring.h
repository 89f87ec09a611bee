// shm_spsc_ring: one producer hands messages to one consumer through shared memory, without a lock; long runs
// by a copy, others in place (parts/run_copy.h).
// Promises    1x1, FIFO, lossless, thread and process (fork and spawn), can close; capacity a power of two.
//             `empty` and `full` are guesses: both sides publish their position only every few messages.
// Threads     try_reserve, commit, flush, close: the producer only. try_peek, release: the consumer only.
// Owner       run/ creates and destroys the region; an endpoint maps it and never unmaps another's.
// Layout      parts/ring_memory.h
// Pairs       P1 → C1 slots are written;  C2 → P2 slots are free;  P3 → C3 closed after the last message
// Peer death  producer before P1: its last messages are never seen; consumer before C2: slots stay taken, the
//             producer waits, the watchdog ends the round
// Source      cached peer index: Lee, Bu and Chandranmenon, "A lock-free, cache-efficient shared ring buffer"
//             (MCRB, ANCS 2009). Private shadow of the own index: the line the peer steals is only ever
//             stored to.
#pragma once

#include <algorithm>
#include <cstdint>

#include "transport/parts/ring_channel.h"
#include "transport/parts/run_copy.h"

namespace pcbench {

class ShmSpscRing : public RingChannel {
 public:
  class Producer {
   public:
    Producer(const RingMemory& memory, const RoundSpec& spec)
        : control_(memory.control()),
          slots_(memory.slots()),
          capacity_(memory.capacity()),
          stride_(memory.stride()),
          copy_(memory, spec),
          publish_every_(std::clamp<std::uint64_t>(capacity_ / 4, 1, kPublishMessages)),
          parks_(spec.wait == WaitStrategy::park) {
      // relaxed: only we store it
      written_ = published_ = control_.write.write_pos.load(std::memory_order_relaxed);
      read_ = control_.read.read_pos.load(std::memory_order_acquire);  // P2: the consumer is done with these
    }

    [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
      std::uint64_t free = capacity_ - (written_ - read_);
      if (free < want) {
        // P2: the consumer is done with these
        read_ = control_.read.read_pos.load(std::memory_order_acquire);
        free = capacity_ - (written_ - read_);
        if (free == 0) {
          publish();
          return {};
        }
      }
      const std::uint64_t slot = written_ & (capacity_ - 1);
      const std::uint64_t count = std::min({std::uint64_t{want}, free, capacity_ - slot});
      return {copy_.room_for(slots_ + slot * stride_, count), stride_, static_cast<std::uint32_t>(count),
              PushStatus::ok};
    }

    [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
      copy_.put(count);
      written_ += count;
      if (written_ - published_ >= publish_every_) publish();
      return PushStatus::ok;
    }

    [[nodiscard]] PushStatus flush() noexcept {
      publish();
      return PushStatus::ok;
    }

    void close() noexcept {
      publish();
      control_.closed.store(1, std::memory_order_release);  // P3 → C3: the last write_pos is final
      control_.not_empty.notify(1);
    }

    void park(std::uint64_t timeout_ns) noexcept {
      control_.not_full.wait(timeout_ns, [this] {
        // P2: only to see whether to sleep
        return control_.read.read_pos.load(std::memory_order_acquire) != read_;
      });
    }

   private:
    static constexpr std::uint64_t kPublishMessages = 16;

    void publish() noexcept {
      if (published_ == written_) return;
      published_ = written_;
      // P1 → C1: slots below it are written
      control_.write.write_pos.store(written_, std::memory_order_release);
      if (parks_) control_.not_empty.notify(1);
    }

    RingControl& control_;
    std::byte* slots_;
    std::uint64_t capacity_;
    std::size_t stride_;
    RunCopy copy_;
    std::uint64_t publish_every_;
    bool parks_;
    std::uint64_t written_;    // our own position, never re-read from the line the consumer loads
    std::uint64_t published_;  // what the consumer can know of it
    std::uint64_t read_;       // the consumer's position as last seen
  };

  class Consumer {
   public:
    Consumer(const RingMemory& memory, const RoundSpec& spec)
        : control_(memory.control()),
          slots_(memory.slots()),
          capacity_(memory.capacity()),
          stride_(memory.stride()),
          copy_(memory, spec),
          free_every_(std::max<std::uint64_t>(capacity_ / 4, 1)),
          parks_(spec.wait == WaitStrategy::park) {
      // acquire: a drain adopts the position of the consumer before it, and what that one left in the slots
      consumed_ = freed_ = control_.read.read_pos.load(std::memory_order_acquire);
      written_ = consumed_;
    }
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;
    ~Consumer() { free_slots(); }

    [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
      if (written_ == consumed_) {
        // C3: before the index below
        const bool closed = control_.closed.load(std::memory_order_acquire) != 0;
        written_ = control_.write.write_pos.load(std::memory_order_acquire);  // C1: these slots are written
        if (written_ == consumed_) {
          free_slots();
          return {nullptr, 0, 0, closed ? PopStatus::closed : PopStatus::empty};
        }
      }
      const std::uint64_t slot = consumed_ & (capacity_ - 1);
      const std::uint64_t count = std::min({std::uint64_t{want}, written_ - consumed_, capacity_ - slot});
      return {copy_.taken(slots_ + slot * stride_, count), stride_, static_cast<std::uint32_t>(count),
              PopStatus::ok};
    }

    void release(std::uint32_t count) noexcept {
      consumed_ += count;
      if (consumed_ - freed_ >= free_every_) free_slots();
    }

    void park(std::uint64_t timeout_ns) noexcept {
      control_.not_empty.wait(timeout_ns, [this] {
        // C1 and C3: only to see whether to sleep
        return control_.write.write_pos.load(std::memory_order_acquire) != consumed_ ||
               control_.closed.load(std::memory_order_acquire) != 0;
      });
    }

   private:
    void free_slots() noexcept {
      if (freed_ == consumed_) return;
      freed_ = consumed_;
      // C2 → P2: we are done with slots below it
      control_.read.read_pos.store(consumed_, std::memory_order_release);
      if (parks_) control_.not_full.notify(1);
    }

    RingControl& control_;
    const std::byte* slots_;
    std::uint64_t capacity_;
    std::size_t stride_;
    RunCopy copy_;
    std::uint64_t free_every_;
    bool parks_;
    std::uint64_t consumed_;  // our own position
    std::uint64_t freed_;     // what the producer can know of it
    std::uint64_t written_;   // the producer's position as last seen
  };

  static constexpr Promises kPromises{.producers_max = 1,
                                      .consumers_max = 1,
                                      .capacity = CapacityRule::power_of_two,
                                      .empty = Exactness::guess,
                                      .full = Exactness::guess,
                                      .survives =
                                          "a killed producer, less what it had not published; a killed "
                                          "consumer leaves its producer waiting"};

  explicit ShmSpscRing(const RoundSpec& spec) : RingChannel(spec, kPromises) {}
  ShmSpscRing(const RoundSpec& spec, const Handles& handles) : RingChannel(spec, handles) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const { return {touched(), spec()}; }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const { return {touched(), spec()}; }
};

}  // namespace pcbench
