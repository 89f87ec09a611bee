// What delivery says of messages that a killed worker had in its hands.
#include "evidence_builder.h"
#include "verdict_matchers.h"

namespace pcbench {
namespace {

/// One producer of six messages, two consumers; the second one dies.
class DeliveryAfterDeath : public testing::TestWithParam<Verify> {
 protected:
  void by_order() { record_.config.faults.push_back({FaultKind::kill, true, 1}); }
  CaseRecord record_ = make_case(1, 2, 6, GetParam());
};
INSTANTIATE_TEST_SUITE_P(BothModes, DeliveryAfterDeath, testing::Values(Verify::online, Verify::exact),
                         [](const auto& mode) { return std::string(name_of(mode.param)); });

TEST_P(DeliveryAfterDeath, may_be_found_again_by_the_drain) {
  RoundBuilder round(record_);
  round.pop(0, 0, 0).pop(1, 0, 3).pop(0, 0, 1).pop(0, 0, 2);
  round.pop_run(RoundBuilder::kDrain, 0, 3, 5);  // c1 died before its release of 3
  round.never_left(Role::consumer, 1, {ExitKind::signaled, 9}).ended(RoundEnd::worker_died);
  EXPECT_NE(verdict_of(record_, round.finish(), "delivery").outcome, Outcome::fail);
}

TEST_P(DeliveryAfterDeath, by_order_they_are_lost_in_flight) {
  by_order();
  RoundBuilder round(record_);
  round.pop_run(0, 0, 0, 3).pop(0, 0, 5).never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
  const Verdict verdict = verdict_of(record_, round.finish(), "delivery");
  EXPECT_EQ(verdict.outcome, Outcome::pass);
  EXPECT_EQ(fact_of(verdict, "lost_in_flight"), n(1));
}

TEST_P(DeliveryAfterDeath, by_order_excuses_what_is_missing_but_not_what_is_swapped_for_another) {
  by_order();
  RoundBuilder round(record_);
  round.pop_run(0, 0, 0, 3).pop(0, 0, 5).pop(0, 0, 5);  // 4 is lost, 5 is doubled
  round.never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
  EXPECT_EQ(verdict_of(record_, round.finish(), "delivery").outcome, Outcome::fail);
}

TEST_P(DeliveryAfterDeath, by_order_excuses_no_more_than_one_batch) {
  by_order();
  RoundBuilder round(record_);
  round.pop_run(0, 0, 0, 3).never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
  EXPECT_EQ(verdict_of(record_, round.finish(), "delivery").outcome, Outcome::fail);
}

TEST_P(DeliveryAfterDeath, by_order_excuses_nothing_unreleased_where_that_is_promised) {
  record_.promises.keeps_unreleased = true;
  const auto outcome = [&](FaultPhase phase) {
    record_.config.faults = {{FaultKind::kill, true, 1, phase}};
    RoundBuilder round(record_);
    round.pop_run(0, 0, 0, 3).pop(0, 0, 5).never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
    return verdict_of(record_, round.finish(), "delivery").outcome;
  };
  EXPECT_EQ(outcome(FaultPhase::in_pop), Outcome::fail);
  EXPECT_EQ(outcome(FaultPhase::after_pop), Outcome::pass) << "released, but nobody knows of it";
  EXPECT_EQ(outcome(FaultPhase::holding_lock), Outcome::pass) << "released when it unlocks";
  EXPECT_EQ(outcome(FaultPhase::blocked_empty), Outcome::pass) << "it goes on until it is struck";
}

TEST_P(DeliveryAfterDeath, at_least_once_may_come_again_but_only_exact_can_tell_that_all_came) {
  by_order();
  record_.promises.at_least_once = true;
  RoundBuilder round(record_);
  round.pop(1, 0, 1).pop(1, 0, 4);  // 1 is noted, but was not acknowledged
  round.pop(0, 0, 0).pop_run(0, 0, 2, 5).pop(0, 0, 1);
  round.never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
  const Verdict verdict = verdict_of(record_, round.finish(), "delivery");
  if (GetParam() == Verify::exact) {
    EXPECT_EQ(verdict.outcome, Outcome::pass) << verdict.reason;
    EXPECT_EQ(fact_of(verdict, "redelivered"), n(1));
    EXPECT_EQ(fact_of(verdict, "duplicated"), n(0));
    EXPECT_EQ(fact_of(verdict, "lost"), n(0));
  } else {
    EXPECT_EQ(verdict.outcome, Outcome::unknown);
    EXPECT_TRUE(says(verdict.reason, "verify: exact")) << verdict.reason;
    EXPECT_EQ(fact_of(verdict, "redelivered"), Fact());
  }
}

TEST_P(DeliveryAfterDeath, at_least_once_excuses_no_loss) {
  by_order();
  record_.promises.at_least_once = true;
  RoundBuilder missing(record_);
  missing.pop_run(0, 0, 0, 4).never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
  EXPECT_EQ(verdict_of(record_, missing.finish(), "delivery").outcome, Outcome::fail);
  RoundBuilder replaced(record_);
  replaced.pop_run(0, 0, 0, 4).pop(0, 0, 2).never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
  EXPECT_EQ(verdict_of(record_, replaced.finish(), "delivery").outcome, Outcome::fail) << "5 is lost";
}

TEST_P(DeliveryAfterDeath, at_least_once_excuses_no_more_than_was_held_and_nothing_where_nobody_died) {
  record_.promises.at_least_once = true;
  const auto outcome = [&](bool dies, std::uint64_t again) {
    record_.config.faults.clear();
    if (dies) by_order();
    RoundBuilder round(record_);
    round.pop_run(0, 0, 0, 5);
    for (std::uint64_t s = 0; s < again; ++s) round.pop(0, 0, s * 2);
    if (dies) round.never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
    return verdict_of(record_, round.finish(), "delivery").outcome;
  };
  EXPECT_NE(outcome(true, 1), Outcome::fail);
  EXPECT_EQ(outcome(true, 2), Outcome::fail);
  EXPECT_EQ(outcome(false, 1), Outcome::fail);
}

TEST_P(DeliveryAfterDeath, before_anything_was_sent_is_vacuous_unless_nothing_was_asked_for) {
  CaseRecord record = make_case(1, 1, 4, GetParam());
  RoundBuilder round(record);
  round.sent(0, 0).never_left(Role::producer, 0, {ExitKind::signaled, 9, true});
  const Verdict verdict = verdict_of(record, round.finish(), "delivery");
  EXPECT_EQ(verdict.outcome, Outcome::unknown);
  EXPECT_TRUE(says(verdict.reason, "vacuous")) << verdict.reason;
  record.config.messages = 0;
  EXPECT_EQ(verdict_of(record, RoundBuilder(record).finish(), "delivery").outcome, Outcome::pass);
  record.config.messages.reset();
  record.config.verify = Verify::online;
  EXPECT_EQ(verdict_of(record, RoundBuilder(record).finish(), "delivery").outcome, Outcome::unknown)
      << "by duration";
}

TEST_P(DeliveryAfterDeath, of_a_producer_by_order_lets_it_have_sent_more_than_it_had_counted) {
  CaseRecord record = make_case(1, 1, 100, GetParam());
  RoundBuilder round(record);
  round.sent(0, 6).never_left(Role::producer, 0, {ExitKind::signaled, 9, true}).pop_run(0, 0, 0, 8);
  const Verdict verdict = verdict_of(record, round.finish(), "delivery");
  EXPECT_EQ(verdict.outcome, Outcome::pass) << verdict.reason;
  EXPECT_EQ(fact_of(verdict, "lost"), n(0));
}

TEST(ExactDeliveryAfterDeath, what_is_missing_before_the_last_message_of_a_killed_producer_is_lost) {
  const CaseRecord record = make_case(1, 1, 100, Verify::exact);
  RoundBuilder round(record);
  round.sent(0, 3).never_left(Role::producer, 0, {ExitKind::signaled, 9, true});
  round.pop_run(0, 0, 0, 3).pop_run(0, 0, 6, 7);
  const Verdict verdict = verdict_of(record, round.finish(), "delivery");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "lost"), n(2));
  EXPECT_EQ(verdict.counter_example->sequence, 4U);
}

}  // namespace
}  // namespace pcbench
