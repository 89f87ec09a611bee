// eventfd_ring: a ring in shared memory whose sleepers are woken by eventfds, as an event loop would have it.
// Promises    1x1, FIFO, lossless, thread and process (fork and spawn), can close; capacity a power of two.
// Threads     try_reserve, commit, flush, close: the producer only. try_peek, release: the consumer only.
// Owner       run/ creates and destroys both regions and both eventfds; an endpoint maps the ones and has
//             duplicates of the others.
// Layout      the ring: parts/ring_memory.h; each commit is published at once.
//             the bells: [header 128][consumer sleeps 128][producer sleeps 128]
// Pairs       P1 → C1 slots are written;  C2 → P2 slots are free;  P3 → C3 closed after the last message;
//             E1 → E2 what was published before;  E2 → E1 somebody sleeps
// Peer death  producer before P1: message never seen; consumer before C2: slot stays taken, the producer
//             waits, the watchdog ends the round
// Source      eventfd(2)
#pragma once

#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>

#include "transport/parts/pipe_ends.h"
#include "transport/parts/ring_memory.h"
#include "transport/transport.h"

namespace pcbench {

/// One sleeper's bell: a flag in shared memory that says that it sleeps, and the eventfd that wakes it. The
/// count of an eventfd stays until it is read, so that a ring between the look and the sleep is not missed.
class Bell {
 public:
  Bell(std::atomic<std::uint32_t>& sleeps, FileDescriptor fd) noexcept
      : sleeps_(sleeps), fd_(std::move(fd)) {}

  /// Wakes the sleeper, if it sleeps. Call it after what it waits for was made visible.
  void ring() noexcept {
    // E1: an acq_rel read-modify-write of the word that the sleeper also modifies. Either it comes first in
    // that word's order, and the sleeper's own (E2) then sees what was published before; or it sees the
    // sleeper.
    if (sleeps_.fetch_add(0, std::memory_order_acq_rel) == 0) return;
    const std::uint64_t once = 1;
    [[maybe_unused]] const ssize_t rung = ::write(fd_.get(), &once, sizeof once);  // full: rung often enough
  }

  /// Sleeps until rung or TIMEOUT_NS is over, unless READY() already holds. May return early.
  template <class Ready>
  void wait(std::uint64_t timeout_ns, Ready&& ready) noexcept {
    sleeps_.exchange(1, std::memory_order_acq_rel);  // E2 → E1: from now on the peer will ring
    if (!ready()) poll_within(fd_.get(), POLLIN, timeout_ns);
    sleeps_.store(0, std::memory_order_relaxed);  // relaxed: at worst one needless ring
    std::uint64_t rings = 0;
    [[maybe_unused]] const ssize_t taken = ::read(fd_.get(), &rings, sizeof rings);  // none: it was not rung
  }

 private:
  std::atomic<std::uint32_t>& sleeps_;
  FileDescriptor fd_;
};

class EventfdRing {
  /// Who sleeps, 1 or 0: written by the sleeper, read by whoever would wake it.
  struct Sleepers {
    RegionHeader header;
    alignas(kFalseSharingBytes) std::atomic<std::uint32_t> consumer;
    alignas(kFalseSharingBytes) std::atomic<std::uint32_t> producer;
  };
  static_assert(sizeof(Sleepers) == 3 * kFalseSharingBytes, "the two must not share a cache line");
  static constexpr RegionHeader kHeader{0x70636265'6c6c7331U, 1, sizeof(Sleepers)};  // "pcbells1"

 public:
  class Producer {
   public:
    Producer(const RingMemory& memory, Bell consumer, Bell own, bool parks) noexcept
        : memory_(memory),
          control_(memory.control()),
          consumer_(std::move(consumer)),
          own_(std::move(own)),
          parks_(parks) {
      written_ = control_.write.write_pos.load(std::memory_order_relaxed);  // relaxed: only we store it
    }

    [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
      // P2: the consumer is done with the slots before it
      read_ = control_.read.read_pos.load(std::memory_order_acquire);
      const std::uint64_t free = memory_.capacity() - (written_ - read_);
      if (free == 0) return {};
      const std::uint64_t slot = written_ & (memory_.capacity() - 1);
      const std::uint64_t count = std::min({std::uint64_t{want}, free, memory_.capacity() - slot});
      return {memory_.slots() + slot * memory_.stride(), memory_.stride(), static_cast<std::uint32_t>(count),
              PushStatus::ok};
    }
    [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
      written_ += count;
      control_.write.write_pos.store(written_,
                                     std::memory_order_release);  // P1 → C1: slots below are written
      if (parks_) consumer_.ring();
      return PushStatus::ok;
    }
    [[nodiscard]] PushStatus flush() noexcept { return PushStatus::ok; }
    void close() noexcept {
      control_.closed.store(1, std::memory_order_release);  // P3 → C3: the last write_pos is final
      consumer_.ring();
    }
    void park(std::uint64_t timeout_ns) noexcept {
      // P2: only to see whether to sleep
      own_.wait(timeout_ns,
                [this] { return control_.read.read_pos.load(std::memory_order_acquire) != read_; });
    }

   private:
    const RingMemory& memory_;
    RingControl& control_;
    Bell consumer_;
    Bell own_;
    bool parks_;
    std::uint64_t written_;   // our own position
    std::uint64_t read_ = 0;  // the consumer's position as last seen
  };

  class Consumer {
   public:
    Consumer(const RingMemory& memory, Bell producer, Bell own, bool parks) noexcept
        : memory_(memory),
          control_(memory.control()),
          producer_(std::move(producer)),
          own_(std::move(own)),
          parks_(parks) {
      // acquire: a drain adopts the position of the consumer before it, and what that one left in the slots
      consumed_ = control_.read.read_pos.load(std::memory_order_acquire);
    }

    [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
      const bool closed = control_.closed.load(std::memory_order_acquire) != 0;  // C3: before the index
      const std::uint64_t written = control_.write.write_pos.load(std::memory_order_acquire);  // C1
      if (written == consumed_) return {nullptr, 0, 0, closed ? PopStatus::closed : PopStatus::empty};
      const std::uint64_t slot = consumed_ & (memory_.capacity() - 1);
      const std::uint64_t count =
          std::min({std::uint64_t{want}, written - consumed_, memory_.capacity() - slot});
      return {memory_.slots() + slot * memory_.stride(), memory_.stride(), static_cast<std::uint32_t>(count),
              PopStatus::ok};
    }
    void release(std::uint32_t count) noexcept {
      consumed_ += count;
      control_.read.read_pos.store(consumed_,
                                   std::memory_order_release);  // C2 → P2: done with slots below it
      if (parks_) producer_.ring();
    }
    void park(std::uint64_t timeout_ns) noexcept {
      own_.wait(timeout_ns, [this] {
        // C1 and C3: only to see whether to sleep
        return control_.write.write_pos.load(std::memory_order_acquire) != consumed_ ||
               control_.closed.load(std::memory_order_acquire) != 0;
      });
    }

   private:
    const RingMemory& memory_;
    RingControl& control_;
    Bell producer_;
    Bell own_;
    bool parks_;
    std::uint64_t consumed_;  // our own position
  };

  static constexpr Promises kPromises{
      .producers_max = 1,
      .consumers_max = 1,
      .capacity = CapacityRule::power_of_two,
      .survives = "a killed producer; a killed consumer leaves its producer waiting"};

  explicit EventfdRing(const RoundSpec& spec)
      : spec_(spec),
        memory_(spec, kPromises),
        region_(SharedRegion::create(sizeof(Sleepers))),
        sleepers_(new(region_.data()) Sleepers{kHeader, {}, {}}),
        not_empty_(new_eventfd()),
        not_full_(new_eventfd()) {}
  EventfdRing(const RoundSpec& spec, const Handles& handles)
      : spec_(spec),
        memory_(handles.at(0)),
        region_(SharedRegion::attach(FileDescriptor(handles.at(1)))),
        not_empty_(handles.at(2)),
        not_full_(handles.at(3)) {
    require_region(region_.data(), region_.size(), kHeader, "eventfd_ring attach");
    sleepers_ = std::launder(reinterpret_cast<Sleepers*>(region_.data()));
  }

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    memory_.region().prefault();
    return {memory_, not_empty(), not_full(), parks()};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    memory_.region().prefault();
    return {memory_, not_full(), not_empty(), parks()};
  }
  [[nodiscard]] Effective effective() const { return memory_.effective(spec_.batch_messages); }
  [[nodiscard]] Handles handles() const {
    return {memory_.region().descriptor(), region_.descriptor(), not_empty_.get(), not_full_.get()};
  }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  static FileDescriptor new_eventfd() {
    FileDescriptor made(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!made) throw system_error("eventfd", "raise the limit of open files: ulimit -n");
    return made;
  }
  [[nodiscard]] bool parks() const noexcept { return spec_.wait == WaitStrategy::park; }
  [[nodiscard]] Bell not_empty() const { return {sleepers_->consumer, not_empty_.duplicate()}; }
  [[nodiscard]] Bell not_full() const { return {sleepers_->producer, not_full_.duplicate()}; }

  RoundSpec spec_;
  RingMemory memory_;
  SharedRegion region_;
  Sleepers* sleepers_ = nullptr;
  FileDescriptor not_empty_;
  FileDescriptor not_full_;
};

}  // namespace pcbench
