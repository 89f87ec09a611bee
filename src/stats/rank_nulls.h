// rank_nulls: exact null distributions of rank statistics, by dynamic programming over doubled ranks.
//
// Mid-ranks of tied values are halves; doubled they are integers, so that the distribution is exact with ties
// too.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace pcbench {

/// The distribution of a sum of doubled ranks. With ties a rank sum's is not symmetric, and each tail is
/// summed from its own end, so that a tiny one keeps its digits.
struct RankNull {
  std::vector<double> below;  ///< below[s] is P(sum <= s)
  std::vector<double> above;  ///< above[s] is P(sum >= s)

  /// P(sum <= s) and P(sum >= s); 0 and 1 beyond the ends.
  [[nodiscard]] double at_most(std::int64_t s) const noexcept;
  [[nodiscard]] double at_least(std::int64_t s) const noexcept;
  /// How many of the lowest sums s have P(sum <= s) <= tail.
  [[nodiscard]] std::size_t sums_within(double tail) const noexcept;
};

/// Twice the mid-ranks of VALUES, in their order.
[[nodiscard]] std::vector<std::uint32_t> doubled_midranks(std::span<const double> values);

/// The sum of those RANKS whose fair coin falls on heads: the signed-rank statistic when nothing differs.
[[nodiscard]] RankNull signed_rank_null(std::span<const std::uint32_t> doubled_ranks);

/// The same for ranks 1 … COUNT without ties; computed once a COUNT. Requires: one thread uses it at a time.
[[nodiscard]] std::shared_ptr<const RankNull> untied_signed_rank_null(std::size_t count);

/// The sum of the ranks of CHOSEN of them, every choice being as likely: the rank-sum statistic when nothing
/// differs. Requires: chosen <= the number of ranks.
[[nodiscard]] RankNull rank_sum_null(std::span<const std::uint32_t> doubled_ranks, std::size_t chosen);

/// The same for ranks 1 … CHOSEN + OTHERS without ties; computed once a pair of sizes.
[[nodiscard]] std::shared_ptr<const RankNull> untied_rank_sum_null(std::size_t chosen, std::size_t others);

}  // namespace pcbench
