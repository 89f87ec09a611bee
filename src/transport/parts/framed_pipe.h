// FramedPipe: one kernel pipe, a message a frame, several writers or readers only where a frame is atomic.
// What a pipe without a name (pipe.h) and one with a name (kernel/pipes.h) share.
// Owner       run/ creates both ends and drops them; each endpoint closes its own duplicate.
#pragma once

#include <algorithm>
#include <climits>
#include <cstdint>
#include <string>
#include <utility>

#include "transport/parts/pipe_ends.h"

namespace pcbench {

/// One kernel pipe, written and read without blocking, a message a frame.
class FramedPipe {
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

  explicit FramedPipe(const RoundSpec& spec) : FramedPipe(spec, PipeEnds(spec)) {}
  FramedPipe(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), ends_(handles.at(0), handles.at(1)), run_(run()) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {PipeSink(ends_.writer(), spec_.message_bytes), spec_.message_bytes, run_};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    return {PipeSource(ends_.reader(), spec_.message_bytes), spec_.message_bytes, run_};
  }
  [[nodiscard]] Effective effective() const { return ends_.effective(spec_.message_bytes, run_); }
  [[nodiscard]] Handles handles() const { return ends_.handles(); }
  void drop_ends(Keep keep) noexcept { ends_.drop(keep); }

 protected:
  FramedPipe(const RoundSpec& spec, PipeEnds ends) : spec_(spec), ends_(std::move(ends)) {
    if (spec.capacity_slots == 0 && spec.batch_messages > 1) ends_.grow();
    run_ = run();
  }

 private:
  [[nodiscard]] std::uint32_t run() const {
    if (spec_.consumers > 1) return 1;
    const std::uint64_t atomic = spec_.producers > 1 ? PIPE_BUF / spec_.message_bytes : UINT64_MAX;
    const std::uint64_t holds = ends_.effective(spec_.message_bytes, 1).capacity_slots;
    return run_messages(spec_.batch_messages, spec_.message_bytes, std::min(atomic, holds));
  }

  RoundSpec spec_;
  PipeEnds ends_;
  std::uint32_t run_ = 1;
};

}  // namespace pcbench
