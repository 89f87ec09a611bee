#include "stats/rank_nulls.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace pcbench {
namespace {

RankNull cumulated(const std::vector<double>& mass) {
  RankNull null{mass, mass};
  std::partial_sum(mass.begin(), mass.end(), null.below.begin());
  std::partial_sum(mass.rbegin(), mass.rend(), null.above.rbegin());
  return null;
}

std::vector<std::uint32_t> untied_doubled_ranks(std::size_t count) {
  std::vector<std::uint32_t> ranks(count);
  for (std::size_t i = 0; i < count; ++i) ranks[i] = static_cast<std::uint32_t>(2 * (i + 1));
  return ranks;
}

}  // namespace

double RankNull::at_most(std::int64_t s) const noexcept {
  if (s < 0) return 0;
  return s >= std::ssize(below) ? 1 : below[static_cast<std::size_t>(s)];
}

double RankNull::at_least(std::int64_t s) const noexcept {
  if (s < 0) return 1;
  return s >= std::ssize(above) ? 0 : above[static_cast<std::size_t>(s)];
}

std::size_t RankNull::sums_within(double tail) const noexcept {
  return static_cast<std::size_t>(std::upper_bound(below.begin(), below.end(), tail) - below.begin());
}

std::vector<std::uint32_t> doubled_midranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<std::uint32_t> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    for (std::size_t i = first; i <= last; ++i)
      ranks[order[i]] = static_cast<std::uint32_t>(first + last + 2);
    first = last + 1;
  }
  return ranks;
}

RankNull signed_rank_null(std::span<const std::uint32_t> doubled_ranks) {
  const std::size_t total = std::accumulate(doubled_ranks.begin(), doubled_ranks.end(), std::size_t{0});
  std::vector<double> mass(total + 1);
  mass[0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : doubled_ranks) {
    reached += rank;
    for (std::size_t s = reached + 1; s-- > 0;) mass[s] = (mass[s] + (s >= rank ? mass[s - rank] : 0)) / 2;
  }
  return cumulated(mass);
}

std::shared_ptr<const RankNull> untied_signed_rank_null(std::size_t count) {
  static std::map<std::size_t, std::shared_ptr<const RankNull>> known;
  auto& null = known[count];
  if (!null) null = std::make_shared<RankNull>(signed_rank_null(untied_doubled_ranks(count)));
  return null;
}

RankNull rank_sum_null(std::span<const std::uint32_t> doubled_ranks, std::size_t chosen) {
  std::vector<std::uint32_t> sorted(doubled_ranks.begin(), doubled_ranks.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t most =
      std::accumulate(sorted.end() - static_cast<std::ptrdiff_t>(chosen), sorted.end(), std::size_t{0});
  const std::size_t width = most + 1;
  // mass[k * width + s]: the ranks so far give sum s with k chosen, weighted so that each rank is chosen in
  // turn with the probability it has in a draw without replacement.
  std::vector<double> mass((chosen + 1) * width);
  mass[0] = 1;
  for (std::size_t seen = 0; seen < sorted.size(); ++seen) {
    const std::size_t rank = sorted[seen];
    const double left = static_cast<double>(sorted.size() - seen);
    for (std::size_t k = std::min(chosen, seen + 1) + 1; k-- > 0;) {
      const double stay = std::max(0.0, 1 - static_cast<double>(chosen - k) / left);
      const double take = k == 0 ? 0 : static_cast<double>(chosen - k + 1) / left;
      double* const here = &mass[k * width];
      for (std::size_t s = 0; s < width; ++s) here[s] *= stay;
      if (k == 0) continue;
      const double* const fewer = here - width;
      for (std::size_t s = rank; s < width; ++s) here[s] += fewer[s - rank] * take;
    }
  }
  return cumulated({mass.begin() + static_cast<std::ptrdiff_t>(chosen * width), mass.end()});
}

std::shared_ptr<const RankNull> untied_rank_sum_null(std::size_t chosen, std::size_t others) {
  static std::map<std::pair<std::size_t, std::size_t>, std::shared_ptr<const RankNull>> known;
  auto& null = known[{chosen, others}];
  if (!null) null = std::make_shared<RankNull>(rank_sum_null(untied_doubled_ranks(chosen + others), chosen));
  return null;
}

}  // namespace pcbench
