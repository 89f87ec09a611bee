#include "check/history/case_history.h"

#include <gtest/gtest.h>

#include "../verdict_matchers.h"
#include "make_history.h"

namespace pcbench {
namespace {

RoundRecord round_of(std::uint32_t index) {
  RoundRecord round;
  round.index = index;
  return round;
}

History simulated(std::uint64_t seed, std::uint64_t capacity = 4) {
  std::mt19937_64 random(seed);
  Simulation simulation;
  simulation.capacity = capacity;
  return simulate_fifo(simulation, random);
}

/// Nothing in it ever finds the channel empty or full.
History quiet() {
  HandMade history;
  history->promises.capacity_slots = 8;
  for (std::uint64_t s = 0; s < 8; ++s)
    history.push(0, s, 40 * s, 40 * s + 5).pop(0, 0, s, 40 * s + 10, 40 * s + 20);
  return *history;
}

History swapped() {
  History history = quiet();
  std::swap(history.operations[3].sequence, history.operations[5].sequence);
  return history;
}

CaseRecord case_with(Order promised, std::uint32_t producers = 2) {
  CaseRecord record;
  record.config.transport = "some_queue";
  record.config.producers = producers;
  record.promises.order = promised;
  return record;
}

TEST(CaseHistory, AddsUpWhatItsRoundsExercised) {
  CaseHistory history;
  const History first = simulated(1);
  const History second = simulated(2);
  EXPECT_EQ(history.add(round_of(0), first), Outcome::pass);
  const auto pairs = std::get<std::int64_t>(fact_of(*history.find("order"), "comparable_pairs"));
  EXPECT_EQ(history.add(round_of(1), second), Outcome::pass);
  EXPECT_EQ(history.rounds(), 2U);
  EXPECT_GT(std::get<std::int64_t>(fact_of(*history.find("order"), "comparable_pairs")), pairs);
  EXPECT_EQ(fact_of(*history.find("delivery"), "pushed"), n(600));
  EXPECT_EQ(fact_of(*history.find("capacity"), "capacity_slots"), n(4)) << "this one does not add up";
}

TEST(CaseHistory, CheckThatOneRoundExercisedIsNotVacuous) {
  CaseHistory history;
  EXPECT_EQ(history.add(round_of(0), quiet()), Outcome::unknown);
  EXPECT_EQ(history.find("empty")->outcome, Outcome::unknown);
  history.add(round_of(1), simulated(3));
  EXPECT_EQ(history.find("empty")->outcome, Outcome::pass);
  history.add(round_of(2), quiet());
  EXPECT_EQ(history.find("empty")->outcome, Outcome::pass);
  for (const Verdict& verdict : history.verdicts())
    for (const auto& [name, fact] : verdict.facts) EXPECT_NE(name, "vacuous") << verdict.check;
}

TEST(CaseHistory, CheckThatTheCanaryTriedInOneRoundIsNotUntried) {
  HandMade untried;  // what is popped at one time cannot be swapped
  untried.push(0, 0, 0, 1).push(0, 1, 10, 11).pop(0, 0, 0, 20, 30).pop(1, 0, 1, 20, 30);
  CaseHistory history;
  EXPECT_EQ(history.add(round_of(0), *untried), Outcome::unknown);
  EXPECT_TRUE(history.find("order")->reason.starts_with("canary_not_tried: "));
  EXPECT_TRUE(history.find("empty")->reason.starts_with("vacuous: "));
  history.add(round_of(1), simulated(3));
  EXPECT_EQ(history.find("order")->outcome, Outcome::pass);
  history.add(round_of(2), *untried);
  EXPECT_EQ(history.find("order")->outcome, Outcome::pass);
  EXPECT_EQ(fact_of(*history.find("order"), "canary_not_tried"), n(2)) << "rounds";
}

TEST(CaseHistory, KeepsTheFirstFailureWithItsRound) {
  CaseHistory history;
  history.add(round_of(0), quiet());
  EXPECT_EQ(history.add(round_of(1), swapped()), Outcome::fail);
  history.add(round_of(2), quiet());
  const Verdict& order = *history.find("order");
  EXPECT_EQ(order.outcome, Outcome::fail);
  EXPECT_TRUE(order.reason.starts_with("round 1: weaker than declared (fifo is promised, none was kept)"))
      << order.reason;
  EXPECT_EQ(order.counter_example->round, 1U);
  EXPECT_EQ(fact_of(order, "kept"), Fact(std::string("none")));
}

TEST(CaseHistory, ThatNobodyCanMakeSenseOfIsUnknown) {
  HandMade twice;
  twice.push(0, 0, 0, 1).push(0, 0, 2, 3);
  CaseHistory history;
  EXPECT_EQ(history.add(round_of(0), *twice), Outcome::unknown);
  EXPECT_TRUE(history.find("delivery")->reason.starts_with("round 0: checker_error: "));
}

TEST(CaseHistory, TakesTheWorseVerdictAndTheNumbersThatTellMore) {
  CaseHistory history;
  history.add(round_of(0), swapped());
  Verdict order;
  order.check = "order";
  order.facts = {{"judged", std::string("per_producer")}, {"reordered", std::int64_t{0}}};
  history.merge_into(order);
  EXPECT_EQ(order.outcome, Outcome::fail);
  EXPECT_EQ(fact_of(order, "judged"), Fact(std::string("fifo")));
  EXPECT_NE(fact_of(order, "reordered"), n(0));
  Verdict delivery;
  delivery.check = "delivery";
  delivery.outcome = Outcome::fail;
  delivery.reason = "net difference";
  delivery.facts = {{"lost", {}}, {"unexpected", std::int64_t{3}}};
  history.merge_into(delivery);
  EXPECT_EQ(delivery.reason, "net difference") << "the history says no worse";
  EXPECT_EQ(fact_of(delivery, "lost"), n(0));
  EXPECT_EQ(fact_of(delivery, "unexpected"), n(3));
}

TEST(CaseHistory, WarnsOfATransportThatIsStrongerThanItSays) {
  History history = simulated(4);
  history.promises.order = Order::per_producer;
  CaseHistory stronger;
  stronger.add(round_of(0), history);
  ASSERT_EQ(stronger.warnings(case_with(Order::per_producer)).size(), 1U);
  EXPECT_EQ(stronger.warnings(case_with(Order::per_producer))[0].id, "stronger_than_declared");
  EXPECT_TRUE(stronger.warnings(case_with(Order::per_producer, 1)).empty()) << "there it is the same";
  CaseHistory as_declared;
  as_declared.add(round_of(0), simulated(4));
  EXPECT_TRUE(as_declared.warnings(case_with(Order::fifo)).empty());
}

}  // namespace
}  // namespace pcbench
