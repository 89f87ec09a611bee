#include "cli/assemble.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

/// A run of two cases; only the first was begun.
RunRecord half_a_run() {
  RunRecord run;
  run.cases.resize(2);
  run.cases[0].config.id = "first";
  run.cases[0].rounds.resize(1);
  run.cases[1].config.id = "second";
  return run;
}

TEST(Assemble, run_that_goes_on_has_the_cases_that_were_begun) {
  const Report report = Assembler().assemble(half_a_run());
  ASSERT_EQ(report.cases.size(), 1U);
  ASSERT_EQ(report.record.cases.size(), 1U);
  EXPECT_EQ(report.record.cases[0].config.id, "first");
}

TEST(Assemble, complete_run_has_all_and_one_that_could_not_start_is_begun) {
  RunRecord run = half_a_run();
  run.cases[1].stop_reason = "cannot_start";
  EXPECT_EQ(Assembler().assemble(run).cases.size(), 2U);
  run.cases[1].stop_reason = "interrupted";
  EXPECT_EQ(Assembler().assemble(run).cases.size(), 1U);
  run.complete = true;
  EXPECT_EQ(Assembler().assemble(run).cases.size(), 2U);
}

TEST(Assemble, warnings_go_to_the_case_they_concern_and_are_said_once) {
  RunRecord run = half_a_run();
  run.plan.warnings = {{"a", "rounded", "r", "first"}, {"b", "whole", "r", ""}, {"c", "gone", "r", "second"}};
  run.cases[0].warnings = {{"a", "rounded", "r", "first"}};
  run.warnings = {{"b", "whole", "r", ""}};
  const Report report = Assembler().assemble(run);
  EXPECT_EQ(report.record.cases[0].warnings.size(), 1U);
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_EQ(report.warnings[0].id, "b");
}

/// A completed round of 10 messages between two workers of CPU_NS each.
RoundRecord round_of(std::uint64_t cpu_ns, std::uint64_t elapsed_ns) {
  RoundRecord round;
  round.workers.resize(2);
  round.workers[1].role = Role::consumer;
  round.workers[1].messages = 10;
  for (WorkerRecord& worker : round.workers) worker.cpu_user_ns = cpu_ns;
  round.elapsed_ns = elapsed_ns;
  return round;
}

TEST(Assemble, cost_of_the_log_is_told_against_the_case_without_it) {
  RunRecord run = half_a_run();
  run.complete = true;
  run.cases[0].config.verify = Verify::history;
  run.cases[0].config.history_burst_every_ms = 100;
  run.cases[0].rounds = {round_of(500, 700), round_of(600, 900), round_of(900, 800)};
  run.cases[1].rounds = {round_of(100, 200)};
  const auto cost = [&] { return Assembler().assemble(run).cases[0].summary.history_cost; };
  ASSERT_TRUE(cost() && cost()->on && cost()->off);
  EXPECT_EQ(cost()->on->cpu_ns, 120);
  EXPECT_EQ(cost()->on->elapsed_ns, 80);
  EXPECT_EQ(cost()->off->cpu_ns, 20);
  EXPECT_EQ(cost()->off->elapsed_ns, 20);
  EXPECT_EQ(cost()->against, "second");
  EXPECT_EQ(cost()->reason, "");
  run.cases[1].config.batch_messages = 2;  // another pipeline
  EXPECT_FALSE(cost()->off);
  EXPECT_NE(cost()->reason.find("differs in nothing but"), std::string::npos);
  EXPECT_FALSE(Assembler().assemble(run).cases[1].summary.history_cost);
}

TEST(Assemble, case_is_judged_anew_when_it_has_new_rounds) {
  Assembler assembler;
  RunRecord run = half_a_run();
  run.cases[0].rounds.clear();
  run.complete = true;
  EXPECT_EQ(assembler.assemble(run).cases[0].outcome, Outcome::unknown);
  run.cases[0].rounds.resize(1);
  run.cases[0].rounds[0].end = RoundEnd::hung;
  EXPECT_EQ(assembler.assemble(run).cases[0].outcome, Outcome::fail);
}

}  // namespace
}  // namespace pcbench
