#include "base/order_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

namespace pcbench {
namespace {

constexpr double kTailProbability = 0.025;  // outside the interval, on each side

std::vector<double> sorted(std::span<const double> samples) {
  std::vector<double> copy(samples.begin(), samples.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

double median_of_sorted(const std::vector<double>& samples) {
  const std::size_t middle = samples.size() / 2;
  return samples.size() % 2 == 1 ? samples[middle] : std::midpoint(samples[middle - 1], samples[middle]);
}

/// The largest k with P(Binomial(n, 1/2) < k) <= kTailProbability; 0: there is none.
std::size_t interval_rank(std::size_t n) {
  const auto of = static_cast<double>(n);
  double below = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const auto i = static_cast<double>(k);
    // by logarithms, because 2^-n is below the smallest double where rounds are many
    below +=
        std::exp(std::lgamma(of + 1) - std::lgamma(i + 1) - std::lgamma(of - i + 1) - of * std::numbers::ln2);
    if (below > kTailProbability) return k;
  }
  return 0;
}

}  // namespace

double median(std::span<const double> samples) { return median_of_sorted(sorted(samples)); }

std::optional<std::array<double, 2>> median_interval95(std::span<const double> samples) {
  const std::size_t k = interval_rank(samples.size());
  if (k == 0) return std::nullopt;
  const std::vector<double> in_order = sorted(samples);
  return std::array{in_order[k - 1], in_order[in_order.size() - k]};
}

double relative_half_width(std::span<const double> samples) {
  const auto interval = median_interval95(samples);
  if (!interval) return std::numeric_limits<double>::infinity();
  const double width = (*interval)[1] - (*interval)[0];
  return width == 0 ? 0 : width / 2 / std::abs(median(samples));
}

}  // namespace pcbench
