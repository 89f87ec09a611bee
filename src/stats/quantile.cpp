#include "stats/quantile.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pcbench {
std::optional<double> quantile(const Histogram& histogram, double q, std::uint64_t above) {
  const std::uint64_t samples = histogram.count + above;
  const double exact_rank = q * static_cast<double>(samples);
  const auto rank = static_cast<std::uint64_t>(std::ceil(exact_rank - 1e-9));  // 0.9 * 200 is not quite 180
  if (rank == 0 || samples < rank + kSamplesAboveMin) return std::nullopt;
  std::uint64_t seen = 0;
  for (const auto& [lower_ns, count] : histogram.buckets) {
    seen += count;
    if (seen >= rank) return bucket_middle_ns(bucket_of(lower_ns));
  }
  return std::nullopt;
}

void add_histogram(Histogram& into, const Histogram& from) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sum;
  sum.reserve(into.buckets.size() + from.buckets.size());
  auto a = into.buckets.begin();
  auto b = from.buckets.begin();
  while (a != into.buckets.end() || b != from.buckets.end()) {
    const bool take_a = a != into.buckets.end() && (b == from.buckets.end() || a->first <= b->first);
    const bool take_b = b != from.buckets.end() && (a == into.buckets.end() || b->first <= a->first);
    sum.emplace_back(take_a ? a->first : b->first, (take_a ? a->second : 0) + (take_b ? b->second : 0));
    if (take_a) ++a;
    if (take_b) ++b;
  }
  into.buckets = std::move(sum);
  into.count += from.count;
}

}  // namespace pcbench
