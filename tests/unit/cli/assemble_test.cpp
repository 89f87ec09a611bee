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
