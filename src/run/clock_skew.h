// Clock skew: by how much the one clock may differ between two CPUs, bounded by messages between them.
// A reading sent from CPU a and compared with b's on arrival differs by b's lead plus the time on the way,
// and on the way back by a's lead plus the time on the way: the least of each bounds the lead from both
// sides, as in Cristian, "Probabilistic clock synchronization" (1989). The bound holds; the skew may be far
// less.
#pragma once

#include <cstdint>

namespace pcbench {

struct ClockSkew {
  std::uint64_t guard_ns = 0;  ///< of two readings further apart than this, the earlier was taken earlier
  bool trusted = true;         ///< false: messages arrived before they were sent, both ways together
};

/// Between all CPUs that this process may use, in a few ms a CPU. Where it cannot be measured it is not
/// trusted. Requires: no other thread in this process.
[[nodiscard]] ClockSkew measure_clock_skew() noexcept;

}  // namespace pcbench
