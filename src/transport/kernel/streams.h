// socketpair_stream, unix_stream, tcp: stream sockets, a connection for each producer, a message a frame.
// Promises    Px1, per_producer (the consumer goes round the connections), lossless, thread and process (fork
//             and spawn), closes by the end of file; the kernel sizes the buffers. Several consumers are not
//             possible: a read may return a part of a frame, which cannot be put back. `empty` and `full` are
//             guesses: the connections are looked at one after another, and a buffer counts bytes, not
//             messages.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ connects and drops all ends; each endpoint closes its own duplicates. unix_stream's name
//             is gone before any worker exists; tcp's port is one that the kernel chose, and closed likewise.
// Layout      the kernel's. A run of several messages goes in by one write and out by one read; TCP_NODELAY.
// Pairs       the kernel's own locks; B1 → B2 how much of a frame the consumer before the drain had taken
// Peer death  producer: its half frame is dropped at its connection's end of file; the others go on. The only
//             consumer: producers fill the sockets and wait; the drain skips what is left of the frame it had
//             begun, unless it was killed between the read and the note of it.
// Source      unix(7), tcp(7)
#pragma once

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "transport/kernel/limits.h"
#include "transport/kernel/sockets.h"
#include "transport/parts/pipe_ends.h"

namespace pcbench {

/// A ConsumerEndpoint over several connections, in turn.
class FanIn {
 public:
  FanIn(const SocketEnds& ends, std::size_t frame_bytes, std::uint32_t run) {
    lines_.reserve(ends.connections());
    for (std::uint32_t i = 0; i < ends.connections(); ++i) {
      FileDescriptor end = ends.consumer(i);
      watched_.push_back({end.get(), POLLIN, 0});
      lines_.emplace_back(NotedSource(std::move(end), frame_bytes, ends.begun_bytes(i)), frame_bytes, run);
    }
    open_ = ends.connections();
  }

  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
    for (std::size_t looked = 0; looked < lines_.size(); ++looked, next()) {
      if (watched_[current_].fd < 0) continue;
      const ReadRun run = lines_[current_].try_peek(want);
      lent_ = run.count;
      if (run.count != 0) return run;
      if (!is_end(run.status)) continue;
      watched_[current_].fd = -1;  // poll ignores it from now on
      --open_;
    }
    return {.status = open_ == 0 ? PopStatus::closed : PopStatus::empty};
  }

  void release(std::uint32_t count) noexcept {
    lines_[current_].release(count);
    if (count == lent_) next();
    else lent_ -= count;
  }

  void park(std::uint64_t timeout_ns) noexcept {
    if (open_ == 0) return;
    const timespec timeout = timespec_of(timeout_ns);
    ::ppoll(watched_.data(), watched_.size(), &timeout, nullptr);
  }

 private:
  /// A PipeSource that notes how much of a frame it holds for whoever reads after it.
  class NotedSource {
   public:
    NotedSource(FileDescriptor fd, std::size_t frame_bytes, std::atomic<std::uint32_t>& begun) noexcept
        // B2: acquire, so that its reads come after those of the consumer before it
        : NotedSource(std::move(fd), frame_bytes, begun, begun.load(std::memory_order_acquire)) {}

    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      Taken taken = pipe_.try_take(room, want);
      // B1 → B2: bytes of the next frame that are gone from the socket
      begun_.store(static_cast<std::uint32_t>(pipe_.begun_bytes()), std::memory_order_release);
      if (taken.count != 0 && skips_) {
        skips_ = false;
        std::memmove(room, room + frame_bytes_, (taken.count - 1) * frame_bytes_);
        if (--taken.count == 0) return {};
      }
      return taken;
    }
    [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                    std::uint64_t /*timeout_ns*/) noexcept {
      return {};  // never called: FanIn waits for all of them at once
    }

   private:
    NotedSource(FileDescriptor fd, std::size_t frame_bytes, std::atomic<std::uint32_t>& begun,
                std::uint32_t skipped_bytes) noexcept
        : pipe_(std::move(fd), frame_bytes, skipped_bytes),
          begun_(begun),
          frame_bytes_(frame_bytes),
          skips_(skipped_bytes != 0) {}

    PipeSource pipe_;
    std::atomic<std::uint32_t>& begun_;
    std::size_t frame_bytes_;
    bool skips_;  // the first frame was begun by another, who is dead
  };

  void next() noexcept { current_ = current_ + 1 == lines_.size() ? 0 : current_ + 1; }

  std::vector<CopyingConsumer<NotedSource>> lines_;
  std::vector<pollfd> watched_;
  std::size_t current_ = 0;
  std::uint32_t lent_ = 0;  // by the last try_peek, not yet released
  std::uint32_t open_ = 0;  // connections whose producer has not closed
};

template <SocketKind kKind>
class StreamTransport {
 public:
  using Producer = CopyingProducer<PipeSink>;
  using Consumer = FanIn;

  static constexpr Promises kPromises{.consumers_max = 1,
                                      .order = Order::per_producer,
                                      .capacity = CapacityRule::kernel,
                                      .capacity_slots_max = 65536,
                                      .empty = Exactness::guess,
                                      .full = Exactness::guess,
                                      .survives = "a producer killed at any time that is not the last"};

  [[nodiscard]] static std::string refuse(const Case& config) {
    return refuse_by_trial<StreamTransport>(config);
  }

  explicit StreamTransport(const RoundSpec& spec) : spec_(spec), ends_(kKind, spec) {}
  StreamTransport(const RoundSpec& spec, const Handles& handles) : spec_(spec), ends_(kKind, handles) {}

  [[nodiscard]] Producer producer(std::uint32_t index) const {
    return {PipeSink(ends_.producer(index), spec_.message_bytes), spec_.message_bytes, run()};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    return {ends_, spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const { return ends_.effective(run()); }
  [[nodiscard]] Handles handles() const { return ends_.handles(); }
  void drop_ends(Keep keep) noexcept { ends_.drop(keep); }

 private:
  [[nodiscard]] std::uint32_t run() const noexcept {
    const std::uint64_t each = ends_.capacity() == 0 ? UINT64_MAX : ends_.capacity() / ends_.connections();
    return run_messages(spec_.batch_messages, spec_.message_bytes, each);
  }

  RoundSpec spec_;
  SocketEnds ends_;
};

}  // namespace pcbench
