// Damage done to a copy of a log is noticed, and what could not be done is told.
#include <gtest/gtest.h>

#include "../verdict_matchers.h"
#include "make_history.h"

namespace pcbench {
namespace {

TEST(Canary, finds_nothing_to_damage_in_a_log_without_messages) { EXPECT_FALSE(canary_detected(History{})); }

bool was_not_tried(const History& history, std::string_view check) {
  const Verdict verdict = verdict_of(judge_history(history), check);
  return std::any_of(verdict.facts.begin(), verdict.facts.end(),
                     [](const auto& f) { return f.first == "canary_not_tried" && f.second == n(1); });
}

TEST(Canary, swaps_messages_that_are_not_neighbours_where_those_are_too_close) {
  HandMade history;
  for (std::uint64_t s = 0; s < 40; ++s) history.push(0, s, 10 * s, 10 * s + 9);
  for (std::uint64_t s = 0; s < 40; ++s)
    history.pop(static_cast<std::uint32_t>(s % 2), 0, s, 1000 + 10 * s, 1009 + 10 * s);
  history->clock_guard_ns = 100;
  EXPECT_EQ(judged(*history, "order").outcome, Outcome::pass);
  EXPECT_FALSE(was_not_tried(*history, "order"));
  EXPECT_TRUE(canary_detected(*history));
}

TEST(Canary, tells_which_check_it_could_not_put_to_the_test) {
  HandMade history;  // the second is pushed after the first, but popped at the same time
  history.push(0, 0, 0, 1).push(0, 1, 10, 11).pop(0, 0, 0, 20, 30).pop(1, 0, 1, 20, 30).no_pop(0, 40, 41);
  EXPECT_EQ(judged(*history, "order").outcome, Outcome::pass);
  const Verdict order = verdict_of(judge_history(*history), "order");
  EXPECT_EQ(order.outcome, Outcome::unknown) << "in a run nothing passes that nobody saw fail";
  EXPECT_TRUE(order.reason.starts_with("canary_not_tried: ")) << order.reason;
  EXPECT_TRUE(was_not_tried(*history, "order"));
  EXPECT_FALSE(was_not_tried(*history, "empty"));
  EXPECT_FALSE(canary_detected(*history));
}

TEST(Canary, looks_all_over_the_log_where_its_middle_leaves_no_way) {
  constexpr std::uint64_t kMessages = 600;
  HandMade one_batch;  // all of the middle is popped at once
  HandMade one_stays;  // no other is inside for longer than the clocks can tell
  for (std::uint64_t s = 0; s < kMessages; ++s) {
    const std::uint64_t in_ns = 10'000 * s;
    const std::uint64_t out_ns = s < 100 ? 10'000'000 + s : s < 500 ? 20'000'000 : 30'000'000 + s;
    one_batch.push(0, s, in_ns, in_ns + 1).pop(0, 0, s, out_ns, out_ns);
    one_stays.push(0, s, in_ns, in_ns + 1).pop(0, 0, s, in_ns + (s == 3 ? 6'000 : 5), in_ns + 7'000);
  }
  one_batch.no_pop(0, 40'000'000, 40'000'001);
  one_stays.no_pop(0, 40'000'000, 40'000'001);
  one_stays->clock_guard_ns = 1'000;
  for (const History& history : {*one_batch, *one_stays}) {
    EXPECT_TRUE(canary_detected(history));
    for (const Verdict& verdict : judge_history(history))
      EXPECT_EQ(verdict.outcome, Outcome::pass) << verdict.check << ": " << verdict.reason;
  }
}

TEST(Canary, that_is_missed_lets_nothing_pass) {
  // Whoever may lose and double messages may deliver one in another's place: a turned bit makes it so here.
  HandMade history;
  history.push(0, 0, 0, 1).pop(0, 0, 0, 2, 3);
  history.push(0, std::uint64_t{1} << 62U, 4, 5).pop(0, 0, std::uint64_t{1} << 62U, 6, 7).no_pop(0, 8, 9);
  history->promises.lossless = false;
  history->promises.at_least_once = true;
  EXPECT_TRUE(passes(*history));
  EXPECT_FALSE(canary_detected(*history));
  for (const Verdict& verdict : judge_history(*history)) {
    EXPECT_EQ(verdict.outcome, Outcome::unknown) << verdict.check;
    EXPECT_TRUE(says(verdict.reason, "canary_missed")) << verdict.reason;
  }
}

TEST(Canary, needs_no_guard_for_what_one_consumer_did_itself) {
  HandMade history;
  history.push(0, 0, 0, 1).push(0, 1, 2, 3).pop(0, 0, 0, 110, 111).pop(0, 0, 1, 112, 113);
  history.no_pop(0, 200, 201);
  history->clock_guard_ns = 100;
  EXPECT_FALSE(was_not_tried(*history, "order"));
  EXPECT_FALSE(was_not_tried(*history, "empty"));
  EXPECT_TRUE(canary_detected(*history));
}

TEST(Canary, puts_the_capacity_to_the_test) {
  HandMade history;
  history.push(0, 0, 0, 1).push(0, 1, 10, 11).pop(0, 0, 0, 20, 21).pop(1, 0, 1, 30, 31);
  history->promises.capacity_slots = 2;
  history->promises.full_exact = true;
  EXPECT_TRUE(canary_detected(*history));
  EXPECT_FALSE(was_not_tried(*history, "capacity"));
  history->promises.capacity_slots = std::uint64_t{1} << 24U;
  history.push(0, 2, 40, 41, OperationStatus::full);
  history->promises.full_exact = false;
  EXPECT_TRUE(was_not_tried(*history, "capacity")) << "too many to add";
}

}  // namespace
}  // namespace pcbench
