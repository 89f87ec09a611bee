// What the gate finds: the pairs that normal theory asks for give the power it promises, and whole reports
// find +5 % and +10 % at the noise where they should.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "machine.h"

namespace pcbench::simulation {
namespace {

struct Row {
  std::size_t claims;
  double noise_per_change;  ///< sd of a pair's difference / true change, both logarithmic
  std::size_t pairs;        ///< for 90 % power at alpha 0.01
};

// n = r^2 (z_alpha/2 + z_0.9)^2 / 0.955 + z_alpha/2^2 / 2, the sample size of a t test at the signed-rank
// test's efficiency
constexpr Row kTable[] = {{1, 0.5, 8},   {1, 0.75, 13},  {1, 1, 19},  {1, 1.5, 39},  {1, 2, 66},
                          {20, 0.5, 12}, {20, 0.75, 20}, {20, 1, 30}, {20, 1.5, 60}, {20, 2, 102}};

double power_of(const Row& row) {
  constexpr int kTrials = 2000;
  std::mt19937_64 random(row.pairs);
  std::normal_distribution<double> normal(1, row.noise_per_change);
  GateRule rule;
  rule.min_effect = 0;
  int found = 0;
  for (int i = 0; i < kTrials; ++i) {
    std::vector<double> values(row.pairs);
    for (double& value : values) value = normal(random);
    const Differences claim = values;
    if (judge_claims({&claim, 1}, row.claims, rule, 1).front().verdict == GateVerdict::regression) ++found;
  }
  return static_cast<double>(found) / kTrials;
}

TEST(Power, the_pairs_that_normal_theory_asks_for_find_nine_in_ten) {
  for (const Row& row : kTable) {
    const double power = power_of(row);
    std::printf("%2zu claims, sd/change %.2f, %3zu pairs: power %.3f\n", row.claims, row.noise_per_change,
                row.pairs, power);
    // With 8 and 12 pairs all differences must be of one sign, or all but the least: the test is coarser than
    // the theory.
    EXPECT_GE(power, row.pairs <= 12 ? 0.75 : 0.87) << row.claims << ' ' << row.noise_per_change;
    EXPECT_LE(power, 0.97);
  }
}

/// The share of cases found in whole reports with looks; a run's noise is SPREAD, hence a pair's sqrt 2 times
/// that.
double found_share(Noise noise, double spread, double slowdown) {
  constexpr std::size_t kReports = 100;
  std::size_t found = 0;
  for (std::size_t i = 0; i < kReports; ++i) {
    AbRules rules;
    rules.seed = i;
    Machine machine(noise, spread, slowdown, 5'000'000 + i);
    const AbRecord record = run_ab_session(cases_of(kCases), rules, machine);
    for (const AbCaseRecord& one : record.cases)
      found += one.claims[0].decision.verdict == GateVerdict::regression ? 1 : 0;
  }
  return static_cast<double>(found) / (kReports * kCases);
}

TEST(Power, whole_reports_find_five_and_ten_percent) {
  for (const auto& [noise, name] : kNoises)
    for (const double slowdown : {1.05, 1.10})
      std::printf("%-13s run noise 3 %%: +%.0f %% found in %.1f %% of the cases\n", name.data(),
                  100 * (slowdown - 1), 100 * found_share(noise, 0.03, slowdown));
  EXPECT_GE(found_share(Noise::lognormal, 0.03, 1.10), 0.99);  // sd of a difference 0.45 of the change
  EXPECT_GE(found_share(Noise::lognormal, 0.02, 1.05), 0.97);  // 0.58 of it
  EXPECT_GE(found_share(Noise::step_drift, 0.03, 1.10), 0.99);
  EXPECT_GE(found_share(Noise::position_bias, 0.03, 1.10), 0.97);
  EXPECT_GE(found_share(Noise::ar1, 0.03, 1.10), 0.97);
}

TEST(Power, a_slowdown_of_one_percent_is_no_regression) {
  EXPECT_EQ(found_share(Noise::lognormal, 0.005, 1.01), 0);
}

}  // namespace
}  // namespace pcbench::simulation
