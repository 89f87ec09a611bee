// paired: what the differences between two interleaved things tell, one difference a pair.
//
// Where a coin decides which of two alike things runs first, the sign of each difference is a fair coin too,
// whatever its size; the signed-rank test's rate of false alarms is then exactly what it says, under drift,
// heavy tails and bimodal noise alike (measurement rules: docs/ci.md).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace pcbench {

using Interval = std::array<double, 2>;

/// Exact Wilcoxon signed-rank test of "symmetric about 0". Zeros take part in the ranking and are then left
/// out (Pratt); ties share their mid-rank.
struct SignedRankTest {
  double p = 1;          ///< two-sided
  double p_greater = 1;  ///< small: the differences lie above 0
  double p_less = 1;     ///< small: they lie below
};
[[nodiscard]] SignedRankTest signed_rank_test(std::span<const double> differences);

/// The mean of each pair of VALUES, each with itself too, in rising order.
[[nodiscard]] std::vector<double> walsh_averages(std::span<const double> values);

/// The middle value, or the mean of the two middle ones. Of the Walsh averages it is the Hodges-Lehmann
/// estimate of the values' centre. Requires: sorted, not empty.
[[nodiscard]] double sorted_median(std::span<const double> sorted);

/// The centres that the two-sided signed-rank test of COUNT untied values does not reject at 1 - LEVEL: the
/// interval that belongs to the Hodges-Lehmann estimate. nullopt: so few values reject nothing.
[[nodiscard]] std::optional<Interval> centre_interval(std::span<const double> walsh_averages,
                                                      std::size_t count, double level);

/// The interval of the median from order statistics, which assumes no symmetry. nullopt: too few values.
[[nodiscard]] std::optional<Interval> sign_test_interval(std::span<const double> values, double level);

}  // namespace pcbench
