// Placement: how near two CPUs are to each other right now. On a virtual machine two CPUs may share a cache
// in one second and not in the next, and the same program is then several times as fast or as slow; so each
// round has a hand-over probe before and after it.
#pragma once

#include <cstddef>
#include <optional>

#include "model/record.h"

namespace pcbench {

struct CpuPair {
  std::size_t writer;
  std::size_t reader;  ///< the same one: there is no second

  friend bool operator==(const CpuPair&, const CpuPair&) = default;
};

/// Of those that this process may use.
[[nodiscard]] CpuPair first_two_cpus();

/// Lines of 64 bytes that a thread on one CPU hands to one on the other in a second, through a ring of 8 KiB,
/// 32 at a time; takes about a millisecond. nullopt: there is only one CPU, or none to spare for 20 ms, or
/// the system gives no more threads.
[[nodiscard]] std::optional<double> hand_over_lines_per_s(CpuPair cpus = first_two_cpus()) noexcept;

/// Whether a probe says that the two CPUs share a cache; not, where there was none.
[[nodiscard]] bool is_near(std::optional<double> lines_per_s) noexcept;

/// The class of a round between two probes: near or far when both say so, else mixed; unknown where one is
/// missing.
[[nodiscard]] Placement classify_placement(std::optional<double> before_lines_per_s,
                                           std::optional<double> after_lines_per_s) noexcept;

}  // namespace pcbench
