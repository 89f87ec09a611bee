#include "cli/estimate.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

Case case_of(std::uint64_t messages) {
  Case config;
  config.messages = messages;
  return config;
}

RunRecord run_of(std::vector<Case> cases, std::uint32_t rounds) {
  RunRecord run;
  run.plan.cases = std::move(cases);
  run.plan.rounds = rounds;
  run.plan.warmup_rounds = 1;
  run.cases.resize(run.plan.cases.size());
  return run;
}

TEST(Guess, more_messages_take_longer_but_never_longer_than_the_timeout) {
  EXPECT_LT(guessed_round_s(case_of(1000), 30), guessed_round_s(case_of(1'000'000), 30));
  EXPECT_EQ(guessed_round_s(case_of(1'000'000'000'000), 30), 30);
}

TEST(Guess, work_counts_where_it_is_more_than_the_transport_takes) {
  Case config = case_of(1'000'000);
  config.producers = config.consumers = 1;
  const double idle_s = guessed_round_s(config, 1000);
  config.work.consumer_ns = 10'000;
  EXPECT_NEAR(guessed_round_s(config, 1000) - idle_s, 10 - kGuessedNsPerMessage / 1000, 1e-9);
}

TEST(Guess, duration_is_taken_at_its_word) {
  Case config;
  config.messages.reset();
  config.duration_s = 2;
  EXPECT_NEAR(guessed_round_s(config, 30), 2, 0.1);
}

TEST(Guess, adaptive_plan_takes_its_time_limit) {
  RunRecord run = run_of({case_of(1000)}, 1);
  run.plan.rounds.reset();
  run.plan.max_time_s = 60;
  EXPECT_EQ(guessed_plan_s(run.plan), 60);
}

TEST(TimeLeft, measured_rounds_replace_the_guess) {
  const RunRecord run = run_of({case_of(1000)}, 4);
  TimeLeft left(run.plan);
  left.round_took(0, 2);
  EXPECT_DOUBLE_EQ(left.seconds(run), 4 * 2.0);
  left.round_took(0, 4);
  EXPECT_DOUBLE_EQ(left.seconds(run), 3 * 3.0);
  EXPECT_EQ(left.rounds_done(), 2U);
  EXPECT_EQ(left.rounds_in_all(), 5U);
}

TEST(TimeLeft, case_that_has_not_run_learns_from_those_that_have) {
  const RunRecord run = run_of({case_of(1000), case_of(1000)}, 1);
  TimeLeft left(run.plan);
  left.round_took(0, 5);
  left.round_took(0, 5);
  EXPECT_DOUBLE_EQ(left.seconds(run), 2 * 5.0);
}

TEST(TimeLeft, case_that_was_given_up_takes_none) {
  RunRecord run = run_of({case_of(1000), case_of(1000)}, 9);
  TimeLeft left(run.plan);
  left.round_took(0, 5);
  left.round_took(1, 5);
  run.cases[0].stop_reason = "hang";
  EXPECT_DOUBLE_EQ(left.seconds(run), 9 * 5.0);
}

TEST(TimeLeft, adaptive_plan_has_the_rest_of_its_time) {
  RunRecord run = run_of({case_of(1000)}, 1);
  run.plan.rounds.reset();
  run.plan.max_time_s = 60;
  run.elapsed_ns = 45'000'000'000;
  EXPECT_DOUBLE_EQ(TimeLeft(run.plan).seconds(run), 15);
}

}  // namespace
}  // namespace pcbench
