#include "plan/filter.h"

#include <gtest/gtest.h>

#include "support.h"

namespace pcbench {
namespace {

const std::string kMatrix = config_with(
    R"({"transport": "shm_mpmc_ring", "topology": ["1x1", "4x4"], "wait": ["spin", "park"],
        "work": {"producer_ns": [0, 50]}},
       {"transport": "shm_spsc_ring"})");

std::vector<std::string> filtered(const std::string& expression) {
  PlanOptions options;
  options.filter = expression;
  return ids_of(plan_of(kMatrix, options));
}

TEST(Glob, MatchesWholeTexts) {
  EXPECT_TRUE(glob_matches("shm*", "shm_mpmc_ring"));
  EXPECT_TRUE(glob_matches("*ring", "shm_mpmc_ring"));
  EXPECT_TRUE(glob_matches("*m?m*", "shm_mpmc_ring"));
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_TRUE(glob_matches("a**b", "ab"));
  EXPECT_TRUE(glob_matches("*ab", "aab"));
  EXPECT_FALSE(glob_matches("shm", "shm_mpmc_ring"));
  EXPECT_FALSE(glob_matches("?", ""));
  EXPECT_FALSE(glob_matches("a*b", "a"));
}

TEST(Glob, IsNotSlowOnManyStars) {
  std::string stars;
  for (int i = 0; i < 1000; ++i) stars += "*a";
  EXPECT_FALSE(glob_matches(stars + "b", std::string(5000, 'a')));
}

TEST(Filter, KeepsCasesThatMatchEveryTerm) {
  EXPECT_EQ(filtered("").size(), 9U);
  EXPECT_EQ(filtered("transport:shm*").size(), 9U);
  EXPECT_EQ(filtered("transport:shm_spsc*").size(), 1U);
  EXPECT_EQ(filtered("  producers:4   wait:park ").size(), 2U);
  EXPECT_EQ(filtered("topology:4x4 producer_ns:50 wait:s*").size(), 1U);
  EXPECT_EQ(filtered("id:*/4x4/*wait=spin*").size(), 2U);
  EXPECT_EQ(filtered("capacity_slots:auto messages:1000000 mode:closed").size(), 9U);
}

TEST(Filter, NamesTheCasesWhereNoneMatches) {
  PlanOptions options;
  options.filter = "topology:7x7";
  const std::string said = complaint_about(kMatrix, options);
  EXPECT_NE(said.find("matches no case"), std::string::npos) << said;
  EXPECT_NE(said.find("shm_spsc_ring/1x1/thread/pill/64B/auto"), std::string::npos) << said;
}

TEST(Filter, RefusesTermsItDoesNotUnderstand) {
  PlanOptions options;
  options.filter = "topolgy:1x1";
  EXPECT_NE(complaint_about(kMatrix, options).find("did you mean \"topology\"?"), std::string::npos);
  options.filter = "shm*";
  EXPECT_NE(complaint_about(kMatrix, options).find("KEY:PATTERN"), std::string::npos);
}

TEST(Filter, DropsTheWarningsOfCasesItDrops) {
  const std::string config =
      config_with(R"({"transport": "shm_mpmc_ring", "topology": ["1x1", "1x2"], "stop": "check_then_get"})");
  PlanOptions options;
  EXPECT_EQ(warnings_of(plan_of(config, options)).size(), 1U);
  options.filter = "topology:1x1";
  EXPECT_TRUE(warnings_of(plan_of(config, options)).empty());
}

}  // namespace
}  // namespace pcbench
