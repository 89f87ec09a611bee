// The checks that ask what was inside: empty and capacity.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "../verdict_matchers.h"
#include "make_history.h"

namespace pcbench {
namespace {

TEST(Empty, while_one_message_is_inside_all_the_time_fails) {
  HandMade history;
  history.push(0, 0, 0, 1).no_pop(3, 2, 3).pop(0, 0, 0, 4, 5);
  const Verdict verdict = judged(*history, "empty");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason,
            "pop by c3 from 2 to 3 said empty, but something was inside all the time, first "
            "message 0 of producer 0 (pushed 0 to 1 by p0, popped 4 to 5 by c0)");
  EXPECT_EQ(verdict.counter_example->consumer, 3U);
  EXPECT_EQ(verdict.counter_example->producer, 0U);
  EXPECT_EQ(fact_of(verdict, "false_empties"), n(1));
}

TEST(Empty, while_messages_take_turns_fails_and_where_they_only_touch_passes) {
  HandMade overlap;
  overlap.push(0, 0, 0, 1).push(1, 0, 2, 4).no_pop(3, 2, 7).pop(0, 0, 0, 5, 6).pop(0, 1, 0, 8, 9);
  EXPECT_EQ(judged(*overlap, "empty").outcome, Outcome::fail);
  HandMade touch;
  touch.push(0, 0, 0, 1).push(1, 0, 2, 5).no_pop(3, 2, 7).pop(0, 0, 0, 5, 6).pop(0, 1, 0, 8, 9);
  EXPECT_EQ(judged(*touch, "empty").outcome, Outcome::pass);
}

TEST(Empty, said_at_an_instant_when_nothing_was_certain_passes) {
  HandMade history;
  history.push(0, 0, 5, 10).no_pop(3, 0, 10).no_pop(3, 20, 30).pop(0, 0, 0, 20, 25);
  EXPECT_EQ(judged(*history, "empty").outcome, Outcome::pass);
  EXPECT_EQ(fact_of(judged(*history, "empty"), "empties"), n(2));
}

TEST(Empty, closed_is_an_empty_that_stays) {
  HandMade history;
  history.push(0, 0, 0, 1).no_pop(3, 2, 3, OperationStatus::closed).pop(0, 0, 0, 4, 5);
  EXPECT_EQ(judged(*history, "empty").outcome, Outcome::fail);
}

TEST(Empty, closed_is_the_end_for_whoever_pops_later) {
  HandMade late;  // the push may have been in after the pop said closed, so it was no false empty
  late.no_pop(3, 2, 3, OperationStatus::closed).push(0, 0, 1, 8).pop(0, 0, 0, 9, 10);
  const Verdict verdict = judged(*late, "empty");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason,
            "message 0 of producer 0 (pushed 1 to 8 by p0, popped 9 to 10 by c0) was delivered after "
            "pop by c3 from 2 to 3 said closed");
  EXPECT_EQ(verdict.counter_example->sequence, 0U);
  late->clock_guard_ns = 6;
  EXPECT_EQ(judged(*late, "empty").outcome, Outcome::pass);
  HandMade meanwhile;
  meanwhile.no_pop(3, 2, 9, OperationStatus::closed).push(0, 0, 1, 8).pop(0, 0, 0, 9, 10);
  EXPECT_EQ(judged(*meanwhile, "empty").outcome, Outcome::pass);
  late->promises.empty_exact = false;
  late->clock_guard_ns = 0;
  EXPECT_EQ(judged(*late, "empty").outcome, Outcome::pass);
}

TEST(Empty, a_pending_pop_may_have_taken_what_nobody_popped) {
  HandMade after;
  after.push(0, 0, 0, 1).pending_pop(0, 4).no_pop(1, 5, 6);
  EXPECT_TRUE(passes(*after));
  HandMade before;
  before.push(0, 0, 0, 1).no_pop(1, 2, 3).pending_pop(0, 4);
  EXPECT_EQ(judged(*before, "empty").outcome, Outcome::fail);
}

TEST(Capacity, more_inside_than_there_is_room_for_fails) {
  HandMade history;
  history.push(0, 0, 0, 1)
      .push(0, 1, 2, 3)
      .push(0, 2, 4, 5)
      .pop(0, 0, 0, 6, 7)
      .pop(0, 0, 1, 8, 9)
      .pop(0, 0, 2, 10, 11);
  history->promises.capacity_slots = 2;
  const Verdict verdict = judged(*history, "capacity");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(verdict.reason,
            "3 messages were inside at 5, but there is room for 2: from "
            "message 0 of producer 0 (pushed 0 to 1 by p0, popped 6 to 7 by c0) to "
            "message 2 of producer 0 (pushed 4 to 5 by p0, popped 10 to 11 by c0)");
  history->promises.capacity_slots = 3;
  EXPECT_EQ(judged(*history, "capacity").outcome, Outcome::pass);
  EXPECT_EQ(fact_of(judged(*history, "capacity"), "max_inside"), n(3));
}

TEST(Capacity, a_failure_shows_the_first_that_were_inside_and_the_one_too_many) {
  HandMade history;
  history.push(0, 0, 0, 1).pop(0, 0, 0, 2, 3);  // gone before
  for (std::uint64_t s = 1; s <= 6; ++s) history.push(1, s, 10 * s, 10 * s + 1);
  for (std::uint64_t s = 1; s <= 6; ++s) history.pop(2, 1, s, 100 + 10 * s, 101 + 10 * s);
  history.push(0, 1, 200, 201).pop(0, 0, 1, 202, 203);  // came after
  history->promises.capacity_slots = 5;
  const Verdict verdict = judged(*history, "capacity");
  ASSERT_TRUE(verdict.counter_example);
  const CounterExample& example = *verdict.counter_example;
  EXPECT_EQ(example.producer, 1U);
  EXPECT_EQ(example.sequence, 6U);
  EXPECT_EQ(example.consumer, 2U);
  EXPECT_EQ(example.time_ns, 61U);
  std::vector<std::string> shown;
  for (const ExampleOperation& one : example.operations) shown.push_back(one.worker + " " + one.what);
  EXPECT_EQ(shown, (std::vector<std::string>{"p1 push 1 of p1", "p1 push 2 of p1", "p1 push 3 of p1",
                                             "p1 push 6 of p1", "c2 pop 1 of p1", "c2 pop 2 of p1",
                                             "c2 pop 3 of p1", "c2 pop 6 of p1"}));
}

TEST(Capacity, a_pop_that_begins_when_a_push_ends_may_have_made_room) {
  HandMade history;
  history.push(0, 0, 0, 1).push(0, 1, 2, 3).pop(0, 0, 0, 3, 4).pop(0, 0, 1, 5, 6);
  history->promises.capacity_slots = 1;
  EXPECT_EQ(judged(*history, "capacity").outcome, Outcome::pass);
}

TEST(Capacity, full_is_right_while_enough_may_be_inside) {
  const auto with_full = [](std::uint64_t invoked_ns, std::uint64_t returned_ns) {
    HandMade history;
    history.push(0, 0, 10, 20)
        .pop(0, 0, 0, 30, 40)
        .push(1, 0, invoked_ns, returned_ns, OperationStatus::full);
    history->promises.capacity_slots = 1;
    history->promises.full_exact = true;
    return judged(*history, "capacity").outcome;
  };
  EXPECT_EQ(with_full(0, 9), Outcome::fail);
  EXPECT_EQ(with_full(0, 10), Outcome::pass);
  EXPECT_EQ(with_full(25, 26), Outcome::pass);
  EXPECT_EQ(with_full(40, 50), Outcome::pass);
  EXPECT_EQ(with_full(41, 50), Outcome::fail);
}

}  // namespace
}  // namespace pcbench
