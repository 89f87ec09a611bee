// change_points: where a series of sessions steps from one level to another.
//
// E-divisive: Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of
// Multivariate Data", JASA 2014. The split was chosen because it looks best, hence its p comes from permuted
// series searched in the same way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pcbench {

struct ChangePointRule {
  double alpha = 0.01;          ///< chance to find any in a series without one
  std::size_t segment_min = 3;  ///< values on each side: fewer are an outlier, not a level. At least 2
  std::uint64_t seed = 1;       ///< of the permutations; the same seed finds the same
};

struct ChangePoint {
  std::size_t index = 0;  ///< of the first value on the new level
  double p = 1;
};

/// The change points of SERIES in rising order. Time grows as the square of its length, and with 1 / alpha.
[[nodiscard]] std::vector<ChangePoint> change_points(std::span<const double> series,
                                                     const ChangePointRule& rule);

}  // namespace pcbench
