// What delivery says of messages that a killed consumer had in its hands.
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

}  // namespace
}  // namespace pcbench
