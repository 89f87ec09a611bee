// RingChannel: what the transports have in common whose whole channel is one RingMemory.
// Owner       run/ creates and destroys the region; an endpoint maps it and never unmaps another's
#pragma once

#include <cstddef>

#include "transport/parts/ring_memory.h"
#include "transport/transport.h"

namespace pcbench {

class RingChannel {
 public:
  [[nodiscard]] Effective effective() const { return memory_.effective(spec_.batch_messages); }
  [[nodiscard]] Handles handles() const { return {memory_.region().descriptor()}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 protected:
  RingChannel(const RoundSpec& spec, const Promises& promises) : spec_(spec), memory_(spec, promises) {}
  RingChannel(const RoundSpec& spec, const Promises& promises, std::size_t slot_bytes)
      : spec_(spec), memory_(spec, promises, slot_bytes) {}
  RingChannel(const RoundSpec& spec, const Handles& handles) : spec_(spec), memory_(handles.at(0)) {}

  [[nodiscard]] const RoundSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] RingControl& control() const noexcept { return memory_.control(); }
  /// The memory, touched by this process: an endpoint's first messages are not slowed down by page faults.
  [[nodiscard]] const RingMemory& touched() const noexcept {
    memory_.region().prefault();
    return memory_;
  }

 private:
  RoundSpec spec_;
  RingMemory memory_;
};

}  // namespace pcbench
