// The plan as a whole: its top level, its hash, its warnings.
#include "plan/plan.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "support.h"

namespace pcbench {
namespace {

const std::string kCase = R"({"transport": "shm_mpmc_ring"})";

TEST(Plan, HasDocumentedDefaults) {
  const Plan plan = plan_of(config_with(kCase));
  EXPECT_EQ(plan.name, "test") << "of the file";
  EXPECT_FALSE(plan.rounds) << "adaptive";
  EXPECT_EQ(plan.warmup_rounds, 1U);
  EXPECT_EQ(plan.seed, 1U);
  EXPECT_EQ(plan.timeout_s, 30);
  EXPECT_EQ(plan.max_time_s, 60);
  EXPECT_EQ(plan.precision, 0.02);
}

TEST(Plan, TakesItsTopLevelFromTheConfig) {
  const Plan plan = plan_of(config_with(
      kCase, R"("name": "n-1.x", "comment": "why", "warmup_rounds": 0, "seed": 18446744073709551615,
                                                  "timeout_s": 2.5, "max_time_s": 9, "precision": 0.5)"));
  EXPECT_EQ(plan.name, "n-1.x");
  EXPECT_EQ(plan.comment, "why");
  EXPECT_EQ(plan.warmup_rounds, 0U);
  EXPECT_EQ(plan.seed, UINT64_MAX);
  EXPECT_EQ(plan.timeout_s, 2.5);
  EXPECT_EQ(plan.max_time_s, 9);
  EXPECT_EQ(plan.precision, 0.5);
}

TEST(Plan, TakesANameFitForAFileFromAnyPath) {
  EXPECT_EQ(parse_plan(config_with(kCase), "configs/nton.json").name, "nton");
  EXPECT_EQ(parse_plan(config_with(kCase), "/tmp/a b;c.json").name, "a_b_c");
  EXPECT_EQ(parse_plan(config_with(kCase), "-").name, "config");
  EXPECT_EQ(parse_plan(config_with(kCase), "..").name, "config");
}

TEST(Plan, KeepsTheConfigAsGivenWithItsOverrides) {
  PlanOptions options;
  options.set = {"/cases/0/wait=park"};
  const Json config = Json::parse(plan_of(config_with(kCase, R"("comment": "c")"), options).config_json);
  EXPECT_EQ(config,
            Json::parse(R"({"comment": "c", "cases": [{"transport": "shm_mpmc_ring", "wait": "park"}]})"));
}

TEST(Plan, HashesWhatIsRunAndNotHowItIsWritten) {
  const auto hash = [](const std::string& text) { return plan_of(text).config_hash; };
  const std::string one = hash(R"({"seed": 3, "cases": [{"transport": "shm_mpmc_ring", "wait": "spin"}]})");
  EXPECT_EQ(one.size(), 16U);
  EXPECT_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(one, hash("{\"name\": \"n\", \"comment\": \"c\", \"$schema\": \"s\",\n "
                      "\"cases\":[{\"wait\":\"spin\",\"transport\":\"shm_mpmc_ring\"}],\"seed\":3}"));
  EXPECT_NE(one, hash(R"({"seed": 4, "cases": [{"transport": "shm_mpmc_ring", "wait": "spin"}]})"));
  EXPECT_NE(one, hash(R"({"seed": 3, "cases": [{"transport": "shm_mpmc_ring", "wait": "park"}]})"));
}

TEST(Plan, IsReadFromAFileAndNamesTheFileInErrors) {
  const std::string file = testing::TempDir() + "pcbench-plan-test.json";
  std::ofstream(file) << config_with(kCase);
  EXPECT_EQ(load_plan(file).name, "pcbench-plan-test");
  std::ofstream(file) << config_with("{}");
  try {
    (void)load_plan(file);
    ADD_FAILURE() << "a case without transport was accepted";
  } catch (const ConfigErrors& errors) {
    EXPECT_NE(errors.message.find(file), std::string::npos);
    EXPECT_EQ(errors.errors.size(), 1U);
  }
  EXPECT_EQ(std::remove(file.c_str()), 0);
}

TEST(Plan, WarnsOfWhatItsRoundsSwitchOff) {
  const Plan plan = plan_of(config_with(kCase, R"("rounds": 3, "precision": 0.1)"));
  ASSERT_EQ(warnings_of(plan), std::vector<std::string>{"adaptive_ignored"});
  EXPECT_FALSE(plan.warnings[0].remedy.empty());
}

TEST(Plan, GivesWarningsTheirCase) {
  const Plan plan = plan_of(config_with(R"({"transport": "shm_mpmc_ring", "capacity_slots": 1000})"));
  ASSERT_EQ(warnings_of(plan), std::vector<std::string>{"capacity_rounded"});
  EXPECT_EQ(plan.warnings[0].case_id, "shm_mpmc_ring/1x1/thread/pill/64B/1000");
  EXPECT_NE(plan.warnings[0].text.find("1024"), std::string::npos);
}

}  // namespace
}  // namespace pcbench
