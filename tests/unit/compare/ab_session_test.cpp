#include "compare/ab_session.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <set>

namespace pcbench {
namespace {

/// Gives what a function says, and counts.
class ScriptedRunner : public CaseRunner {
 public:
  using Script = std::function<CaseRun(std::size_t case_index, Side side, std::size_t run_index)>;
  explicit ScriptedRunner(Script script) : script_(std::move(script)) {}

  CaseRun run(std::size_t case_index, Side side) override {
    sides.push_back(side);
    cases.push_back(case_index);
    clock_s += run_s;
    return script_(case_index, side, sides.size() - 1);
  }
  double elapsed_s() override { return clock_s; }

  std::vector<Side> sides;
  std::vector<std::size_t> cases;
  double run_s = 1;
  double clock_s = 0;

 private:
  Script script_;
};

CaseRun measured(double value) {
  CaseRun run;
  run.values = {value};
  return run;
}

/// A value about 100 with 1 % of noise, the same for the same RUN_INDEX.
double noisy(std::size_t run_index) {
  std::mt19937_64 random(run_index);
  return 100 * std::exp(std::normal_distribution<double>(0, 0.01)(random));
}

ScriptedRunner slower_by(double factor) {
  return ScriptedRunner([factor](std::size_t, Side side, std::size_t i) {
    return measured(noisy(i) * (side == Side::next ? factor : 1));
  });
}

ScriptedRunner hopelessly_noisy() {
  return ScriptedRunner([](std::size_t, Side, std::size_t i) {
    std::mt19937_64 random(i);
    return measured(std::exp(std::normal_distribution<double>(0, 1)(random)));
  });
}

const std::vector<AbCase> kOneCase = {{"one", {{"service_ns_p50", "ns", false}}}};
const std::vector<AbCase> kOneRate = {{"one", {{"throughput_msgs_per_s", "msg/s", true}}}};

AbRules patient() {
  AbRules rules;
  rules.max_time_s = 1e9;
  return rules;
}

GateVerdict verdict_of(const AbRecord& record) { return record.cases[0].claims[0].decision.verdict; }

TEST(AbSession, a_slower_program_is_found_at_the_first_look_and_its_case_left) {
  ScriptedRunner runner = slower_by(1.1);
  const AbRecord record = run_ab_session(kOneCase, patient(), runner);
  EXPECT_EQ(verdict_of(record), GateVerdict::regression);
  EXPECT_EQ(record.cases[0].slots.size(), 16U);
  EXPECT_EQ(runner.sides.size(), 16U * kSides);
  EXPECT_FALSE(record.control_alarm);
}

TEST(AbSession, the_direction_comes_from_the_metric) {
  ScriptedRunner runner = slower_by(1.1);
  EXPECT_EQ(verdict_of(run_ab_session(kOneRate, patient(), runner)), GateVerdict::improvement);
}

TEST(AbSession, alike_programs_with_little_noise_are_equivalent) {
  ScriptedRunner runner = slower_by(1);
  EXPECT_EQ(verdict_of(run_ab_session(kOneCase, patient(), runner)), GateVerdict::equivalent);
}

TEST(AbSession, an_undecided_case_goes_on_to_the_last_look) {
  ScriptedRunner runner = hopelessly_noisy();
  const AbRecord record = run_ab_session(kOneCase, patient(), runner);
  EXPECT_EQ(verdict_of(record), GateVerdict::inconclusive);
  EXPECT_EQ(record.cases[0].slots.size(), 40U);
  EXPECT_EQ(record.looks.size(), 3U);
}

TEST(AbSession, the_same_seed_draws_the_same_orders_and_another_does_not) {
  ScriptedRunner first = slower_by(1.1), second = slower_by(1.1), third = slower_by(1.1);
  AbRules rules = patient();
  (void)run_ab_session(kOneCase, rules, first);
  (void)run_ab_session(kOneCase, rules, second);
  rules.seed = 2;
  (void)run_ab_session(kOneCase, rules, third);
  EXPECT_EQ(first.sides, second.sides);
  EXPECT_NE(first.sides, third.sides);
}

TEST(AbSession, every_slot_runs_each_side_once_in_all_six_orders) {
  ScriptedRunner runner = hopelessly_noisy();
  std::set<std::array<Side, kSides>> orders;
  const AbRecord record = run_ab_session(kOneCase, patient(), runner);
  for (const Slot& slot : record.cases[0].slots) {
    EXPECT_EQ((std::set<Side>(slot.order.begin(), slot.order.end()).size()), kSides);
    orders.insert(slot.order);
  }
  EXPECT_EQ(orders.size(), 6U);
}

TEST(AbSession, cases_are_shuffled_in_every_pass) {
  const std::vector<AbCase> cases(4, kOneCase[0]);
  ScriptedRunner runner = slower_by(1.1);
  (void)run_ab_session(cases, patient(), runner);
  std::set<std::vector<std::size_t>> orders;
  for (std::size_t i = 0; i + 12 <= runner.cases.size(); i += 12)
    orders.insert({runner.cases[i], runner.cases[i + 3], runner.cases[i + 6], runner.cases[i + 9]});
  EXPECT_GT(orders.size(), 5U);
}

TEST(AbSession, an_incorrect_run_ends_its_case_and_nothing_of_it_is_compared) {
  const std::vector<AbCase> cases(2, kOneCase[0]);
  ScriptedRunner runner([](std::size_t case_index, Side side, std::size_t i) {
    CaseRun run = measured(noisy(i) * (side == Side::next ? 2 : 1));
    if (case_index == 0 && side == Side::next && i > 20) {
      run.end = RunEnd::incorrect;
      run.problem = "delivery: 3 lost";
    }
    return run;
  });
  const AbRecord record = run_ab_session(cases, patient(), runner);
  EXPECT_EQ(record.cases[0].end, RunEnd::incorrect);
  EXPECT_EQ(record.cases[0].ended_by, Side::next);
  EXPECT_EQ(record.cases[0].problem, "delivery: 3 lost");
  EXPECT_EQ(record.cases[0].claims[0].decision.verdict, GateVerdict::inconclusive);
  EXPECT_EQ(record.cases[1].claims[0].decision.verdict, GateVerdict::regression);
  EXPECT_EQ(record.family, 2U);
}

TEST(AbSession, when_the_time_is_over_the_last_look_spends_all_that_is_left) {
  ScriptedRunner runner = slower_by(1.1);
  AbRules rules;
  rules.max_time_s = 3 * 12;  // twelve slots of three runs of a second
  const AbRecord record = run_ab_session(kOneCase, rules, runner);
  EXPECT_TRUE(record.out_of_time);
  EXPECT_LE(runner.clock_s, rules.max_time_s);
  EXPECT_EQ(record.cases[0].slots.size(), 12U);
  ASSERT_EQ(record.looks.size(), 1U);
  EXPECT_DOUBLE_EQ(record.looks[0].share, 1);
  EXPECT_EQ(verdict_of(record), GateVerdict::regression);
}

TEST(AbSession, an_interrupted_comparison_decides_nothing_more) {
  ScriptedRunner runner([](std::size_t, Side side, std::size_t i) {
    CaseRun run = measured(noisy(i) * (side == Side::next ? 2 : 1));
    if (i == 40) run.end = RunEnd::interrupted;
    return run;
  });
  const AbRecord record = run_ab_session(kOneCase, patient(), runner);
  EXPECT_TRUE(record.interrupted);
  EXPECT_EQ(record.cases[0].slots.size(), 13U);
  EXPECT_TRUE(record.looks.empty());
  EXPECT_EQ(verdict_of(record), GateVerdict::inconclusive);
}

TEST(AbSession, runs_that_fell_apart_are_run_again_in_the_same_order) {
  ScriptedRunner runner([](std::size_t, Side, std::size_t i) {
    CaseRun run = measured(noisy(i));
    run.placement = i == 1 ? "far" : "near";
    return run;
  });
  AbRules rules = patient();
  rules.pairs = 3;
  const AbRecord record = run_ab_session(kOneCase, rules, runner);
  const Slot& first = record.cases[0].slots[0];
  ASSERT_EQ(first.tries.size(), 2U);
  EXPECT_TRUE(first.tries[0].apart);
  EXPECT_FALSE(first.tries[1].apart);
  EXPECT_TRUE(std::equal(runner.sides.begin(), runner.sides.begin() + 3, runner.sides.begin() + 3));
  EXPECT_EQ(differences_of(record.cases[0], 0, false, Side::next, 3).size(), 3U);
  EXPECT_EQ(differences_of(record.cases[0], 0, false, Side::next, 3, true).size(), 3U);
}

TEST(AbSession, a_slot_that_stays_apart_gives_no_pair) {
  ScriptedRunner runner([](std::size_t, Side side, std::size_t i) {
    CaseRun run = measured(noisy(i));
    run.placement = side == Side::next ? "far" : "near";
    return run;
  });
  AbRules rules = patient();
  rules.pairs = 2;
  const AbRecord record = run_ab_session(kOneCase, rules, runner);
  EXPECT_EQ(record.cases[0].slots[0].tries.size(), 3U);
  EXPECT_TRUE(differences_of(record.cases[0], 0, false, Side::next, 2).empty());
}

TEST(AbSession, a_disturbed_slot_is_run_once_more) {
  ScriptedRunner runner([](std::size_t, Side, std::size_t i) {
    CaseRun run = measured(noisy(i));
    run.disturbed = true;
    return run;
  });
  AbRules rules = patient();
  rules.pairs = 2;
  const AbRecord record = run_ab_session(kOneCase, rules, runner);
  EXPECT_EQ(record.cases[0].slots[0].tries.size(), 2U);
  EXPECT_EQ(differences_of(record.cases[0], 0, false, Side::next, 2).size(), 2U);
  EXPECT_EQ(differences_of(record.cases[0], 0, false, Side::next, 2, true).size(), 4U);
}

TEST(AbSession, a_verdict_that_hangs_on_dropped_tries_is_inconclusive) {
  ScriptedRunner runner([](std::size_t, Side side, std::size_t i) {
    const bool first_try = i % 6 < 3;
    CaseRun run = measured(noisy(i) * (side == Side::next ? (first_try ? 0.5 : 1.1) : 1));
    run.disturbed = first_try;
    return run;
  });
  AbRules rules = patient();
  rules.pairs = 12;
  const AbRecord record = run_ab_session(kOneCase, rules, runner);
  EXPECT_TRUE(record.cases[0].claims[0].fragile);
  EXPECT_EQ(verdict_of(record), GateVerdict::inconclusive);
}

TEST(AbSession, a_control_that_differs_is_an_alarm) {
  ScriptedRunner runner([](std::size_t, Side side, std::size_t i) {
    return measured(noisy(i) * (side == Side::control ? 1.2 : 1));
  });
  EXPECT_TRUE(run_ab_session(kOneCase, patient(), runner).control_alarm);
}

TEST(AbSession, a_missing_value_leaves_out_its_pair_only) {
  ScriptedRunner runner([](std::size_t, Side side, std::size_t i) {
    CaseRun run = measured(noisy(i) * (side == Side::next ? 1.1 : 1));
    if (i < 6 && side == Side::base) run.values[0].reset();
    return run;
  });
  const AbRecord record = run_ab_session(kOneCase, patient(), runner);
  EXPECT_EQ(differences_of(record.cases[0], 0, false, Side::next, 16).size(), 14U);
  EXPECT_EQ(verdict_of(record), GateVerdict::regression);
}

}  // namespace
}  // namespace pcbench
