#include "stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace pcbench {
namespace {

/// The best split of a stretch: [0, at) and [at, until) differ most. UNTIL may lie before the end, so that a
/// second change further on does not hide the first.
struct Split {
  double energy = 0;
  std::size_t at = 0;
};

/// Searches orders of one stretch. prefix(i, j) is the sum of the distances between its first i and first j
/// values.
class SplitSearch {
 public:
  SplitSearch(std::span<const double> values, std::size_t segment_min)
      : values_(values), segment_min_(segment_min), width_(values.size() + 1), prefix_(width_ * width_) {}

  Split best(std::span<const std::size_t> order) {
    sum_distances(order);
    Split found;
    const std::size_t count = values_.size();
    for (std::size_t at = segment_min_; at + segment_min_ <= count; ++at)
      for (std::size_t until = at + segment_min_; until <= count; ++until)
        if (const double energy = energy_of(at, until); energy > found.energy) found = {energy, at};
    return found;
  }

 private:
  void sum_distances(std::span<const std::size_t> order) {
    for (std::size_t i = 1; i < width_; ++i) {
      const double mine = values_[order[i - 1]];
      double row = 0;
      for (std::size_t j = 1; j < width_; ++j) {
        row += std::abs(mine - values_[order[j - 1]]);
        prefix_[i * width_ + j] = prefix_[(i - 1) * width_ + j] + row;
      }
    }
  }

  [[nodiscard]] double energy_of(std::size_t at, std::size_t until) const {
    const auto left = static_cast<double>(at), right = static_cast<double>(until - at);
    const double to_at = prefix_[at * width_ + at];
    const double to_both = prefix_[at * width_ + until];
    const double between = to_both - to_at;
    const double within_left = to_at / 2;
    const double within_right = (prefix_[until * width_ + until] - 2 * to_both + to_at) / 2;
    return left * right / (left + right) *
           (2 * between / (left * right) - 2 * within_left / (left * (left - 1)) -
            2 * within_right / (right * (right - 1)));
  }

  std::span<const double> values_;
  std::size_t segment_min_;
  std::size_t width_;
  std::vector<double> prefix_;
};

void shuffle(std::vector<std::size_t>& order, std::mt19937_64& random) {
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
}

/// Splits VALUES, which begin at FIRST of the series, as often as a split is significant.
void split(std::span<const double> values, std::size_t first, const ChangePointRule& rule,
           std::mt19937_64& random, std::vector<ChangePoint>& found) {
  if (values.size() < 2 * rule.segment_min) return;
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  SplitSearch search(values, rule.segment_min);
  const Split best = search.best(order);
  if (best.energy <= 0) return;

  // Twice as many as the level needs; given up as soon as the rest could not bring p down to it.
  const auto permutations = static_cast<std::size_t>(std::ceil(2 / rule.alpha)) - 1;
  const auto p_of = [permutations](std::size_t as_good) {
    return static_cast<double>(as_good + 1) / static_cast<double>(permutations + 1);
  };
  const double as_good_as = best.energy * (1 - 1e-12);  // the same split summed in another order
  std::size_t as_good = 0;
  for (std::size_t i = 0; i < permutations; ++i) {
    shuffle(order, random);
    if (search.best(order).energy >= as_good_as && p_of(++as_good) > rule.alpha) return;
  }
  split(values.first(best.at), first, rule, random, found);
  found.push_back({first + best.at, p_of(as_good)});
  split(values.subspan(best.at), first + best.at, rule, random, found);
}

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> series, const ChangePointRule& rule) {
  std::vector<ChangePoint> found;
  std::mt19937_64 random(rule.seed);
  split(series, 0, rule, random, found);
  return found;
}

}  // namespace pcbench
