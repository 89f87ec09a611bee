// pipe: one kernel pipe, written and read without blocking, a message a frame.
// Promises    any PxC as long as a frame is at most PIPE_BUF (4096 bytes) where several write or several
//             read, else 1x1; FIFO, lossless, thread and process (fork and spawn), closes by the end of file;
//             the kernel rounds capacity. `full` is a guess: a page is free only when all of it was read.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ creates both ends and drops them; each endpoint closes its own duplicate.
// Layout      the kernel's. A run of several messages goes in by one write and out by one read. With several
//             writers it is cut to PIPE_BUF, which keeps it whole; with several readers it is one frame,
//             because what a read took cannot be put back. The kernel serialises reads, so a reader of whole
//             frames finds whole frames.
// Pairs       the kernel's own lock
// Peer death  with frames of at most PIPE_BUF: written wholly or not at all, and nobody waits for the dead,
//             while another of their role is left. When the last consumer dies, producers fill the pipe and
//             wait: no EPIPE tells them, for the supervisor keeps a reading end for the final drain.
//             With larger ones: a half frame before the end of file is dropped, and delivery finds the
//             message missing.
// Source      pipe(7)
#pragma once

#include <climits>
#include <cstdint>
#include <string>

#include "transport/parts/pipe_ends.h"

namespace pcbench {

class Pipe {
 public:
  using Producer = CopyingProducer<PipeSink>;
  using Consumer = CopyingConsumer<PipeSource>;

  static constexpr Promises kPromises{
      .capacity = CapacityRule::kernel,
      .capacity_slots_max = 65536,
      .full = Exactness::guess,
      .survives =
          "a worker killed at any time that is not its role's last, with frames of at most 4096 bytes"};

  [[nodiscard]] static std::string refuse(const Case& config) {
    const std::size_t frame_bytes = message_bytes(config.payload_bytes);
    if ((config.producers > 1 || config.consumers > 1) && frame_bytes > PIPE_BUF)
      return "a frame of " + std::to_string(frame_bytes) + " bytes is larger than PIPE_BUF (" +
             std::to_string(PIPE_BUF) +
             "), so that frames of several writers or readers would mix: use 1x1, a smaller payload, or "
             "pipe_locked";
    return refuse_pipe_size(config);
  }

  explicit Pipe(const RoundSpec& spec) : spec_(spec), ends_(spec), run_(run()) {}
  Pipe(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), ends_(handles.at(0), handles.at(1)), run_(run()) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {PipeSink(ends_.writer(), spec_.message_bytes), spec_.message_bytes, run_};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    return {PipeSource(ends_.reader(), spec_.message_bytes), spec_.message_bytes, run_};
  }
  [[nodiscard]] Effective effective() const { return ends_.effective(spec_, run_); }
  [[nodiscard]] Handles handles() const { return ends_.handles(); }
  void drop_ends(Keep keep) noexcept { ends_.drop(keep); }

 private:
  [[nodiscard]] std::uint32_t run() const {
    if (spec_.consumers > 1) return 1;
    const std::uint64_t atomic = spec_.producers > 1 ? PIPE_BUF / spec_.message_bytes : UINT64_MAX;
    const std::uint64_t holds = ends_.effective(spec_, 1).capacity_slots;
    return run_messages(spec_.batch_messages, spec_.message_bytes, std::min(atomic, holds));
  }

  RoundSpec spec_;
  PipeEnds ends_;
  std::uint32_t run_;
};

}  // namespace pcbench
