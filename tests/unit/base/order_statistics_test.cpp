#include "base/order_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <vector>

namespace pcbench {
namespace {

/// n, n-1 … 1: the k-th smallest is k.
std::vector<double> ranks(int n) {
  std::vector<double> samples(static_cast<std::size_t>(n));
  std::iota(samples.rbegin(), samples.rend(), 1.0);
  return samples;
}

TEST(Median, is_the_middle_value_or_the_mean_of_the_two) {
  EXPECT_EQ(median(std::vector{7.0}), 7.0);
  EXPECT_EQ(median(std::vector{3.0, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median(std::vector{4.0, 1.0, 2.0, 3.0}), 2.5);
  EXPECT_EQ(median(std::vector{1e308, 1.5e308}), 1.25e308) << "no overflow on the way";
}

TEST(MedianInterval, does_not_exist_below_six_samples) {
  for (int n = 0; n < 6; ++n) EXPECT_FALSE(median_interval95(ranks(n))) << n;
  EXPECT_TRUE(median_interval95(ranks(6)));
}

TEST(MedianInterval, has_the_ranks_of_the_exact_binomial_distribution) {
  // The largest k with sum over i < k of C(n, i) <= 0.025 * 2^n, in exact integers; also in the tables of the
  // field.
  const std::map<int, int> rank_of = {{6, 1},   {7, 1},    {8, 1},      {9, 2},     {10, 2}, {11, 2},
                                      {12, 3},  {15, 4},   {17, 5},     {20, 6},    {25, 8}, {30, 10},
                                      {50, 18}, {100, 40}, {1000, 469}, {2000, 956}};
  for (const auto& [n, k] : rank_of) {
    const auto interval = median_interval95(ranks(n));
    ASSERT_TRUE(interval) << n;
    EXPECT_EQ((*interval)[0], k) << n;
    EXPECT_EQ((*interval)[1], n + 1 - k) << n;
  }
}

TEST(RelativeHalfWidth, is_half_the_interval_over_the_median) {
  EXPECT_EQ(relative_half_width(std::vector{10.0, 10.0, 10.0, 10.0, 10.0, 14.0}), 0.2);
  EXPECT_EQ(relative_half_width(std::vector<double>(8, 5.0)), 0.0);
  EXPECT_EQ(relative_half_width(std::vector<double>(8, 0.0)), 0.0);
  EXPECT_TRUE(std::isinf(relative_half_width(ranks(5))));
  EXPECT_TRUE(std::isinf(relative_half_width(std::vector{-1.0, 0.0, 0.0, 0.0, 0.0, 1.0})));
}

}  // namespace
}  // namespace pcbench
