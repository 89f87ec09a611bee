// Clock skew: by how much the one clock may differ between two CPUs, bounded by messages between them.
// A reading sent from CPU a and compared with b's on arrival differs by b's lead plus the time on the way,
// and on the way back by a's lead plus the time on the way: the least of each bounds the lead from both
// sides, as in Cristian, "Probabilistic clock synchronization" (1989). The bound holds; the skew may be far
// less.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace pcbench {

struct ClockSkew {
  std::uint64_t guard_ns = 0;  ///< of two readings further apart than this, the earlier was taken earlier
  bool trusted = true;         ///< false: messages arrived before they were sent, both ways together
};

using ClockReading = std::uint64_t (*)() noexcept;

/// Between all CPUs that this process may use, in a few ms a CPU. Where it cannot be measured it is not
/// trusted. READ_NS: the clock in question; a test brings its own. Requires: no other thread in this process.
[[nodiscard]] ClockSkew measure_clock_skew(ClockReading read_ns = now_ns) noexcept;

}  // namespace pcbench
