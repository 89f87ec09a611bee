// unpaired: what two samples tell that were not taken in turn, as two stored reports are.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "stats/paired.h"

namespace pcbench {

/// Mann-Whitney test of "B's values are neither above nor below A's", with mid-ranks for ties.
struct RankSumTest {
  double p = 1;       ///< two-sided: twice the smaller tail
  bool exact = true;  ///< false: normal approximation with tie and continuity correction, for large samples
};
/// Requires: both not empty.
[[nodiscard]] RankSumTest rank_sum_test(std::span<const double> a, std::span<const double> b);

/// The least p that samples of these sizes can reach.
[[nodiscard]] double least_rank_sum_p(std::size_t a, std::size_t b);

/// How far B lies above A: the median of all differences (Hodges-Lehmann), and the shifts that the untied
/// rank-sum test does not reject at 1 - LEVEL. Requires: both not empty.
struct Shift {
  double estimate = 0;
  std::optional<Interval> interval;  ///< nullopt: samples so small reject nothing
};
[[nodiscard]] Shift shift_between(std::span<const double> a, std::span<const double> b, double level);

/// Kolmogorov-Smirnov: whether two samples come from one distribution.
struct KolmogorovSmirnovTest {
  double distance = 0;  ///< the largest difference of the two distribution functions
  double p = 1;         ///< exact without ties, and too large (on the safe side) with them
};
/// Requires: both not empty, at most 1,000 values each.
[[nodiscard]] KolmogorovSmirnovTest kolmogorov_smirnov_test(std::span<const double> a,
                                                            std::span<const double> b);

}  // namespace pcbench
