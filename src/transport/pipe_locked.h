// pipe_locked: one kernel pipe for frames of any size; a lock a side keeps each run of frames together.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn), closes by the end of file;
//             payload up to 1 MiB; the kernel rounds capacity. `empty` and `full` are guesses: they may also
//             mean "not my turn".
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ creates the pipe and the region; each endpoint closes its own duplicate and maps the
//             region.
// Layout      region: [header 128][writer's lock 128][writers' event 128][reader's lock 128]
//             [readers' event 128]
// Pairs       the kernel's own lock for the bytes; OwnerLock's L1 → L2 only passes the turn on
// Peer death  whoever dies within a frame keeps its side's lock: that side stops, the watchdog ends the
//             round. Where it was the only writer, the end of file comes within its frame, and the consumer
//             is told so (cut_off): a fail-stop.
// Source      multiprocessing.Queue of Python: a pipe between a writers' and a readers' lock
#pragma once

#include <cstdint>
#include <new>

#include "base/shared_region.h"
#include "transport/parts/pipe_ends.h"
#include "wait/event_count.h"
#include "wait/owner_lock.h"
#include "worker/lock_hook.h"

namespace pcbench {

class PipeLocked {
  /// Whose turn it is on one side. A turn lasts until the whole run is through, over as many tries as that
  /// takes.
  struct Turn {
    alignas(kFalseSharingBytes) OwnerLock lock;
    EventCount free;
  };
  struct Turns {
    RegionHeader header{};
    Turn writer;
    Turn reader;
  };
  static_assert(sizeof(Turns) == 5 * kFalseSharingBytes, "the two sides must not share a cache line");
  static constexpr RegionHeader kTurnsHeader{0x70637475'726e7331U, 1, sizeof(Turns)};  // "pcturns1"

  /// One endpoint's share in the turns of its side.
  class TurnTaker {
   public:
    TurnTaker(Turn& turn, std::uint32_t index, bool parks) noexcept
        : turn_(turn), index_(index), parks_(parks) {}
    [[nodiscard]] bool mine() noexcept { return mine_ = mine_ || turn_.lock.try_lock(index_); }
    void pass_on() noexcept {
      mine_ = false;
      turn_.lock.unlock();
      if (parks_) turn_.free.notify(1);
    }
    /// Waits for another's turn to end; false: nobody else has it.
    [[nodiscard]] bool wait(std::uint64_t timeout_ns) noexcept {
      if (mine_ || turn_.lock.holder() == OwnerLock::kFree) return false;
      turn_.free.wait(timeout_ns, [this] { return turn_.lock.holder() == OwnerLock::kFree; });
      return true;
    }

   private:
    Turn& turn_;
    std::uint32_t index_;
    bool parks_;
    bool mine_ = false;
  };

  template <class Hook>
  class LockedSink {
   public:
    LockedSink(PipeSink pipe, TurnTaker turn) noexcept : pipe_(std::move(pipe)), turn_(turn) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      if (!turn_.mine()) return {};
      Hook::holding_lock();
      const Put put = pipe_.try_put(first, count);
      if (!pipe_.midway()) turn_.pass_on();
      return put;
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t count,
                                 std::uint64_t timeout_ns) noexcept {
      return turn_.wait(timeout_ns) ? Put{} : pipe_.put_within(first, count, timeout_ns);
    }
    void close() noexcept { pipe_.close(); }

   private:
    PipeSink pipe_;
    TurnTaker turn_;
  };

  template <class Hook>
  class LockedSource {
   public:
    LockedSource(PipeSource pipe, TurnTaker turn) noexcept : pipe_(std::move(pipe)), turn_(turn) {}
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      if (!turn_.mine()) return {};
      Hook::holding_lock();
      const Taken taken = pipe_.try_take(room, want);
      if (!pipe_.midway()) turn_.pass_on();
      return taken;
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) noexcept {
      return turn_.wait(timeout_ns) ? Taken{} : pipe_.take_within(room, want, timeout_ns);
    }

   private:
    PipeSource pipe_;
    TurnTaker turn_;
  };

 public:
  using Producer = CopyingProducer<LockedSink<NoLockHook>>;
  using Consumer = CopyingConsumer<LockedSource<NoLockHook>>;

  static constexpr Promises kPromises{.capacity = CapacityRule::kernel,
                                      .capacity_slots_max = 65536,
                                      .empty = Exactness::guess,
                                      .full = Exactness::guess,
                                      .survives =
                                          "a worker killed outside a frame that is not its role's last; "
                                          "within one it keeps its side's lock"};

  explicit PipeLocked(const RoundSpec& spec)
      : spec_(spec),
        ends_(spec),
        region_(SharedRegion::create(sizeof(Turns))),
        turns_(new(region_.data()) Turns{}),
        run_(run()) {
    turns_->header = kTurnsHeader;
  }
  PipeLocked(const RoundSpec& spec, const Handles& handles)
      : spec_(spec),
        ends_(handles.at(0), handles.at(1)),
        region_(SharedRegion::attach(FileDescriptor(handles.at(2)))),
        turns_(std::launder(reinterpret_cast<Turns*>(region_.data()))),
        run_(run()) {
    require_region(region_.data(), region_.size(), kTurnsHeader, "pipe_locked attach");
  }

  template <class Hook = NoLockHook>
  [[nodiscard]] CopyingProducer<LockedSink<Hook>> producer(std::uint32_t index) const {
    return {{PipeSink(ends_.writer(), spec_.message_bytes), {turns_->writer, index, parks()}},
            spec_.message_bytes,
            run_};
  }
  template <class Hook = NoLockHook>
  [[nodiscard]] CopyingConsumer<LockedSource<Hook>> consumer(std::uint32_t index) const {
    return {{PipeSource(ends_.reader(), spec_.message_bytes), {turns_->reader, index, parks()}},
            spec_.message_bytes,
            run_};
  }
  [[nodiscard]] Effective effective() const { return ends_.effective(spec_.message_bytes, run_); }
  [[nodiscard]] Handles handles() const {
    Handles all = ends_.handles();
    all.push_back(region_.descriptor());
    return all;
  }
  void drop_ends(Keep keep) noexcept { ends_.drop(keep); }

 private:
  [[nodiscard]] bool parks() const noexcept { return spec_.wait == WaitStrategy::park; }
  /// One at a time for several consumers: what a read took out cannot be put back.
  [[nodiscard]] std::uint32_t run() const {
    return spec_.consumers > 1 ? 1
                               : run_messages(spec_.batch_messages, spec_.message_bytes,
                                              ends_.effective(spec_.message_bytes, 1).capacity_slots);
  }

  RoundSpec spec_;
  PipeEnds ends_;
  SharedRegion region_;
  Turns* turns_;
  std::uint32_t run_;
};

}  // namespace pcbench
