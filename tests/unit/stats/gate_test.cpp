#include "stats/gate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "stats/holm.h"

namespace pcbench {
namespace {

using Values = std::vector<double>;

/// COUNT differences about CENTRE without ties, SPREAD wide.
Values around(double centre, double spread, std::size_t count, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(centre, spread);
  Values values(count);
  for (double& value : values) value = normal(random);
  return values;
}

GateVerdict alone(const Values& d, double share = 1) {
  const Differences claim = d;
  return judge_claims({&claim, 1}, 1, {}, share).front().verdict;
}

TEST(Holm, a_family_larger_than_its_tested_claims_costs_as_much_as_if_they_were_there) {
  const Values p = {0.001, 0.5};
  EXPECT_EQ(holm_adjusted(p, 2), (Values{0.002, 0.5}));
  EXPECT_EQ(holm_adjusted(p, 20), (Values{0.02, 1}));
}

TEST(Holm, adjusted_values_keep_the_order_and_never_shrink) {
  const Values p = {0.04, 0.01, 0.011, 0.9};
  const Values adjusted = holm_adjusted(p, 4);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_GE(adjusted[i], p[i]);
  EXPECT_LE(adjusted[1], adjusted[2]);
  EXPECT_LE(adjusted[2], adjusted[0]);
}

TEST(Looks, their_shares_sum_to_one_for_every_number_of_pairs) {
  for (std::size_t pairs = 1; pairs <= 100; ++pairs) {
    const auto looks = declared_looks(pairs);
    EXPECT_EQ(looks.back().pairs, pairs);
    EXPECT_NEAR(std::accumulate(looks.begin(), looks.end(), 0.0,
                                [](double sum, Look look) { return sum + look.share; }),
                1, 1e-12);
    EXPECT_TRUE(std::is_sorted(looks.begin(), looks.end(), [](Look a, Look b) { return a.pairs < b.pairs; }));
  }
}

TEST(Looks, forty_pairs_are_looked_at_thrice) {
  const auto looks = declared_looks(40);
  ASSERT_EQ(looks.size(), 3U);
  EXPECT_EQ(looks[0].pairs, 16U);
  EXPECT_DOUBLE_EQ(looks[1].share, 0.3);
  EXPECT_NEAR(looks[2].share, 0.5, 1e-12);
  EXPECT_EQ(declared_looks(16).size(), 1U);
}

TEST(Gate, a_clear_slowdown_is_a_regression_and_its_mirror_an_improvement) {
  EXPECT_EQ(alone(around(0.10, 0.01, 16)), GateVerdict::regression);
  EXPECT_EQ(alone(around(-0.10, 0.01, 16)), GateVerdict::improvement);
}

TEST(Gate, a_sure_change_below_the_least_effect_is_equivalent) {
  EXPECT_EQ(alone(around(0.02, 0.002, 16)), GateVerdict::equivalent);
}

TEST(Gate, noise_is_inconclusive_and_never_passed) {
  EXPECT_EQ(alone(around(0, 0.5, 16)), GateVerdict::inconclusive);
}

TEST(Gate, too_few_pairs_are_inconclusive_however_large_the_change) {
  EXPECT_EQ(alone(around(1, 0.01, 7)), GateVerdict::inconclusive);
  EXPECT_EQ(alone(around(1, 0.01, 8)), GateVerdict::regression);
}

TEST(Gate, a_large_family_needs_more_pairs) {
  const Values d = around(1, 0.01, 11);
  const Differences claim = d;
  EXPECT_EQ(judge_claims({&claim, 1}, 20, {}, 1).front().verdict, GateVerdict::inconclusive);
  EXPECT_EQ(judge_claims({&claim, 1}, 10, {}, 1).front().verdict, GateVerdict::regression);
}

TEST(Gate, a_look_spends_only_its_share) {
  EXPECT_EQ(alone(around(1, 0.01, 9), 0.2), GateVerdict::inconclusive);
  EXPECT_EQ(alone(around(1, 0.01, 10), 0.2), GateVerdict::regression);
}

TEST(Gate, the_detectable_difference_shrinks_with_pairs_and_grows_with_noise) {
  const auto detectable = [](double spread, std::size_t count) {
    return detectable_difference(*centre_interval(walsh_averages(around(0, spread, count, 7)), count, 0.99),
                                 0.01);
  };
  EXPECT_LT(detectable(0.1, 40), detectable(0.1, 16));
  EXPECT_NEAR(detectable(0.2, 24), 2 * detectable(0.1, 24), 1e-9);
}

}  // namespace
}  // namespace pcbench
