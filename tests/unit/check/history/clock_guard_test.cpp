// What the clock guard takes from the checks, what it leaves them, and what is left without a clock.
#include <gtest/gtest.h>

#include "../verdict_matchers.h"
#include "make_history.h"

namespace pcbench {
namespace {

TEST(Order, the_guard_is_added_to_what_must_come_first) {
  HandMade history;
  history.push(0, 0, 0, 10).push(1, 0, 20, 30).pop(0, 1, 0, 40, 50).pop(0, 0, 0, 60, 70);
  history->clock_guard_ns = 9;
  EXPECT_EQ(judged(*history, "order").outcome, Outcome::fail);
  history->clock_guard_ns = 10;
  EXPECT_EQ(judged(*history, "order").outcome, Outcome::pass);
}

TEST(Order, the_guard_does_not_blur_what_one_consumer_did_itself) {
  HandMade within;
  within.push(0, 0, 0, 1).push(1, 0, 50, 51).pop(0, 1, 0, 60, 61).pop(0, 0, 0, 62, 63);
  within->clock_guard_ns = 10;
  const Verdict verdict = judged(*within, "order");
  EXPECT_EQ(verdict.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(verdict, "reordered"), n(1));
  EXPECT_EQ(verdict.counter_example->producer, 1U);
  HandMade across;
  across.push(0, 0, 0, 1).push(1, 0, 50, 51).pop(0, 1, 0, 60, 61).pop(1, 0, 0, 62, 63);
  across->clock_guard_ns = 10;
  EXPECT_EQ(judged(*across, "order").outcome, Outcome::pass) << "two clocks";
  HandMade neighbours;
  neighbours.push(0, 0, 0, 1).push(0, 1, 2, 3).pop(0, 0, 1, 60, 61).pop(0, 0, 0, 62, 63);
  neighbours->clock_guard_ns = 10;
  EXPECT_EQ(fact_of(judged(*neighbours, "order"), "kept"), Fact(std::string("none")));
  neighbours->operations[1] = neighbours->operations[0];  // one batch: the sequence says which was first
  neighbours->operations[1].sequence = 1;
  EXPECT_EQ(judged(*neighbours, "order").outcome, Outcome::fail);
  neighbours->promises.order = Order::per_producer;
  EXPECT_EQ(judged(*neighbours, "order").outcome, Outcome::fail);
}

TEST(Empty, the_guard_does_not_blur_what_one_consumer_did_itself) {
  HandMade within;
  within.push(0, 0, 0, 1).no_pop(0, 50, 51).pop(0, 0, 0, 52, 53);
  within->clock_guard_ns = 10;
  EXPECT_EQ(judged(*within, "empty").outcome, Outcome::fail);
  HandMade across;
  across.push(0, 0, 0, 1).no_pop(1, 50, 51).pop(0, 0, 0, 52, 53);
  across->clock_guard_ns = 10;
  EXPECT_EQ(judged(*across, "empty").outcome, Outcome::pass) << "two clocks";
}

TEST(Clock, that_is_not_trusted_leaves_only_delivery) {
  HandMade history;
  history.push(0, 0, 0, 1).push(1, 0, 2, 3).pop(0, 1, 0, 4, 5).pop(0, 0, 0, 6, 7);
  history->clock_trusted = false;
  for (const std::vector<Verdict>& verdicts : {recheck(*history), judge_history(*history)})
    for (const Verdict& verdict : verdicts) {
      const bool delivery = verdict.check == "delivery";
      EXPECT_EQ(verdict.outcome, delivery ? Outcome::pass : Outcome::unknown) << verdict.check;
      EXPECT_NE(says(verdict.reason, "clock_untrusted"), delivery) << verdict.reason;
    }
}

}  // namespace
}  // namespace pcbench
