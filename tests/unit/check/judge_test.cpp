#include <set>

#include "evidence_builder.h"
#include "verdict_matchers.h"

namespace pcbench {
namespace {

RoundRecord good_round(const CaseRecord& record, std::uint32_t index = 0) {
  RoundBuilder round(record);
  for (std::uint32_t p = 0; p < record.config.producers; ++p)
    round.pop_run(0, p, 0, share_of(*record.config.messages, p, record.config.producers) - 1);
  return round.finish(index);
}

std::vector<Outcome> outcomes_of(const CaseRecord& record) {
  std::vector<Outcome> outcomes;
  for (const Verdict& verdict : judge(record)) outcomes.push_back(verdict.outcome);
  return outcomes;
}

using Outcomes = std::vector<Outcome>;
constexpr Outcome kPass = Outcome::pass, kFail = Outcome::fail, kUnknown = Outcome::unknown;

TEST(Judge, gives_one_verdict_per_check_in_the_registrys_order) {
  CaseRecord record = make_case(2, 1, 8);
  record.rounds = {good_round(record)};
  const std::vector<Verdict> verdicts = judge(record);
  std::vector<std::string_view> names;
  for (const CheckRow& check : checks())
    if (check.judge != nullptr && asks(check, Workload::pipeline)) names.push_back(check.name);
  ASSERT_EQ(verdicts.size(), names.size());
  for (std::size_t i = 0; i < verdicts.size(); ++i) EXPECT_EQ(verdicts[i].check, names[i]);
  EXPECT_EQ(outcomes_of(record), (Outcomes{kPass, kPass, kPass, kPass}));
}

TEST(Judge, asks_about_numbers_where_there_are_no_messages) {
  CaseRecord record = make_case(2, 1, 8);
  record.config.workload = Workload::shared_state;
  record.rounds = {good_round(record)};
  std::vector<std::string> names;
  for (const Verdict& verdict : judge(record)) names.push_back(verdict.check);
  EXPECT_EQ(names, (std::vector<std::string>{"termination", "updates"}));
  EXPECT_EQ(verdict_of(record, "updates").reason, "nobody read the numbers");
  record.rounds[0].numbers = {8};
  EXPECT_EQ(verdict_of(record, "updates").outcome, Outcome::pass);
  record.rounds[0].end = RoundEnd::worker_died;
  EXPECT_EQ(verdict_of(record, "updates").outcome, Outcome::unknown);
}

TEST(Judge, verify_history_without_the_histories_is_unknown_where_they_tell_more) {
  CaseRecord record = make_case(2, 1, 8, Verify::history);
  record.rounds = {good_round(record)};
  const Outcomes missing = {kUnknown, kUnknown, kPass, kPass, kUnknown, kUnknown, kUnknown};
  EXPECT_EQ(outcomes_of(record), missing);
  const CaseHistory none;
  std::vector<Outcome> with_none;
  for (const Verdict& verdict : judge(record, &none)) {
    with_none.push_back(verdict.outcome);
    if (verdict.outcome == kUnknown) {
      EXPECT_EQ(verdict.reason, "the history of a round is missing");
    }
  }
  EXPECT_EQ(with_none, missing);
}

TEST(Judge, judges_both_ways_of_a_ping_pong) {
  CaseRecord record = make_case(1, 1, 8);
  record.config.workload = Workload::ping_pong;
  CaseRecord back = record;
  back.seed = record.seed + 1;
  RoundRecord round = good_round(record, 3);
  round.pongs = {good_round(back)};
  round.pongs.front().pong_seed = back.seed;
  record.rounds = {round};
  EXPECT_EQ(outcomes_of(record), (Outcomes{kPass, kPass, kPass, kPass}));
  record.rounds.front().pongs.front().pong_seed = back.seed + 1;
  EXPECT_EQ(outcomes_of(record), (Outcomes{kFail, kPass, kPass, kPass}))
      << "what came back is not what was sent";
  record.rounds.front().pongs = {RoundBuilder(back).pop_run(0, 0, 0, 6).pop_corrupted(0, 0, 7, 5).finish()};
  record.rounds.front().pongs.front().pong_seed = back.seed;
  const Verdict integrity = judge(record).at(2);
  EXPECT_EQ(integrity.outcome, kFail);
  EXPECT_NE(integrity.reason.find("on the way back: c0 popped message 7"), std::string::npos)
      << integrity.reason;
  EXPECT_EQ(integrity.counter_example->round, 3U);
}

TEST(Judge, a_check_that_throws_is_unknown_and_says_why) {
  const CheckRow broken{"broken", "",
                        [](const CaseRecord&) -> Verdict { throw std::runtime_error("oh dear"); }};
  CaseRecord record;
  record.rounds.resize(1);
  const std::vector<Verdict> verdicts = judge(record, nullptr, {&broken, 1});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].check, "broken");
  EXPECT_EQ(verdicts[0].outcome, Outcome::unknown);
  EXPECT_EQ(verdicts[0].reason, "checker_error: oh dear");
}

TEST(Judge, no_round_is_no_evidence) {
  const CaseRecord record = make_case(1, 1, 8);
  EXPECT_EQ(outcomes_of(record), (Outcomes{kUnknown, kUnknown, kUnknown, kUnknown}));
  EXPECT_EQ(judge(record)[0].reason, "no round was run");
}

TEST(Judge, the_floor_and_verify_none_leave_only_termination) {
  for (const bool floor : {true, false}) {
    CaseRecord record = make_case(1, 1, 8, floor ? Verify::online : Verify::none);
    record.floor = floor;
    record.rounds = {good_round(record)};
    const std::vector<Verdict> verdicts = judge(record);
    EXPECT_EQ(outcomes_of(record), (Outcomes{kUnknown, kUnknown, kUnknown, kPass}));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(verdicts[i].reason, floor ? "floor" : "verify: none");
    EXPECT_EQ(fact_of(verdicts[0], "lost"), kNull);
    const CaseReport report = judge_case(record);
    EXPECT_TRUE(report.as_expected);
    EXPECT_EQ(report.expected, kUnknown);
  }
}

TEST(Judge, the_worst_round_wins_and_its_counter_example_says_which_it_is) {
  CaseRecord record = make_case(1, 2, 6, Verify::exact);
  RoundBuilder lossy(record);
  lossy.pop_run(0, 0, 0, 2).pop_run(1, 0, 4, 5);
  RoundBuilder doubling(record);
  doubling.pop_run(0, 0, 0, 5).pop(1, 0, 0);
  record.rounds = {good_round(record, 0), lossy.finish(1), doubling.finish(2)};
  const Verdict verdict = verdict_of(record, "delivery");
  EXPECT_EQ(verdict.outcome, kFail);
  EXPECT_EQ(fact_of(verdict, "lost"), n(1));
  EXPECT_EQ(fact_of(verdict, "duplicated"), n(1));
  EXPECT_TRUE(says(verdict.reason, "round 1: ")) << verdict.reason;
  EXPECT_EQ(verdict.counter_example->round, 1U);
  EXPECT_EQ(verdict.counter_example->sequence, 3U);
}

TEST(Judge, a_failed_round_outweighs_an_unknown_one_before_it) {
  CaseRecord record = make_case(1, 1, 6);
  RoundBuilder aborted(record);
  aborted.pop_run(0, 0, 0, 1).ended(RoundEnd::interrupted);
  RoundBuilder lossy(record);
  lossy.pop_run(0, 0, 0, 4);
  record.rounds = {aborted.finish(0), lossy.finish(1)};
  const Verdict verdict = verdict_of(record, "delivery");
  EXPECT_EQ(verdict.outcome, kFail);
  EXPECT_EQ(fact_of(verdict, "net_difference"), n(-1));
  EXPECT_EQ(verdict.counter_example->round, 1U);
}

TEST(Judge, each_failure_flips_its_own_check_only) {
  const CaseRecord base = make_case(1, 2, 6);
  const auto judged = [&](RoundBuilder& round) {
    CaseRecord record = base;
    record.rounds = {round.finish()};
    return outcomes_of(record);
  };
  RoundBuilder lossy(base), swapped(base), corrupted(base), left(base);
  lossy.pop_run(0, 0, 0, 4);
  EXPECT_EQ(judged(lossy), (Outcomes{kFail, kPass, kPass, kPass}));
  swapped.pop_run(0, 0, 0, 3).pop(0, 0, 5).pop(0, 0, 4);
  EXPECT_EQ(judged(swapped), (Outcomes{kPass, kFail, kPass, kPass}));
  corrupted.pop_run(0, 0, 0, 4).pop_corrupted(1, 0, 5, 0);
  EXPECT_EQ(judged(corrupted), (Outcomes{kPass, kPass, kFail, kPass}));
  left.pop_run(0, 0, 0, 4).pop(RoundBuilder::kDrain, 0, 5);
  EXPECT_EQ(judged(left), (Outcomes{kPass, kPass, kPass, kFail}));
}

TEST(Allowed, is_pass_where_nothing_is_said) {
  const CaseRecord record = make_case(1, 1, 8);
  for (const CheckRow& check : checks()) EXPECT_EQ(allowed_outcomes(record, check.name), Outcomes{kPass});
}

TEST(Allowed, is_what_expect_says) {
  CaseRecord record = make_case(1, 1, 8);
  record.config.expect = {{"delivery", {kFail, kUnknown}}};
  EXPECT_EQ(allowed_outcomes(record, "delivery"), (Outcomes{kFail, kUnknown}));
  EXPECT_EQ(allowed_outcomes(record, "order"), Outcomes{kPass});
}

TEST(Allowed, is_unknown_for_a_check_that_is_switched_off) {
  CaseRecord record = make_case(1, 1, 8);
  record.config.integrity = Integrity::off;
  EXPECT_EQ(allowed_outcomes(record, "integrity"), Outcomes{kUnknown});
  EXPECT_EQ(allowed_outcomes(record, "order"), Outcomes{kPass});
  record.floor = true;
  record.config.expect = {{"delivery", {kFail}}};
  EXPECT_EQ(allowed_outcomes(record, "delivery"), (Outcomes{kFail, kUnknown}));
  EXPECT_EQ(allowed_outcomes(record, "termination"), Outcomes{kPass});
}

TEST(Allowed, an_expected_hang_may_leave_other_checks_without_evidence) {
  CaseRecord record = make_case(1, 1, 8);
  record.config.expect = {{"termination", {kFail}}, {"order", {kPass}}};
  EXPECT_EQ(allowed_outcomes(record, "delivery"), (Outcomes{kPass, kUnknown}));
  EXPECT_EQ(allowed_outcomes(record, "order"), Outcomes{kPass});
  EXPECT_EQ(allowed_outcomes(record, "termination"), Outcomes{kFail});
}

TEST(JudgeCase, an_unexpected_failure_is_not_as_expected) {
  CaseRecord record = make_case(1, 1, 8);
  RoundBuilder lossy(record);
  record.rounds = {lossy.pop_run(0, 0, 0, 6).finish()};
  const CaseReport report = judge_case(record);
  EXPECT_EQ(report.outcome, kFail);
  EXPECT_EQ(report.expected, kPass);
  EXPECT_FALSE(report.as_expected);
}

TEST(JudgeCase, an_expected_failure_that_does_not_happen_is_not_as_expected) {
  CaseRecord record = make_case(1, 1, 8);
  record.config.expect = {{"termination", {kFail}}};
  record.rounds = {good_round(record)};
  const CaseReport report = judge_case(record);
  EXPECT_EQ(report.outcome, kPass);
  EXPECT_EQ(report.expected, kFail);
  EXPECT_FALSE(report.as_expected);
}

}  // namespace
}  // namespace pcbench
