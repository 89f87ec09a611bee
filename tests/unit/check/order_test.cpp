#include "evidence_builder.h"
#include "verdict_matchers.h"

namespace pcbench {
namespace {

Verdict order(const CaseRecord& record, const RoundRecord& round) {
  return verdict_of(record, round, "order");
}

TEST(Order, each_producer_in_its_own_order_passes) {
  const CaseRecord record = make_case(2, 2, 8);
  RoundBuilder round(record);
  round.pop(0, 1, 0).pop(0, 0, 0).pop(0, 1, 2).pop(0, 0, 3).pop(1, 0, 1).pop(1, 1, 1).pop(1, 0, 2).pop(1, 1,
                                                                                                       3);
  const Verdict verdict = order(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::pass);
  EXPECT_EQ(fact_of(verdict, "judged"), Fact(std::string("per_producer")));
  EXPECT_EQ(fact_of(verdict, "reordered"), n(0));
}

TEST(Order, what_a_dead_consumer_held_may_come_late_where_at_least_once_is_promised) {
  CaseRecord record = make_case(1, 2, 8);
  const auto outcome = [&](std::uint64_t late) {
    RoundBuilder round(record);
    round.pop_run(0, 0, late, 7);
    for (std::uint64_t s = late; s-- > 0;) round.pop(0, 0, s);
    round.never_left(Role::consumer, 1, {ExitKind::signaled, 9, true});
    return order(record, round.finish()).outcome;
  };
  EXPECT_EQ(outcome(1), Outcome::fail);
  record.promises.at_least_once = true;
  EXPECT_EQ(outcome(1), Outcome::pass);
  EXPECT_EQ(outcome(2), Outcome::fail) << "it held one";
}

TEST(Order, a_step_back_within_one_consumer_fails_and_the_first_is_named) {
  const CaseRecord record = make_case(2, 2, 12);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1)
      .pop_run(1, 1, 0, 2)
      .pop(1, 1, 4)
      .pop(1, 0, 2)
      .pop(1, 1, 3)
      .pop(1, 1, 5)
      .pop(0, 0, 4)
      .pop(0, 0, 3);
  const Verdict verdict = order(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "reordered"), n(2));
  EXPECT_EQ(verdict.reason, "c1 popped message 3 of p1 after message 4");
  ASSERT_TRUE(verdict.counter_example);
  EXPECT_EQ(verdict.counter_example->producer, 1U);
  EXPECT_EQ(verdict.counter_example->sequence, 3U);
  EXPECT_EQ(verdict.counter_example->consumer, 1U);
  EXPECT_EQ(verdict.counter_example->round, 0U);
  EXPECT_TRUE(verdict.counter_example->time_ns);
}

TEST(Order, of_two_consumers_steps_back_the_earlier_is_named) {
  const CaseRecord record = make_case(1, 2, 12);
  for (const std::uint32_t first : {0U, 1U}) {
    RoundBuilder round(record);
    round.pop(first, 0, 2).pop(first, 0, 1).pop(1 - first, 0, 8).pop(1 - first, 0, 7);
    EXPECT_EQ(order(record, round.finish()).counter_example->consumer, first);
  }
}

TEST(Order, the_same_message_twice_is_a_step_back) {
  const CaseRecord record = make_case(1, 1, 4);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 3).pop(0, 0, 3);
  EXPECT_EQ(order(record, round.finish()).outcome, Outcome::fail);
}

TEST(Order, a_gap_is_no_step_back) {
  const CaseRecord record = make_case(1, 1, 10);
  RoundBuilder round(record);
  round.pop(0, 0, 0).pop(0, 0, 9);
  EXPECT_EQ(order(record, round.finish()).outcome, Outcome::pass);
}

TEST(Order, a_step_back_found_by_the_drain_fails_without_naming_a_consumer) {
  const CaseRecord record = make_case(1, 1, 4);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 1).pop(RoundBuilder::kDrain, 0, 3).pop(RoundBuilder::kDrain, 0, 2);
  const Verdict verdict = order(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_TRUE(says(verdict.reason, "the final drain"));
  EXPECT_FALSE(verdict.counter_example->consumer);
}

TEST(Order, where_none_is_promised_reordering_is_counted_but_no_fault) {
  CaseRecord record = make_case(1, 1, 4);
  record.promises.order = Order::none;
  RoundBuilder round(record);
  round.pop(0, 0, 1).pop(0, 0, 0).pop(0, 0, 3).pop(0, 0, 2);
  const Verdict verdict = order(record, round.finish());
  EXPECT_EQ(verdict.outcome, Outcome::pass);
  EXPECT_EQ(verdict.reason, "no order is promised");
  EXPECT_EQ(fact_of(verdict, "judged"), Fact(std::string("none")));
  EXPECT_EQ(fact_of(verdict, "reordered"), n(2));
}

TEST(Order, nothing_popped_is_no_evidence) {
  const CaseRecord record = make_case(1, 1, 4);
  RoundBuilder round(record);
  round.ended(RoundEnd::hung, HangKind::deadlock);
  EXPECT_EQ(order(record, round.finish()).outcome, Outcome::unknown);
}

TEST(Order, an_aborted_round_is_judged_by_what_was_popped) {
  const CaseRecord record = make_case(1, 1, 100);
  RoundBuilder good(record);
  good.pop_run(0, 0, 0, 9).ended(RoundEnd::interrupted);
  EXPECT_EQ(order(record, good.finish()).outcome, Outcome::pass);
  RoundBuilder bad(record);
  bad.pop_run(0, 0, 0, 9).pop(0, 0, 4).ended(RoundEnd::interrupted);
  EXPECT_EQ(order(record, bad.finish()).outcome, Outcome::fail);
}

}  // namespace
}  // namespace pcbench
