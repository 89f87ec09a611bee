// Limits: what no program on this machine can beat, measured right now: how soon one CPU sees what another
// wrote, how fast whole lines go from one to the other, what waking a sleeper costs, and a look at the clock.
// Between the first two CPUs of ours. Each figure is the best of several tries: what disturbs only adds.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace pcbench {

inline constexpr std::size_t kLineBytes = 64;

/// A ring of whole cache lines, so many of them written before the other side is told.
struct LineRing {
  std::uint64_t slots;  ///< a power of two
  std::uint64_t batch;  ///< a power of two, at most slots

  [[nodiscard]] std::uint64_t footprint_bytes() const noexcept { return slots * kLineBytes; }
};

/// Hands LINES lines through RING: every byte is written, and read; a position is published once a batch,
/// slots are freed in quarters, and a side looks at the other's position only when it has to. It is done
/// twice: line by line in the ring itself, and with whole batches copied between the ring and memory of
/// either side's own, which keeps many lines under way at once. Returns the ns that the faster of the two
/// took; nullopt: line by line it was not over in 0.2 s, or there is but one CPU. Errors: Error from the
/// system.
[[nodiscard]] std::optional<std::uint64_t> hand_over_ns(const LineRing& ring, std::uint64_t lines);

/// Half of what a line takes that two CPUs write in turn, in ns; nullopt: likewise. Errors: likewise.
[[nodiscard]] std::optional<double> line_latency_ns();

/// From a futex's wake call until the sleeper runs, in ns: half of what two that wake each other take.
/// nullopt: likewise, or no second CPU. Errors: likewise.
[[nodiscard]] std::optional<double> wake_up_ns(bool same_cpu);

struct Limits {
  struct HandOver {
    LineRing ring;
    std::optional<double> lines_per_s;
  };
  std::optional<double> line_latency_ns = {};
  std::vector<HandOver> hand_over = {};  ///< by footprint, then by batch
  std::optional<double> wake_up_same_cpu_ns = {};
  std::optional<double> wake_up_other_cpu_ns = {};
  ClockFacts clock = {};
};

/// Takes about a second where nothing disturbs, and 8 s at most.
[[nodiscard]] Limits measure_limits();

}  // namespace pcbench
