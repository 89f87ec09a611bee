// pipe_vmsplice: a pipe that is given the producer's pages instead of a copy of them; the consumer copies
// once.
// Promises    1x1, FIFO, lossless, thread and process (fork and spawn), closes by the end of file; payload
//             from 64 KiB on (below it a copy is cheaper: `pipe`) to 1 MiB; the kernel rounds capacity; no
//             batch call.
// Threads     each endpoint by one thread; both at once.
// Owner       run/ creates both ends and drops them; each endpoint closes its own duplicate. The producer
//             owns the pages; a page that is still inside the pipe outlives it.
// Layout      the producer's: [slot 0 … slot n-1], a frame each, at the begin of a page. A page may be
//             written anew only when the pipe has let it go. A pipe holds at most as many pages as it was
//             made for, in order; so n slots are more pages than that, beside the slot that is written: when
//             the last frame is wholly inside, the frame that was in the next slot is wholly out.
// Pairs       the kernel's own lock
// Peer death  as pipe.h with frames larger than PIPE_BUF: half a frame before the end of file is told
// Source      vmsplice(2)
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "base/layout.h"
#include "base/shared_region.h"
#include "transport/parts/pipe_ends.h"

namespace pcbench {

class PipeVmsplice {
 public:
  /// A ProducerEndpoint that builds each frame in pages of its own and hands these over.
  class Producer {
   public:
    /// Requires: PIPE_BYTES is what the pipe behind FD was made for.
    Producer(FileDescriptor fd, std::size_t frame_bytes, std::size_t pipe_bytes)
        : fd_(std::move(fd)),
          frame_bytes_(frame_bytes),
          slot_bytes_(align_up(frame_bytes, kPageBytes)),
          slots_(pipe_bytes / slot_bytes_ + 2),
          pages_(SharedRegion::create(slots_ * slot_bytes_)) {
      pages_.prefault();
    }

    [[nodiscard]] WriteRun try_reserve(std::uint32_t /*want*/) noexcept {
      return {pages_.data() + slot_ * slot_bytes_, slot_bytes_, 1, PushStatus::ok};
    }
    [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
      left_bytes_ = count * frame_bytes_;
      return flush();
    }
    [[nodiscard]] PushStatus flush() noexcept {
      while (left_bytes_ != 0) {
        const std::byte* rest = pages_.data() + slot_ * slot_bytes_ + frame_bytes_ - left_bytes_;
        const iovec piece{const_cast<std::byte*>(rest), left_bytes_};
        const ssize_t n = ::vmsplice(fd_.get(), &piece, 1, SPLICE_F_NONBLOCK);
        if (n > 0) handed_over(static_cast<std::size_t>(n));
        else if (errno == EAGAIN) return PushStatus::full;
        else if (errno != EINTR) return abandon();  // EPIPE: no consumer is left
      }
      return PushStatus::ok;
    }
    void close() noexcept { fd_.reset(); }
    void park(std::uint64_t timeout_ns) noexcept { poll_within(fd_.get(), POLLOUT, timeout_ns); }

   private:
    void handed_over(std::size_t bytes) noexcept {
      left_bytes_ -= bytes;
      if (left_bytes_ == 0) slot_ = (slot_ + 1) % slots_;
    }
    [[nodiscard]] PushStatus abandon() noexcept {
      left_bytes_ = 0;
      return PushStatus::closed;
    }

    FileDescriptor fd_;
    std::size_t frame_bytes_;
    std::size_t slot_bytes_;
    std::size_t slots_;
    SharedRegion pages_;
    std::size_t slot_ = 0;        // the one that is lent or being handed over
    std::size_t left_bytes_ = 0;  // of its frame, not yet inside
  };
  using Consumer = CopyingConsumer<PipeSource>;

  static constexpr Promises kPromises{.producers_max = 1,
                                      .consumers_max = 1,
                                      .capacity = CapacityRule::kernel,
                                      .capacity_slots_max = 65536,
                                      .batch = false,
                                      .full = Exactness::guess,
                                      .survives =
                                          "a killed producer, which the consumer is told of where it was "
                                          "within a frame; a killed consumer leaves its producer waiting"};

  [[nodiscard]] static std::string refuse(const Case& config) {
    if (config.payload_bytes < kPayloadBytesMin)
      return "it gives away whole pages, which below " + std::to_string(kPayloadBytesMin) +
             " payload bytes costs more than a copy: take a larger payload, or pipe";
    return refuse_pipe_size(config);
  }

  explicit PipeVmsplice(const RoundSpec& spec) : spec_(spec), ends_(0) {
    const std::size_t slot_bytes = align_up(spec.message_bytes, kPageBytes);
    ends_.set_capacity(spec.capacity_slots, slot_bytes);
  }
  PipeVmsplice(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), ends_(handles.at(0), handles.at(1)) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {ends_.writer(), spec_.message_bytes, ends_.bytes()};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    return {PipeSource(ends_.reader(), spec_.message_bytes), spec_.message_bytes, 1};
  }
  [[nodiscard]] Effective effective() const {
    return ends_.effective(align_up(spec_.message_bytes, kPageBytes), 1);
  }
  [[nodiscard]] Handles handles() const { return ends_.handles(); }
  void drop_ends(Keep keep) noexcept { ends_.drop(keep); }

 private:
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::uint32_t kPayloadBytesMin = 64U << 10U;

  RoundSpec spec_;
  PipeEnds ends_;
};

}  // namespace pcbench
