// shm_value_ring: one producer hands small messages to one consumer; the line that a message lies in also
// tells that it is there, so that one cache line has to move where a ring with positions needs two.
// Promises    1x1, FIFO, lossless, thread and process (fork and spawn), can close; capacity a power of two;
//             a message and its turn fit into a cache line. `full` is a guess: slots are freed in quarters.
// Threads     try_reserve, commit, flush, close: the producer only. try_peek, release: the consumer only.
// Owner       run/ creates and destroys the region; an endpoint maps it and never unmaps another's.
// Layout      parts/ring_memory.h without write_pos; a slot is 32 or 64 bytes: [message][room][turn 8], its
//             turn being 1 more than the position of the message in it, 0 at first
// Pairs       P1 → C1 the slot is written;  C2 → P2 slots are free;  P3 → C3 closed after the last message
// Peer death  producer before P1: the message was never there; consumer before C2: slots stay taken, the
//             producer waits, the watchdog ends the round
// Source      sequence in the slot: Vyukov, "Bounded MPMC queue" (1024cores.net); for one consumer it need
//             not be written back. Freeing in steps: Lee, Bu and Chandranmenon (MCRB, ANCS 2009)
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "transport/parts/ring_channel.h"

namespace pcbench {

class ShmValueRing : public RingChannel {
  static constexpr std::size_t kLineBytes = 64;
  static constexpr std::size_t kSlotBytesMin = 32;
  using Turn = std::uint64_t;

  /// Half a line where that is enough, else a whole one: no slot lies in two.
  static constexpr std::size_t slot_bytes(std::size_t message) noexcept {
    return message + sizeof(Turn) <= kSlotBytesMin ? kSlotBytesMin : kLineBytes;
  }

  /// What both sides know of the ring.
  class Slots {
   public:
    explicit Slots(const RingMemory& memory) noexcept
        : first_(memory.slots()), capacity_(memory.capacity()), stride_(memory.stride()) {}

    [[nodiscard]] std::uint64_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::size_t stride() const noexcept { return stride_; }
    [[nodiscard]] std::byte* at(std::uint64_t position) const noexcept {
      return first_ + (position & (capacity_ - 1)) * stride_;
    }
    /// How many slots there are from POSITION to the end of the array.
    [[nodiscard]] std::uint64_t before_end(std::uint64_t position) const noexcept {
      return capacity_ - (position & (capacity_ - 1));
    }
    [[nodiscard]] bool written(std::uint64_t position) const noexcept {
      return turn(position).load(std::memory_order_acquire) == position + 1;  // C1: the message is written
    }
    void hand_over(std::uint64_t position) const noexcept {
      turn(position).store(position + 1, std::memory_order_release);  // P1 → C1: the message is written
    }

   private:
    [[nodiscard]] std::atomic_ref<Turn> turn(std::uint64_t position) const noexcept {
      return std::atomic_ref<Turn>(
          *reinterpret_cast<Turn*>(at(position) + stride_ - sizeof(Turn)));  // zeroed when it was created
    }

    std::byte* first_;
    std::uint64_t capacity_;
    std::size_t stride_;
  };

 public:
  class Producer {
   public:
    Producer(const RingMemory& memory, const RoundSpec& spec) noexcept
        : control_(memory.control()), slots_(memory), parks_(spec.wait == WaitStrategy::park) {
      written_ = read_ = control_.read.read_pos.load(std::memory_order_acquire);  // P2
      while (written_ - read_ < slots_.capacity() && slots_.written(written_)) ++written_;
    }

    [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
      std::uint64_t free = slots_.capacity() - (written_ - read_);
      if (free < want) {
        read_ =
            control_.read.read_pos.load(std::memory_order_acquire);  // P2: the consumer is done with these
        free = slots_.capacity() - (written_ - read_);
        if (free == 0) return {};
      }
      const std::uint64_t count = std::min({std::uint64_t{want}, free, slots_.before_end(written_)});
      return {slots_.at(written_), slots_.stride(), static_cast<std::uint32_t>(count), PushStatus::ok};
    }

    [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
      for (const std::uint64_t end = written_ + count; written_ != end; ++written_)
        slots_.hand_over(written_);
      if (parks_) control_.not_empty.notify(1);
      return PushStatus::ok;
    }

    [[nodiscard]] PushStatus flush() noexcept { return PushStatus::ok; }

    void close() noexcept {
      control_.closed.store(1, std::memory_order_release);  // P3 → C3: the last turn is final
      control_.not_empty.notify(1);
    }

    void park(std::uint64_t timeout_ns) noexcept {
      control_.not_full.wait(timeout_ns, [this] {
        // P2: only to see whether to sleep
        return control_.read.read_pos.load(std::memory_order_acquire) != read_;
      });
    }

   private:
    RingControl& control_;
    Slots slots_;
    bool parks_;
    std::uint64_t written_ = 0;  // our own position
    std::uint64_t read_ = 0;     // the consumer's position as last seen
  };

  class Consumer {
   public:
    Consumer(const RingMemory& memory, const RoundSpec& spec) noexcept
        : control_(memory.control()),
          slots_(memory),
          free_every_(std::max<std::uint64_t>(memory.capacity() / 4, 1)),
          parks_(spec.wait == WaitStrategy::park) {
      // acquire: a drain adopts the position of the consumer before it, and what that one left in the slots
      consumed_ = freed_ = control_.read.read_pos.load(std::memory_order_acquire);
    }
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;
    ~Consumer() { free_slots(); }

    [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
      if (!slots_.written(consumed_)) {
        free_slots();
        const bool closed =
            control_.closed.load(std::memory_order_acquire) != 0;  // C3: before the turn below
        if (!slots_.written(consumed_)) return {nullptr, 0, 0, closed ? PopStatus::closed : PopStatus::empty};
      }
      const std::uint64_t most = std::min<std::uint64_t>(want, slots_.before_end(consumed_));
      std::uint32_t count = 1;
      while (count < most && slots_.written(consumed_ + count)) ++count;
      return {slots_.at(consumed_), slots_.stride(), count, PopStatus::ok};
    }

    void release(std::uint32_t count) noexcept {
      consumed_ += count;
      if (consumed_ - freed_ >= free_every_) free_slots();
    }

    void park(std::uint64_t timeout_ns) noexcept {
      control_.not_empty.wait(timeout_ns, [this] {
        // C3: only to see whether to sleep
        return slots_.written(consumed_) || control_.closed.load(std::memory_order_acquire) != 0;
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
    Slots slots_;
    std::uint64_t free_every_;
    bool parks_;
    std::uint64_t consumed_ = 0;  // our own position
    std::uint64_t freed_ = 0;     // what the producer can know of it
  };

  static constexpr Promises kPromises{
      .producers_max = 1,
      .consumers_max = 1,
      .payload_bytes_max = kLineBytes - sizeof(Turn) - message_bytes(0),
      .capacity = CapacityRule::power_of_two,
      .full = Exactness::guess,
      .survives = "a killed producer; a killed consumer leaves its producer waiting"};

  explicit ShmValueRing(const RoundSpec& spec)
      : RingChannel(spec, kPromises, slot_bytes(spec.message_bytes)) {}
  ShmValueRing(const RoundSpec& spec, const Handles& handles) : RingChannel(spec, handles) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const { return {touched(), spec()}; }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const { return {touched(), spec()}; }
};

}  // namespace pcbench
