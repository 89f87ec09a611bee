#include "check/history/judge_history.h"

#include <gtest/gtest.h>

#include <set>

#include "../verdict_matchers.h"
#include "make_history.h"

namespace pcbench {
namespace {

bool is_vacuous(const Verdict& verdict) {
  return std::any_of(verdict.facts.begin(), verdict.facts.end(),
                     [](const auto& f) { return f.first == "vacuous"; });
}

TEST(Order, a_swap_is_told_with_all_four_times_of_both_messages) {
  HandMade history;
  history.push(0, 0, 0, 1).push(1, 0, 2, 3).pop(0, 1, 0, 4, 5).pop(1, 0, 0, 6, 7);
  const Verdict verdict = judged(*history, "order");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  const std::string what =
      "message 0 of producer 1 (pushed 2 to 3 by p1, popped 4 to 5 by c0) overtook "
      "message 0 of producer 0 (pushed 0 to 1 by p0, popped 6 to 7 by c1)";
  EXPECT_EQ(verdict.reason, "weaker than declared (fifo is promised, per_producer was kept): " + what);
  EXPECT_EQ(verdict.counter_example->what, what);
  EXPECT_EQ(verdict.counter_example->producer, 1U);
  EXPECT_EQ(verdict.counter_example->sequence, 0U);
  EXPECT_EQ(verdict.counter_example->consumer, 0U);
  EXPECT_EQ(fact_of(verdict, "reordered"), n(1));
  EXPECT_EQ(fact_of(verdict, "worst_lateness_ns"), n(1));
  EXPECT_EQ(fact_of(verdict, "comparable_pairs"), n(1));
  EXPECT_EQ(fact_of(verdict, "kept"), Fact(std::string("per_producer")));
}

TEST(Order, equal_times_are_concurrent) {
  HandMade puts_touch;
  puts_touch.push(0, 0, 0, 2).push(1, 0, 2, 3).pop(0, 1, 0, 4, 5).pop(0, 0, 0, 6, 7);
  EXPECT_EQ(judged(*puts_touch, "order").outcome, Outcome::pass);
  HandMade gets_touch;
  gets_touch.push(0, 0, 0, 1).push(1, 0, 2, 3).pop(0, 1, 0, 4, 6).pop(1, 0, 0, 6, 7);
  EXPECT_EQ(judged(*gets_touch, "order").outcome, Outcome::pass);
}

TEST(Order, a_loss_does_not_hide_a_later_swap) {
  HandMade history;
  history.push(2, 0, 0, 1).push(0, 0, 2, 3).push(1, 0, 4, 5).pop(0, 1, 0, 6, 7).pop(0, 0, 0, 8, 9);
  EXPECT_EQ(judged(*history, "delivery").outcome, Outcome::fail);
  EXPECT_EQ(fact_of(judged(*history, "order"), "reordered"), n(1));
}

TEST(Order, per_producer_is_judged_across_consumers_and_without_the_producers_clock) {
  HandMade history;
  history.push(0, 0, 0, 100).push(0, 1, 0, 100).pop(0, 0, 1, 10, 11).pop(1, 0, 0, 12, 13);
  history->promises.order = Order::per_producer;
  const Verdict verdict = judged(*history, "order");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "judged"), Fact(std::string("per_producer")));
  EXPECT_EQ(verdict.counter_example->sequence, 1U);
}

TEST(Order, fifo_includes_the_order_within_a_batch) {
  HandMade history;
  history.push(0, 0, 10, 20).push(0, 1, 10, 20).pop(0, 0, 1, 30, 31).pop(1, 0, 0, 40, 41);
  const Verdict verdict = judged(*history, "order");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "kept"), Fact(std::string("none")));
  EXPECT_EQ(fact_of(verdict, "reordered"), n(1));
  EXPECT_EQ(fact_of(verdict, "worst_lateness_ns"), n(9));
  EXPECT_EQ(fact_of(verdict, "comparable_pairs"), n(1));
  EXPECT_EQ(verdict.counter_example->sequence, 1U);
}

TEST(Order, fifo_goes_by_the_times_alone_where_the_sequences_contradict_them) {
  HandMade backwards;  // somebody else's numbers
  backwards.push(0, 1, 0, 1).push(0, 0, 2, 3).pop(0, 0, 1, 4, 5).pop(1, 0, 0, 6, 7);
  EXPECT_TRUE(passes(*backwards));
  HandMade two_workers;
  two_workers.push(0, 0, 0, 10).push(8, 1, 0, 10).pop(0, 0, 1, 20, 21).pop(1, 0, 0, 22, 23);
  two_workers->operations[1].producer = 0;
  two_workers->operations[1].worker = 1;
  EXPECT_TRUE(passes(*two_workers));
}

TEST(Delivery, a_pending_pop_comes_too_late_for_the_first_of_a_batch_whose_second_is_out) {
  HandMade history;
  history.push(0, 0, 0, 1).push(0, 1, 0, 1).pop(0, 0, 1, 10, 11).pending_pop(1, 12);
  EXPECT_EQ(fact_of(judged(*history, "delivery"), "lost"), n(1));
}

TEST(Order, per_producer_lets_producers_overtake_each_other) {
  HandMade history;
  history.push(0, 0, 0, 1).push(1, 0, 2, 3).pop(0, 1, 0, 4, 5).pop(0, 0, 0, 6, 7);
  history->promises.order = Order::per_producer;
  EXPECT_TRUE(passes(*history));
}

TEST(Order, overtakes_are_measured) {
  HandMade history;  // message 0 is overtaken by five later ones, message 1 by four
  for (std::uint64_t s = 0; s < 6; ++s) history.push(0, s, 10 * s, 10 * s + 1);
  const std::array<std::uint64_t, 6> out = {5, 2, 3, 4, 1, 0};
  for (std::uint64_t k = 0; k < 6; ++k) history.pop(0, 0, out[k], 100 + 10 * k, 101 + 10 * k);
  const Verdict verdict = judged(*history, "order");
  EXPECT_EQ(fact_of(verdict, "overtaken_max"), n(5));
  // overtaken: 0 by 1-5, 1 by 2-5, and 2, 3, 4 by 5
  EXPECT_EQ(fact_of(verdict, "overtaken"), Fact(std::vector<std::string>{"1: 3", "4-7: 2"}));
}

TEST(Delivery, a_loss_needs_a_pending_pop_that_began_in_time) {
  HandMade in_time;
  in_time.push(0, 0, 0, 1).push(0, 1, 2, 3).pop(0, 0, 1, 10, 11).pending_pop(1, 9);
  EXPECT_TRUE(passes(*in_time));
  EXPECT_EQ(fact_of(judged(*in_time, "delivery"), "lost_in_flight"), n(1));
  HandMade too_late;
  too_late.push(0, 0, 0, 1).push(0, 1, 2, 3).pop(0, 0, 1, 10, 11).pending_pop(1, 12);
  const Verdict verdict = judged(*too_late, "delivery");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "lost"), n(1));
  EXPECT_EQ(verdict.counter_example->sequence, 0U);
  too_late->promises.order = Order::none;
  EXPECT_TRUE(passes(*too_late)) << "where nothing says that it was taken before";
}

TEST(Delivery, one_pending_pop_explains_one_loss) {
  HandMade history;
  history.push(0, 0, 0, 1).push(0, 1, 2, 3).push(0, 2, 4, 5).pending_pop(0, 6).pending_pop(1, 7);
  EXPECT_EQ(fact_of(judged(*history, "delivery"), "lost"), n(1));
  EXPECT_EQ(fact_of(judged(*history, "delivery"), "lost_in_flight"), n(2));
}

TEST(Delivery, a_pending_push_may_or_may_not_have_happened) {
  HandMade history;
  history.pending_push(0, 0, 0).pending_push(1, 0, 0).pop(0, 0, 0, 5, 6);
  EXPECT_TRUE(passes(*history));
  EXPECT_EQ(fact_of(judged(*history, "delivery"), "recovered"), n(1));
}

TEST(Delivery, a_push_that_was_refused_must_not_come_out) {
  for (const OperationStatus status : {OperationStatus::full, OperationStatus::closed}) {
    HandMade history;
    history.push(0, 0, 0, 1, status).pop(0, 0, 0, 2, 3);
    EXPECT_EQ(fact_of(judged(*history, "delivery"), "unexpected"), n(1));
  }
}

TEST(Delivery, a_refused_push_may_be_tried_again) {
  HandMade history;
  history.push(0, 0, 0, 1, OperationStatus::full).push(0, 0, 2, 3).pop(0, 0, 0, 4, 5);
  EXPECT_TRUE(passes(*history));
}

TEST(Delivery, weaker_promises_are_judged_as_declared) {
  HandMade lossy;
  lossy.push(0, 0, 0, 1).push(0, 1, 2, 3).pop(0, 0, 1, 4, 5);
  EXPECT_FALSE(passes(*lossy));
  lossy->promises.lossless = false;
  EXPECT_TRUE(passes(*lossy));
  EXPECT_EQ(fact_of(judged(*lossy, "delivery"), "lost"), n(1));

  HandMade twice;
  twice.push(0, 0, 0, 1).pop(0, 0, 0, 2, 3).pop(1, 0, 0, 4, 5);
  EXPECT_FALSE(passes(*twice));
  twice->promises.at_least_once = true;
  EXPECT_TRUE(passes(*twice));
  EXPECT_EQ(fact_of(judged(*twice, "delivery"), "redelivered"), n(1));
  EXPECT_EQ(fact_of(judged(*twice, "delivery"), "duplicated"), n(0));

  HandMade held;  // by whoever never returned: at least once, it comes again
  held.push(0, 0, 0, 1).pending_pop(0, 2);
  EXPECT_TRUE(passes(*held));
  held->promises.at_least_once = true;
  EXPECT_FALSE(passes(*held));
}

TEST(Delivery, of_two_pops_the_message_is_gone_since_the_first_whichever_is_logged_first) {
  for (const bool late_first : {true, false}) {
    HandMade history;
    history.push(0, 0, 0, 1).push(1, 0, 2, 3);
    if (late_first) history.pop(0, 0, 0, 20, 21).pop(1, 0, 0, 4, 5);
    else history.pop(1, 0, 0, 4, 5).pop(0, 0, 0, 20, 21);
    history.pop(2, 1, 0, 6, 7).no_pop(3, 10, 11);
    history->promises.at_least_once = true;
    EXPECT_TRUE(passes(*history)) << late_first;
  }
}

TEST(Delivery, a_sequence_that_is_missing_among_others_was_not_pushed) {
  HandMade history;
  for (std::uint64_t s = 0; s < 10; s += 2) history.push(0, s, s, s + 1).pop(0, 0, s, 100 + s, 101 + s);
  EXPECT_TRUE(passes(*history));
  EXPECT_EQ(fact_of(judged(*history, "delivery"), "popped"), n(5));
  history.pop(1, 0, 3, 200, 201);
  EXPECT_EQ(fact_of(judged(*history, "delivery"), "unexpected"), n(1));
  EXPECT_EQ(fact_of(judged(*history, "delivery"), "duplicated"), n(0));
}

TEST(Delivery, sequences_may_have_gaps_and_producers_any_number) {
  HandMade history;
  for (const std::uint64_t s : {std::uint64_t{7}, std::uint64_t{1} << 40U, std::uint64_t{1} << 62U})
    history.push(4'000'000'000U, s, s % 1000, s % 1000 + 1)
        .pop(0, 4'000'000'000U, s, 2000 + s % 1000, 2000 + s % 1000);
  EXPECT_EQ(judged(*history, "delivery").outcome, Outcome::pass);
  EXPECT_EQ(fact_of(judged(*history, "delivery"), "popped"), n(3));
}

TEST(Delivery, a_message_pushed_twice_is_an_error_that_names_the_operation) {
  HandMade history;
  history.push(0, 0, 0, 1).pop(0, 0, 0, 2, 3).push(0, 0, 4, 5);
  try {
    (void)recheck(*history);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.where, "/ops/2");
    EXPECT_TRUE(says(error.message, "message 0 of producer 0 is pushed twice"));
  }
}

TEST(Causality, popped_before_its_push_began_fails) {
  HandMade history;
  history.pop(0, 0, 0, 0, 1).push(0, 0, 2, 3);
  const Verdict verdict = judged(*history, "causality");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "future"), n(1));
  history->clock_guard_ns = 1;
  EXPECT_TRUE(passes(*history));
  HandMade waiting;  // a pop may have begun long before
  waiting.pop(0, 0, 0, 0, 5).push(0, 0, 2, 3);
  EXPECT_TRUE(passes(*waiting));
}

TEST(Vacuity, is_a_fact_for_recheck_and_unknown_in_a_run) {
  HandMade history;
  history.push(0, 0, 0, 1).pop(0, 0, 0, 2, 3);
  const std::vector<Verdict> told = recheck(*history);
  const std::vector<Verdict> ran = judge_history(*history);
  std::set<std::string> vacuous;
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].outcome, Outcome::pass);
    if (!is_vacuous(told[i])) continue;
    vacuous.insert(told[i].check);
    EXPECT_EQ(ran[i].outcome, Outcome::unknown);
    EXPECT_TRUE(says(ran[i].reason, "vacuous"));
  }
  EXPECT_EQ(vacuous, (std::set<std::string>{"order", "empty"}));
  for (const Verdict& verdict : recheck(History{}))
    EXPECT_TRUE(is_vacuous(verdict) || !verdict.reason.empty()) << verdict.check;
}

}  // namespace
}  // namespace pcbench
