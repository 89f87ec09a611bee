// The one clock of every measurement: CLOCK_MONOTONIC, integer nanoseconds, the same in all processes of the host.
#pragma once

#include <ctime>
#include <cstdint>

namespace pcbench {

/// Nanoseconds since an arbitrary start. Never goes back; comparable between threads and processes of one host.
[[nodiscard]] inline std::uint64_t now_ns() noexcept {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(t.tv_nsec);
}

/// What reading the clock costs here, so that a reader of a report can judge its numbers.
struct ClockFacts {
  std::uint64_t resolution_ns = 0;  ///< clock_getres
  double cost_ns = 0;               ///< median cost of one now_ns() over several batches
};

[[nodiscard]] ClockFacts measure_clock();

}  // namespace pcbench
