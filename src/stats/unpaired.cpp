#include "stats/unpaired.h"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "stats/rank_nulls.h"

namespace pcbench {
namespace {

/// Beyond these products of the sample sizes the exact distribution costs more than it tells. With ties it is
/// another one for every claim.
constexpr std::size_t kExactUntiedMax = 2500;
constexpr std::size_t kExactTiedMax = 225;

/// Sum of t^3 - t over the groups of T equal values. Requires: sorted.
double tie_term(std::span<const std::uint32_t> sorted_ranks) {
  double term = 0;
  for (std::size_t first = 0; first < sorted_ranks.size();) {
    std::size_t last = first;
    while (last + 1 < sorted_ranks.size() && sorted_ranks[last + 1] == sorted_ranks[first]) ++last;
    const auto tied = static_cast<double>(last - first + 1);
    term += tied * tied * tied - tied;
    first = last + 1;
  }
  return term;
}

double normal_p(double rank_sum, double n_a, double n_b, double ties) {
  const double n = n_a + n_b;
  const double variance = n_a * n_b / 12 * (n + 1 - ties / (n * (n - 1)));
  if (variance <= 0) return 1;
  const double off = std::max(0.0, std::abs(rank_sum - n_a * (n + 1) / 2) - 0.5);
  return std::min(1.0, 2 * cdf(complement(boost::math::normal(), off / std::sqrt(variance))));
}

/// How many of the smallest and of the largest differences the test at LEVEL leaves outside.
std::size_t differences_outside(std::size_t n_a, std::size_t n_b, double level) {
  const double tail = (1 - level) / 2;
  if (n_a * n_b <= kExactUntiedMax) {
    const std::size_t least_sum = n_a * (n_a + 1);  // doubled, as the distribution counts
    return (untied_rank_sum_null(n_a, n_b)->sums_within(tail) - least_sum) / 2;
  }
  const auto a = static_cast<double>(n_a), b = static_cast<double>(n_b);
  const double z = quantile(complement(boost::math::normal(), tail));
  const double outside = a * b / 2 - z * std::sqrt(a * b * (a + b + 1) / 12);
  return static_cast<std::size_t>(std::max(0.0, std::floor(outside)));
}

/// The doubles in their order, numbered: the next larger one has the next number. Both zeros are 0.
std::int64_t place_of_double(double value) noexcept {
  const auto bits = std::bit_cast<std::int64_t>(value);
  return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
}

double double_at(std::int64_t place) noexcept {
  return std::bit_cast<double>(place < 0 ? std::numeric_limits<std::int64_t>::min() - place : place);
}

}  // namespace

RankSumTest rank_sum_test(std::span<const double> a, std::span<const double> b) {
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  std::vector<std::uint32_t> ranks = doubled_midranks(all);
  const std::int64_t sum = std::accumulate(ranks.begin(), ranks.begin() + std::ssize(a), std::int64_t{0});
  std::sort(ranks.begin(), ranks.end());
  const double ties = tie_term(ranks);
  if (a.size() * b.size() > (ties > 0 ? kExactTiedMax : kExactUntiedMax))
    return {normal_p(static_cast<double>(sum) / 2, static_cast<double>(a.size()),
                     static_cast<double>(b.size()), ties),
            false};
  const auto null = ties > 0 ? std::make_shared<const RankNull>(rank_sum_null(ranks, a.size()))
                             : untied_rank_sum_null(a.size(), b.size());
  return {std::min(1.0, 2 * std::min(null->at_most(sum), null->at_least(sum))), true};
}

double least_rank_sum_p(std::size_t a, std::size_t b) {
  double choices = 1;
  for (std::size_t i = 1; i <= std::min(a, b); ++i)
    choices *= static_cast<double>(a + b + 1 - i) / static_cast<double>(i);
  return std::min(1.0, 2 / choices);
}

PairwiseDifferences::PairwiseDifferences(std::span<const double> a, std::span<const double> b)
    : a_(a.begin(), a.end()), b_(b.begin(), b.end()) {
  std::sort(a_.begin(), a_.end());
  std::sort(b_.begin(), b_.end());
}

std::size_t PairwiseDifferences::at_most(double limit) const noexcept {
  std::size_t count = 0, below = 0;
  for (const double x : a_) {  // the larger, the more of B lie within the limit of it
    while (below < b_.size() && b_[below] - x <= limit) ++below;
    count += below;
  }
  return count;
}

// Halves the doubles between the least and the largest difference until one is left: 64 times at most.
double PairwiseDifferences::operator[](std::size_t rank) const noexcept {
  std::int64_t low = place_of_double(b_.front() - a_.back()), high = place_of_double(b_.back() - a_.front());
  while (low < high) {
    const std::int64_t middle = std::midpoint(low, high);
    if (at_most(double_at(middle)) > rank) high = middle;
    else low = middle + 1;
  }
  return double_at(low);
}

double PairwiseDifferences::median() const noexcept {
  return ((*this)[(size() - 1) / 2] + (*this)[size() / 2]) / 2;
}

std::optional<Interval> shift_interval(const PairwiseDifferences& differences, double level) {
  const std::size_t outside = differences_outside(differences.size_a(), differences.size_b(), level);
  if (outside == 0) return std::nullopt;
  return Interval{differences[outside - 1], differences[differences.size() - outside]};
}

// The probability that a random order of the two samples keeps its path away from the observed distance
// (Hodges 1958).
KolmogorovSmirnovTest kolmogorov_smirnov_test(std::span<const double> a, std::span<const double> b) {
  std::vector<double> x(a.begin(), a.end()), y(b.begin(), b.end());
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  const auto n = std::ssize(x), m = std::ssize(y);
  std::int64_t farthest = 0;  // in units of 1 / (n m), so that it is exact
  for (std::ptrdiff_t i = 0, j = 0; i < n && j < m;) {
    const double value = std::min(x[static_cast<std::size_t>(i)], y[static_cast<std::size_t>(j)]);
    while (i < n && x[static_cast<std::size_t>(i)] == value) ++i;
    while (j < m && y[static_cast<std::size_t>(j)] == value) ++j;
    farthest = std::max<std::int64_t>(farthest, std::abs(i * m - j * n));
  }
  KolmogorovSmirnovTest test;
  test.distance = static_cast<double>(farthest) / static_cast<double>(n * m);
  if (farthest == 0) return test;
  // outside[j]: the probability that the path to (i, j) has touched the distance, by the last step taken.
  std::vector<double> outside(static_cast<std::size_t>(m) + 1);
  for (std::ptrdiff_t i = 0; i <= n; ++i)
    for (std::ptrdiff_t j = 0; j <= m; ++j) {
      auto& here = outside[static_cast<std::size_t>(j)];
      if (std::abs(i * m - j * n) >= farthest) here = 1;
      else if (i == 0) here = j == 0 ? 0 : outside[static_cast<std::size_t>(j - 1)];
      else if (j != 0)
        here = (here * static_cast<double>(i) +
                outside[static_cast<std::size_t>(j - 1)] * static_cast<double>(j)) /
               static_cast<double>(i + j);
    }
  test.p = outside.back();
  return test;
}

}  // namespace pcbench
