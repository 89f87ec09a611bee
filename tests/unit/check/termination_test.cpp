#include "evidence_builder.h"
#include "verdict_matchers.h"

namespace pcbench {
namespace {

const WorkerExit kHung{ExitKind::hung, 9};

Verdict termination(const CaseRecord& record, const RoundRecord& round) {
  return verdict_of(record, round, "termination");
}

BlockedWorker blocked(const std::string& worker, const std::string& phase, const std::string& waits_for,
                      const std::string& holds = "") {
  return {worker, phase, waits_for, holds, "asleep", 0, 0};
}

TEST(Termination, everybody_left_and_nothing_inside_passes) {
  const CaseRecord record = make_case(1, 2, 4);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 3).pop_pill(0, 0).pop_pill(1, 0);
  const Verdict verdict = termination(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::pass);
  EXPECT_EQ(fact_of(verdict, "all_exited"), Fact(true));
  EXPECT_EQ(fact_of(verdict, "left_inside"), n(0));
  EXPECT_EQ(fact_of(verdict, "quiesce_ns"), n(10));
  EXPECT_EQ(fact_of(verdict, "early_exits"), Fact(std::vector<std::string>{}));
  EXPECT_TRUE(verdict.blocked.empty());
}

TEST(Termination, messages_left_inside_fail_and_name_who_left) {
  const CaseRecord record = make_case(1, 2, 4);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).pop_run(RoundBuilder::kDrain, 0, 2, 3);
  const Verdict verdict = termination(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason, "c0, c1 left while 2 messages were inside");
  EXPECT_EQ(fact_of(verdict, "left_inside"), n(2));
  EXPECT_EQ(fact_of(verdict, "early_exits"), Fact(std::vector<std::string>{"c0", "c1"}));
  EXPECT_EQ(verdict.counter_example->consumer, 0U);
}

/// A round of pill_case() in which each of CONSUMERS in turn pops a pill.
RoundRecord pills(const CaseRecord& record, const std::vector<std::uint32_t>& consumers) {
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).pop_run(1, 1, 0, 1);
  for (std::size_t i = 0; i < consumers.size(); ++i)
    round.pop_pill(consumers[i], static_cast<std::uint32_t>(i % 2));
  return round.finish();
}

CaseRecord pill_case() {
  CaseRecord record = make_case(2, 2, 4);
  record.config.stop = "pill";
  return record;
}

TEST(Termination, each_pill_pushed_and_popped_once_passes) {
  EXPECT_EQ(termination(pill_case(), pills(pill_case(), {0, 0, 1, 1})).outcome, Outcome::pass);
}

TEST(Termination, a_pill_left_inside_fails) {
  const Verdict verdict = termination(pill_case(), pills(pill_case(), {0, 0, 1, 1, RoundBuilder::kDrain}));
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason, "of 4 pills 4 were pushed, 4 popped by consumers and 1 found inside");
  EXPECT_EQ(fact_of(verdict, "pills_inside"), n(1));
}

TEST(Termination, a_pill_doubled_or_invented_fails) {
  EXPECT_EQ(termination(pill_case(), pills(pill_case(), {0, 0, 1, 1, 1})).outcome, Outcome::fail);
  RoundRecord round = pills(pill_case(), {0, 0, 1, 1});
  round.workers[0].pills = 1;
  EXPECT_EQ(termination(pill_case(), round).outcome, Outcome::fail);
}

TEST(Termination, pills_are_not_counted_where_the_case_ordered_a_death) {
  RoundRecord round = pills(pill_case(), {0, 0, RoundBuilder::kDrain});
  round.workers[3].exit = {ExitKind::signaled, 9, true};
  round.workers[3].end_at_ns.reset();
  EXPECT_EQ(termination(pill_case(), round).outcome, Outcome::pass);
}

TEST(Termination, a_worker_that_gave_up_fails_with_its_words) {
  const CaseRecord record = make_case(1, 2, 2);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).gave_up(Role::consumer, 1, "the channel said closed");
  const Verdict verdict = termination(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason, "c1 gave up after 0 messages: the channel said closed");
  EXPECT_EQ(fact_of(verdict, "early_exits"), Fact(std::vector<std::string>{"c1"}));
  EXPECT_EQ(verdict.counter_example->consumer, 1U);
}

TEST(Termination, a_deadlock_is_told_in_words) {
  const CaseRecord record = make_case(1, 4, 4);
  RoundBuilder builder(record);
  builder.pop_run(0, 0, 0, 3).ended(RoundEnd::hung, HangKind::deadlock);
  for (std::uint32_t c = 1; c < 4; ++c) builder.never_left(Role::consumer, c, kHung);
  RoundRecord round = builder.finish();
  for (const char* name : {"c1", "c2", "c3"})
    round.blocked.push_back(blocked(name, "blocked_empty", "a message"));
  const Verdict verdict = termination(record, round);
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason, "hang (deadlock): c1, c2, c3 wait in pop for a message that never comes");
  EXPECT_EQ(verdict.blocked.size(), 3U);
  EXPECT_EQ(fact_of(verdict, "all_exited"), Fact(false));
  EXPECT_EQ(fact_of(verdict, "quiesce_ns"), kNull);
  EXPECT_EQ(verdict.counter_example->consumer, 1U);
}

TEST(Termination, a_lock_holder_is_named) {
  const CaseRecord record = make_case(1, 2, 4);
  RoundBuilder builder(record);
  builder.pop_run(0, 0, 0, 3).ended(RoundEnd::hung, HangKind::deadlock);
  builder.never_left(Role::consumer, 0, kHung).never_left(Role::consumer, 1, kHung);
  RoundRecord round = builder.finish();
  round.blocked = {blocked("c0", "blocked_empty", "a message", "the stop lock"),
                   blocked("c1", "waiting_lock", "the stop lock held by c0")};
  EXPECT_EQ(termination(record, round).reason,
            "hang (deadlock): c0 waits in pop for a message that never comes; c1 waits for the stop lock "
            "held by c0; "
            "the stop lock is held by c0");
}

TEST(Termination, a_dead_worker_is_named_with_its_signal) {
  const CaseRecord record = make_case(2, 2, 4);
  RoundBuilder round(record);
  round.never_left(Role::producer, 0, kHung).never_left(Role::consumer, 1, {ExitKind::signaled, 9});
  round.ended(RoundEnd::worker_died).without_drain("the queue's lock died with its holder");
  const Verdict verdict = termination(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason,
            "c1 was killed by signal 9 (SIGKILL); what was left inside is unknown: the queue's lock died "
            "with its holder");
  EXPECT_EQ(fact_of(verdict, "left_inside"), kNull);
  EXPECT_EQ(verdict.counter_example->consumer, 1U);
}

TEST(Termination, an_exit_status_other_than_0_fails) {
  const CaseRecord record = make_case(1, 1, 2);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).worker(Role::producer, 0).exit = {ExitKind::exited, 3};
  const Verdict verdict = termination(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason, "p0 exited with status 3");
}

TEST(Termination, a_worker_that_never_left_its_loop_fails_a_completed_round) {
  const CaseRecord record = make_case(1, 1, 2);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).never_left(Role::producer, 0, {});
  EXPECT_EQ(termination(record, round.finish()).outcome, Outcome::fail);
}

TEST(Termination, an_interrupted_round_is_unknown) {
  const CaseRecord record = make_case(1, 1, 4);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).pop_run(RoundBuilder::kDrain, 0, 2, 2).ended(RoundEnd::interrupted);
  EXPECT_EQ(termination(record, round.finish()).outcome, Outcome::unknown);
}

TEST(Termination, without_drain_nobody_knows_what_is_inside) {
  CaseRecord record = make_case(1, 1, 2);
  RoundBuilder round(record);
  const RoundRecord alone = round.pop_run(0, 0, 0, 1).without_drain("a lock is still held").finish();
  const Verdict verdict = termination(record, alone);
  EXPECT_EQ(verdict.outcome, Outcome::unknown);
  EXPECT_TRUE(says(verdict.reason, "a lock is still held"));
  record.floor = true;
  EXPECT_EQ(termination(record, alone).outcome, Outcome::pass) << "a floor transport holds nothing";
}

}  // namespace
}  // namespace pcbench
