#include "stats/change_points.h"

#include <gtest/gtest.h>

#include <random>

namespace pcbench {
namespace {

/// LENGTH values of unit noise per level of LEVELS.
std::vector<double> steps(const std::vector<double>& levels, std::size_t length, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise;
  std::vector<double> series;
  for (const double level : levels)
    for (std::size_t i = 0; i < length; ++i) series.push_back(level + noise(random));
  return series;
}

TEST(ChangePoints, a_level_shift_is_found_where_it_is) {
  const auto found = change_points(steps({0, 8}, 15, 1), {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].index, 15U);
  EXPECT_LE(found[0].p, 0.01);
}

TEST(ChangePoints, an_excursion_has_a_beginning_and_an_end) {
  const auto found = change_points(steps({0, 10, 0}, 12, 5), {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].index, 12U);
  EXPECT_EQ(found[1].index, 24U);
}

TEST(ChangePoints, a_staircase_is_found_step_by_step) {
  const auto found = change_points(steps({0, 10, 20, 30}, 12, 3), {});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[1].index, 24U);
}

TEST(ChangePoints, one_outlier_is_no_level) {
  auto series = steps({0}, 30, 4);
  series[10] = 1000;
  series[20] = -1000;
  EXPECT_TRUE(change_points(series, {}).empty());
}

TEST(ChangePoints, short_or_constant_series_have_none) {
  EXPECT_TRUE(change_points(std::vector<double>{}, {}).empty());
  EXPECT_TRUE(change_points(std::vector<double>{1, 1, 1, 9, 9}, {}).empty());
  EXPECT_TRUE(change_points(std::vector<double>(40, 3.0), {}).empty());
}

TEST(ChangePoints, series_without_one_alarm_at_their_rate) {
  int alarms = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> noise(0, 1);
    std::vector<double> series(24);
    for (double& value : series) value = noise(random);
    if (!change_points(series, {.alpha = 0.05, .segment_min = 3, .seed = seed}).empty()) ++alarms;
  }
  EXPECT_LE(alarms, 33);  // 20 expected, binomial 99.9 % bound
}

TEST(ChangePoints, the_same_seed_finds_the_same) {
  const auto series = steps({0, 1.5}, 15, 6);
  const auto first = change_points(series, {}), second = change_points(series, {});
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].p, second[i].p);
}

}  // namespace
}  // namespace pcbench
