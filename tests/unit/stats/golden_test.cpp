// The statistics against values that scipy and R computed once (golden/make_*).
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "stats/holm.h"
#include "stats/paired.h"
#include "stats/steadiness.h"
#include "stats/unpaired.h"

namespace pcbench {
namespace {

using Json = nlohmann::json;
using Values = std::vector<double>;

constexpr double kClose = 1e-9;

Json golden(const std::string& file, const std::string& name) {
  return Json::parse(std::ifstream(std::string(GOLDEN_FOLDER) + "/" + file)).at(name);
}

Values numbers(const Json& json, const char* key) { return json.at(key).get<Values>(); }

void expect_interval(const std::optional<Interval>& interval, const Json& expected, double close) {
  ASSERT_TRUE(interval) << expected;
  EXPECT_NEAR((*interval)[0], expected[0].get<double>(), close);
  EXPECT_NEAR((*interval)[1], expected[1].get<double>(), close);
}

TEST(Golden, signed_rank_p_is_scipys_also_with_ties_and_zeros) {
  for (const Json& one : golden("scipy.json", "signed_rank"))
    EXPECT_NEAR(signed_rank_test(numbers(one, "d")).p, one["p"].get<double>(), kClose) << one;
}

TEST(Golden, signed_rank_effect_and_interval_are_rs) {
  for (const Json& one : golden("r.json", "paired")) {
    const Values d = numbers(one, "d"), walsh = walsh_averages(d);
    EXPECT_NEAR(signed_rank_test(d).p, one["p"].get<double>(), kClose) << one;
    EXPECT_NEAR(sorted_median(walsh), one["estimate"].get<double>(), kClose) << one;
    expect_interval(centre_interval(walsh, d.size(), 0.95), one["interval"], kClose);
  }
}

TEST(Golden, rank_sum_p_is_scipys_exact_tied_and_approximated) {
  for (const Json& one : golden("scipy.json", "rank_sum")) {
    const RankSumTest test = rank_sum_test(numbers(one, "a"), numbers(one, "b"));
    EXPECT_NEAR(test.p, one["p"].get<double>(), kClose) << one;
    EXPECT_EQ(test.exact, one["exact"].get<bool>()) << one;
  }
}

TEST(Golden, rank_sum_shift_and_interval_are_rs) {
  for (const Json& one : golden("r.json", "unpaired")) {
    const Values a = numbers(one, "a"), b = numbers(one, "b");
    const PairwiseDifferences differences(a, b);
    EXPECT_NEAR(rank_sum_test(a, b).p, one["p"].get<double>(), kClose) << one;
    EXPECT_NEAR(differences.median(), one["estimate"].get<double>(), kClose) << one;
    expect_interval(shift_interval(differences, 0.95), one["interval"], kClose);
  }
}

TEST(Golden, kolmogorov_smirnov_is_scipys) {
  for (const Json& one : golden("scipy.json", "kolmogorov_smirnov")) {
    const KolmogorovSmirnovTest test = kolmogorov_smirnov_test(numbers(one, "a"), numbers(one, "b"));
    EXPECT_NEAR(test.distance, one["distance"].get<double>(), kClose) << one;
    EXPECT_NEAR(test.p, one["p"].get<double>(), kClose) << one;
  }
}

TEST(Golden, the_sign_test_interval_has_scipys_binomial_ranks) {
  for (const Json& one : golden("scipy.json", "sign_interval"))
    expect_interval(sign_test_interval(numbers(one, "values"), one["level"].get<double>()), one["interval"],
                    0);
}

TEST(Golden, holm_is_rs) {
  for (const Json& one : golden("r.json", "holm")) {
    const Values p = numbers(one, "p"), expected = numbers(one, "adjusted");
    const Values adjusted = holm_adjusted(p, p.size());
    for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], kClose) << one;
  }
}

// Of the two tests the smaller p counts, doubled because there are two.
TEST(Golden, steadiness_is_rs_ljung_box_or_the_runs_test) {
  for (const Json& one : golden("r.json", "ljung_box"))
    EXPECT_LE(judge_steadiness(numbers(one, "values")).p, 2 * one["p"].get<double>() + kClose) << one;
  for (const Json& one : golden("scipy.json", "runs"))
    EXPECT_LE(judge_steadiness(numbers(one, "values")).p, 2 * one["p"].get<double>() + kClose) << one;
}

}  // namespace
}  // namespace pcbench
