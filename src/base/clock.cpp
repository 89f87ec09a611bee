#include "base/clock.h"

#include <algorithm>
#include <array>

namespace pcbench {

ClockFacts measure_clock() {
  constexpr int kReads = 1000;
  std::array<double, 9> costs{};
  for (double& cost : costs) {
    const std::uint64_t begin = now_ns();
    std::uint64_t last = begin;
    for (int i = 0; i < kReads; ++i) last = now_ns();
    cost = static_cast<double>(last - begin) / kReads;
  }
  std::nth_element(costs.begin(), costs.begin() + costs.size() / 2, costs.end());
  timespec resolution{};
  clock_getres(CLOCK_MONOTONIC, &resolution);
  return {static_cast<std::uint64_t>(resolution.tv_nsec), costs[costs.size() / 2]};
}

}  // namespace pcbench
