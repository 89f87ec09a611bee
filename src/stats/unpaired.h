// unpaired: what two samples tell that were not taken in turn, as two stored reports are.
#pragma once

#include <optional>
#include <span>
#include <vector>

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

/// B's value less A's of every pair of values, in rising order, though never all of them at once: samples of
/// tens of thousands would not fit. Requires: both not empty, no NaN.
class PairwiseDifferences {
 public:
  PairwiseDifferences(std::span<const double> a, std::span<const double> b);

  [[nodiscard]] std::size_t size() const noexcept { return a_.size() * b_.size(); }
  [[nodiscard]] std::size_t size_a() const noexcept { return a_.size(); }
  [[nodiscard]] std::size_t size_b() const noexcept { return b_.size(); }
  /// The one with so many before it. Takes time like the sizes' sum.
  [[nodiscard]] double operator[](std::size_t rank) const noexcept;
  /// The Hodges-Lehmann estimate of how far B lies above A.
  [[nodiscard]] double median() const noexcept;

 private:
  [[nodiscard]] std::size_t at_most(double limit) const noexcept;

  std::vector<double> a_, b_;  ///< sorted
};

/// The shifts that the two-sided rank-sum test does not reject at 1 - LEVEL. nullopt: samples so small reject
/// nothing.
[[nodiscard]] std::optional<Interval> shift_interval(const PairwiseDifferences& differences, double level);

/// Kolmogorov-Smirnov: whether two samples come from one distribution.
struct KolmogorovSmirnovTest {
  double distance = 0;  ///< the largest difference of the two distribution functions
  double p = 1;         ///< exact without ties, and too large (on the safe side) with them
};
/// Requires: both not empty, at most 1,000 values each.
[[nodiscard]] KolmogorovSmirnovTest kolmogorov_smirnov_test(std::span<const double> a,
                                                            std::span<const double> b);

}  // namespace pcbench
