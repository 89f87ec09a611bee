#include "stats/quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace pcbench {
namespace {

Histogram histogram_of(const std::vector<std::uint64_t>& values_ns) {
  std::map<std::uint64_t, std::uint64_t> buckets;
  for (const std::uint64_t v : values_ns) ++buckets[bucket_lower_ns(bucket_of(v))];
  return {{buckets.begin(), buckets.end()}, values_ns.size()};
}

TEST(Quantile, of_small_values_is_exact) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t v = 1; v <= 400; ++v) values.push_back(v);
  const Histogram histogram = histogram_of(values);
  EXPECT_EQ(quantile(histogram, 0.5), 200.0);
  EXPECT_EQ(quantile(histogram, 0.9), 360.0);
  EXPECT_EQ(quantile(histogram, 0.95), 380.0);
}

TEST(Quantile, is_given_only_when_20_samples_are_ranked_above_it) {
  for (const auto& [q, least] :
       std::map<double, std::size_t>{{0.5, 40}, {0.9, 200}, {0.99, 2000}, {0.999, 20000}}) {
    EXPECT_TRUE(quantile(histogram_of(std::vector<std::uint64_t>(least, 5)), q)) << q;
    EXPECT_FALSE(quantile(histogram_of(std::vector<std::uint64_t>(least - 1, 5)), q)) << q;
  }
  EXPECT_FALSE(quantile({}, 0.5));
}

TEST(Quantile, of_large_values_is_within_a_tenth_of_a_percent) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> latency(9, 2);
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 100000; ++i) values.push_back(static_cast<std::uint64_t>(latency(random)) + 1);
  const Histogram histogram = histogram_of(values);
  std::sort(values.begin(), values.end());
  for (const double q : {0.5, 0.9, 0.99, 0.999}) {
    const auto exact = static_cast<double>(values[static_cast<std::size_t>(q * 100000 + 0.5) - 1]);
    EXPECT_NEAR(*quantile(histogram, q), exact, 0.001 * exact) << q;
  }
}

TEST(Quantile, of_values_beyond_the_last_bucket_is_its_lower_end) {
  const std::vector<std::uint64_t> values(100, UINT64_MAX);
  EXPECT_EQ(quantile(histogram_of(values), 0.5), static_cast<double>(bucket_lower_ns(kBucketCount - 1)));
}

TEST(AddHistogram, of_two_parts_is_the_histogram_of_the_whole) {
  const std::vector<std::uint64_t> a = {1, 5, 5, 900, 70000}, b = {2, 5, 70000, 1U << 30U};
  std::vector<std::uint64_t> whole = a;
  whole.insert(whole.end(), b.begin(), b.end());
  Histogram sum = histogram_of(a);
  add_histogram(sum, histogram_of(b));
  EXPECT_EQ(sum.buckets, histogram_of(whole).buckets);
  EXPECT_EQ(sum.count, 9U);
  add_histogram(sum, {});
  EXPECT_EQ(sum.buckets, histogram_of(whole).buckets);
}

}  // namespace
}  // namespace pcbench
