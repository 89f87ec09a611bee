#include "check/fate.h"

#include <gtest/gtest.h>

#include "check/judge.h"

namespace pcbench {
namespace {

/// A case whose producer p0 was killed by order in each of two rounds, and that ended well.
class Fate : public ::testing::Test {
 protected:
  Fate() {
    const FaultSpec fault{FaultKind::kill, false, 0, FaultPhase::in_push, 10};
    record.config.faults = {fault};
    for (RoundRecord& round : record.rounds = std::vector<RoundRecord>(2)) {
      round.workers.resize(2);
      round.workers.front().exit = {ExitKind::signaled, 9, true};
      round.faults = {{fault, 5000}};
    }
    report.verdicts.resize(2);
    report.verdicts.front().check = "delivery";
    report.verdicts.back().check = "termination";
  }

  /// As if the one consumer had been told that the channel is broken.
  void tell() {
    consumer().error = "the channel ended within a message";
    fail(report.verdicts.back());
  }
  void fail(Verdict& verdict) { report.outcome = verdict.outcome = Outcome::fail; }
  WorkerRecord& consumer() { return record.rounds.back().workers.back(); }
  [[nodiscard]] std::string fate() const { return fate_of(record, report); }

  CaseRecord record;
  CaseReport report;
};

TEST_F(Fate, is_conserved_where_nothing_is_wrong_and_degraded_where_the_dead_took_messages_along) {
  EXPECT_EQ(fate(), "conserved");
  report.verdicts.front().facts.emplace_back("lost_in_flight", std::int64_t{2});
  EXPECT_EQ(fate(), "degraded(2)");
}

TEST_F(Fate, is_a_hang_of_its_kind_whatever_else_is_wrong) {
  tell();
  record.rounds.back().end = RoundEnd::hung;
  record.rounds.back().hang = HangKind::deadlock;
  EXPECT_EQ(fate(), "hang(deadlock)");
}

TEST_F(Fate, is_fail_stop_where_a_survivor_was_told_and_everybody_left) {
  tell();
  EXPECT_EQ(fate(), "fail-stop");
}

TEST_F(Fate, names_the_check_that_failed_where_more_is_wrong_than_that) {
  tell();
  fail(report.verdicts.front());
  EXPECT_EQ(fate(), "fail delivery");
}

TEST_F(Fate, is_no_fail_stop_where_only_the_killed_was_told) {
  tell();
  consumer().exit = {ExitKind::signaled, 9, true};
  EXPECT_EQ(fate(), "fail termination");
}

TEST_F(Fate, is_no_fail_stop_where_no_fault_struck) {
  tell();
  for (RoundRecord& round : record.rounds) round.faults.front().struck_at_ns.reset();
  EXPECT_EQ(fate(), "fail termination");
}

TEST_F(Fate, is_unknown_by_the_check_that_could_not_tell) {
  report.outcome = report.verdicts.front().outcome = Outcome::unknown;
  EXPECT_EQ(fate(), "unknown delivery");
}

TEST(JudgedCase, has_its_fate) { EXPECT_EQ(judge_case({}).fate, "unknown delivery") << "no round was run"; }

}  // namespace
}  // namespace pcbench
