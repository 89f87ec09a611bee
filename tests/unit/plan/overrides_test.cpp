#include "plan/overrides.h"

#include <gtest/gtest.h>

#include "support.h"

namespace pcbench {
namespace {

const std::string kConfig =
    config_with(R"({"transport": "shm_mpmc_ring", "wait": "spin"})", R"("rounds": 3, "comment": "x")");

PlanOptions with_set(std::vector<std::string> set) {
  PlanOptions options;
  options.set = std::move(set);
  return options;
}

TEST(Set, OverridesAnyKeyInOrder) {
  const Plan plan =
      plan_of(kConfig, with_set({"/defaults/messages=1000", "rounds=5", "/rounds=6", "cases/0/wait=park",
                                 "/cases/0/work/producer_ns=7", "/comment=a=b", "/cases/0/pin=[0,1]"}));
  EXPECT_EQ(plan.rounds, 6U);
  EXPECT_EQ(plan.comment, "a=b");
  EXPECT_EQ(plan.cases[0].messages, 1000U);
  EXPECT_EQ(plan.cases[0].wait, WaitStrategy::park);
  EXPECT_EQ(plan.cases[0].work.producer_ns, 7U);
  EXPECT_EQ(plan.cases[0].pin.cpus.size(), 2U);
}

TEST(Set, CanMakeASweep) {
  EXPECT_EQ(plan_of(kConfig, with_set({R"(/cases/0/wait=["spin","park"])"})).cases.size(), 2U);
}

TEST(Set, IsValidatedLikeTheConfigItself) {
  const auto errors = errors_of(kConfig, with_set({"/cases/0/wait=sleep", "/colour=1", "messages=5"}));
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].pointer, "/colour");
  EXPECT_EQ(errors[1].pointer, "/messages");
  EXPECT_EQ(errors[2].pointer, "/cases/0/wait");
}

TEST(Set, TakesWhatIsNoJsonAsAString) {
  Json document = Json::object();
  apply_overrides(document, with_set({"a=[1,", "b={\"x\":1,\"x\":2}", "c=", "d=null", "e=01"}));
  EXPECT_EQ(document,
            (Json{{"a", "[1,"}, {"b", "{\"x\":1,\"x\":2}"}, {"c", ""}, {"d", nullptr}, {"e", "01"}}));
}

TEST(Set, UnescapesItsPointer) {
  Json document = Json::object();
  apply_overrides(document, with_set({"/a~1b~0c/d=1"}));
  EXPECT_EQ(document["a/b~c"]["d"], 1);
}

TEST(Set, RefusesWhatCannotBeAssigned) {
  const std::string deep(1'000'000, '/');
  for (const std::string& bad :
       {std::string("rounds"), std::string("=5"), std::string(""), std::string("/cases/1/wait=spin"),
        std::string("/cases/-/wait=spin"), std::string("/cases/00x/wait=spin"), std::string("/cases/-1=5"),
        std::string("/cases/99999999999999999999999=5"), std::string("/rounds/x=5"), std::string("a~2=5"),
        std::string("a~=5"), deep + "=1", std::string("a=\xff"), std::string("\xff=1")}) {
    try {
      (void)plan_of(kConfig, with_set({bad}));
      ADD_FAILURE() << bad.substr(0, 50) << " was accepted";
    } catch (const ConfigErrors&) {
      ADD_FAILURE() << bad.substr(0, 50) << " was assigned";
    } catch (const Error& error) {
      EXPECT_EQ(error.where, "--set");
      EXPECT_FALSE(error.hint.empty());
      EXPECT_LT(error.message.size(), 400U);
    }
  }
}

TEST(Options, OverrideRoundsSeedAndTime) {
  PlanOptions options;
  options.rounds = 7;
  options.seed = UINT64_MAX;
  options.max_time_s = 2.5;
  const Plan plan = plan_of(kConfig, options);
  EXPECT_EQ(plan.rounds, 7U);
  EXPECT_EQ(plan.seed, UINT64_MAX);
  EXPECT_EQ(plan.max_time_s, 2.5);
  const Json config = Json::parse(plan.config_json);
  EXPECT_EQ(config["rounds"], 7);
  EXPECT_EQ(config["max_time_s"], 2.5);
}

TEST(Options, AreValidatedLikeTheConfigItself) {
  PlanOptions options;
  options.rounds = 0;
  const auto errors = errors_of(kConfig, options);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].pointer, "/rounds");
}

}  // namespace
}  // namespace pcbench
