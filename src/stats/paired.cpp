#include "stats/paired.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <cstdint>

#include "stats/rank_nulls.h"

namespace pcbench {

SignedRankTest signed_rank_test(std::span<const double> differences) {
  std::vector<double> sizes(differences.size());
  std::transform(differences.begin(), differences.end(), sizes.begin(), [](double d) { return std::abs(d); });
  const std::vector<std::uint32_t> all_ranks = doubled_midranks(sizes);
  std::vector<std::uint32_t> ranks;
  std::int64_t positive = 0;
  bool untied = true;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (differences[i] == 0) continue;
    ranks.push_back(all_ranks[i]);
    if (differences[i] > 0) positive += all_ranks[i];
  }
  std::sort(ranks.begin(), ranks.end());
  for (std::size_t i = 0; i < ranks.size(); ++i) untied = untied && ranks[i] == 2 * (i + 1);
  const auto null = untied ? untied_signed_rank_null(ranks.size())
                           : std::make_shared<const RankNull>(signed_rank_null(ranks));
  SignedRankTest test;
  test.p_greater = null->at_least(positive);
  test.p_less = null->at_most(positive);
  test.p = std::min(1.0, 2 * std::min(test.p_greater, test.p_less));
  return test;
}

std::vector<double> walsh_averages(std::span<const double> values) {
  std::vector<double> averages;
  averages.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i; j < values.size(); ++j) averages.push_back((values[i] + values[j]) / 2);
  std::sort(averages.begin(), averages.end());
  return averages;
}

double sorted_median(std::span<const double> sorted) {
  return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
}

std::optional<Interval> centre_interval(std::span<const double> walsh_averages, std::size_t count,
                                        double level) {
  // Of the doubled sums 0, 1, 2 … every second one is impossible, hence the half.
  const std::size_t outside = untied_signed_rank_null(count)->sums_within((1 - level) / 2) / 2;
  if (outside == 0) return std::nullopt;
  return Interval{walsh_averages[outside - 1], walsh_averages[walsh_averages.size() - outside]};
}

std::optional<Interval> sign_test_interval(std::span<const double> values, double level) {
  if (values.empty()) return std::nullopt;
  const boost::math::binomial heads(static_cast<double>(values.size()), 0.5);
  std::size_t outside = 0;
  while (cdf(heads, static_cast<double>(outside)) <= (1 - level) / 2) ++outside;
  if (outside == 0) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return Interval{sorted[outside - 1], sorted[sorted.size() - outside]};
}

}  // namespace pcbench
