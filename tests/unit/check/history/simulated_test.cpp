// The log of a right queue never fails; damaged, it fails by the verdict that the damage is about.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "../verdict_matchers.h"
#include "make_history.h"
#include "support/thinned.h"

namespace pcbench {
namespace {

Verdict verdict_in(const std::vector<Verdict>& verdicts, std::string_view check) {
  const auto found =
      std::find_if(verdicts.begin(), verdicts.end(), [&](const Verdict& v) { return v.check == check; });
  if (found == verdicts.end()) throw Error("no such check: " + std::string(check));
  return *found;
}

/// The checks that fail, in their order.
std::vector<std::string> failures(const History& history) {
  std::vector<std::string> names;
  for (const Verdict& verdict : recheck(history))
    if (verdict.outcome == Outcome::fail) names.push_back(verdict.check);
  return names;
}

using Names = std::vector<std::string>;

Simulation draw(std::mt19937_64& random) {
  Simulation simulation;
  simulation.producers = static_cast<std::uint32_t>(1 + random() % 5);
  simulation.consumers = static_cast<std::uint32_t>(1 + random() % 5);
  simulation.messages = static_cast<std::uint32_t>(1 + random() % 200);
  simulation.capacity = random() % 3 == 0 ? 0 : 1 + random() % 9;
  simulation.kill = random() % 3 == 0;
  simulation.guard_ns = random() % 2 == 0 ? 0 : random() % 30;
  return simulation;
}

TEST(SimulatedFifo, never_fails_whatever_the_widths_kills_capacity_and_clocks) {
  std::mt19937_64 random(20240611);
  const std::size_t runs = std::getenv("PCBENCH_FULL") != nullptr ? 100'000 : 2'000 / test::stride(5);
  for (std::size_t i = 0; i < runs; ++i) {
    const History history = simulate_fifo(draw(random), random);
    ASSERT_EQ(failures(history), Names{}) << "run " << i;
  }
}

/// What bursts leave of HISTORY: both ends of the messages whose push began in one, of pops that said empty
/// those of a burst, no push that said full, and wider times than they were.
History burst_part(const History& history, std::mt19937_64& random) {
  History part = history;
  part.sampled = true;
  part.operations.clear();
  const std::uint64_t every_ns = 20 + random() % 400;
  const std::uint64_t burst_ns = every_ns / (2 + random() % 8);
  const auto in_burst = [&](std::uint64_t ns) { return ns % every_ns < burst_ns; };
  std::set<std::pair<std::uint32_t, std::uint64_t>> logged;
  for (const Operation& op : history.operations)
    if (op.kind == OperationKind::push && in_burst(op.invoked_ns)) logged.emplace(op.producer, op.sequence);
  for (Operation op : history.operations) {
    const bool message = op.producer != kNoProducer;
    const bool failed = op.status == OperationStatus::full;
    const bool pending_pop = op.kind == OperationKind::pop && op.status == OperationStatus::pending;
    if (failed ||
        (message ? !logged.contains({op.producer, op.sequence}) : !pending_pop && !in_burst(op.invoked_ns)))
      continue;
    if (op.kind == OperationKind::pop && random() % 4 == 0)
      op.invoked_ns -= std::min(op.invoked_ns, random() % 200);
    part.operations.push_back(op);
  }
  return part;
}

TEST(SimulatedFifo, never_fails_by_a_log_of_bursts_either) {
  std::mt19937_64 random(20240615);
  const std::size_t runs = std::getenv("PCBENCH_FULL") != nullptr ? 100'000 : 2'000 / test::stride(5);
  for (std::size_t i = 0; i < runs; ++i) {
    const History part = burst_part(simulate_fifo(draw(random), random), random);
    ASSERT_EQ(failures(part), Names{}) << "run " << i;
  }
}

TEST(SimulatedFifo, also_keeps_every_weaker_promise) {
  std::mt19937_64 random(20240612);
  for (int i = 0; i < 200; ++i) {
    History history = simulate_fifo(draw(random), random);
    for (const Order order : {Order::per_producer, Order::none}) {
      history.promises.order = order;
      ASSERT_EQ(failures(history), Names{}) << "run " << i;
    }
  }
}

TEST(SimulatedFifo, is_put_to_the_test_by_its_own_log_and_the_canary_is_noticed) {
  std::mt19937_64 random(20240613);
  const History history = simulate_fifo({.capacity = 4}, random);
  for (const Verdict& verdict : judge_history(history))
    EXPECT_EQ(verdict.outcome, Outcome::pass) << verdict.check << ": " << verdict.reason;
  EXPECT_TRUE(canary_detected(history));
}

/// A good log with plenty to damage, and what the damage needs to find in it.
class Damaged : public testing::Test {
 protected:
  Damaged() {
    history_ = simulate_fifo({.producers = 3, .consumers = 2, .messages = 300, .capacity = 8}, random_);
    for (std::size_t k = 0; k < ops().size(); ++k)
      if (ops()[k].status == OperationStatus::ok)
        (ops()[k].kind == OperationKind::push ? pushes_ : pops_).push_back(k);
    const auto by_message = [this](std::size_t x, std::size_t y) {
      return std::tie(ops()[x].producer, ops()[x].sequence) < std::tie(ops()[y].producer, ops()[y].sequence);
    };
    std::sort(pushes_.begin(), pushes_.end(), by_message);
    std::sort(pops_.begin(), pops_.end(), by_message);
  }

  std::vector<Operation>& ops() { return history_.operations; }
  Operation& push(std::size_t i) { return ops()[pushes_[i]]; }
  Operation& pop(std::size_t i) { return ops()[pops_[i]]; }

  /// The first two messages of which one was in before the other and out before it, both without doubt, and
  /// which SUIT.
  std::pair<std::size_t, std::size_t> ordered_pair(
      const std::function<bool(const Operation&, const Operation&)>& suit) {
    for (std::size_t x = 0; x < pushes_.size(); ++x)
      for (std::size_t y = 0; y < pushes_.size(); ++y)
        if (push(x).returned_ns < push(y).invoked_ns && pop(x).returned_ns < pop(y).invoked_ns &&
            push(y).returned_ns < pop(x).invoked_ns && suit(push(x), push(y)))
          return {x, y};
    throw Error("the simulated log has no such pair");
  }
  void swap_pops(std::pair<std::size_t, std::size_t> pair) {
    std::swap(pop(pair.first).producer, pop(pair.second).producer);
    std::swap(pop(pair.first).sequence, pop(pair.second).sequence);
  }

  std::mt19937_64 random_{20240614};
  History history_;
  std::vector<std::size_t> pushes_;  // by producer and sequence
  std::vector<std::size_t> pops_;    // likewise
};

TEST_F(Damaged, not_at_all_it_passes) { EXPECT_EQ(failures(history_), Names{}); }

TEST_F(Damaged, by_a_dropped_pop_fails_delivery_alone) {
  const Operation gone = pop(120);
  ops().erase(ops().begin() + static_cast<std::ptrdiff_t>(pops_[120]));
  EXPECT_EQ(failures(history_), Names{"delivery"});
  const Verdict verdict = verdict_in(recheck(history_), "delivery");
  EXPECT_EQ(fact_of(verdict, "lost"), n(1));
  EXPECT_EQ(verdict.counter_example->producer, gone.producer);
  EXPECT_EQ(verdict.counter_example->sequence, gone.sequence);
}

TEST_F(Damaged, by_a_doubled_pop_fails_delivery_alone) {
  ops().push_back(pop(77));
  EXPECT_EQ(failures(history_), Names{"delivery"});
  EXPECT_EQ(fact_of(verdict_in(recheck(history_), "delivery"), "duplicated"), n(1));
}

TEST_F(Damaged, by_an_invented_message_fails_delivery_alone) {
  ops().push_back(pop(5));
  ops().back().producer = 1000;
  EXPECT_EQ(failures(history_), Names{"delivery"});
  const Verdict verdict = verdict_in(recheck(history_), "delivery");
  EXPECT_EQ(fact_of(verdict, "unexpected"), n(1));
  EXPECT_EQ(verdict.counter_example->producer, 1000U);
}

TEST_F(Damaged, by_any_flipped_bit_of_a_sequence_fails_delivery) {
  for (int bit = 0; bit < 64; ++bit) {
    pop(40).sequence ^= std::uint64_t{1} << bit;
    EXPECT_EQ(failures(history_).at(0), "delivery") << bit;
    pop(40).sequence ^= std::uint64_t{1} << bit;
  }
}

TEST_F(Damaged, by_a_swap_within_a_producer_fails_order_alone) {
  swap_pops(ordered_pair([](const Operation& x, const Operation& y) { return x.producer == y.producer; }));
  EXPECT_EQ(failures(history_), Names{"order"});
  history_.promises.order = Order::per_producer;
  EXPECT_EQ(failures(history_), Names{"order"});
  history_.promises.order = Order::none;
  EXPECT_EQ(failures(history_), Names{});
  EXPECT_EQ(fact_of(verdict_in(recheck(history_), "order"), "kept"), Fact(std::string("none")));
}

TEST_F(Damaged, by_a_swap_across_producers_fails_order_alone_where_fifo_is_promised) {
  swap_pops(ordered_pair([](const Operation& x, const Operation& y) { return x.producer != y.producer; }));
  EXPECT_EQ(failures(history_), Names{"order"});
}

TEST_F(Damaged, by_a_false_empty_fails_empty_alone) {
  std::size_t i = 0;
  while (pop(i).invoked_ns < push(i).returned_ns + 2) ++i;
  Operation op = pop(i);
  op.producer = kNoProducer;
  op.status = OperationStatus::empty;
  op.invoked_ns = op.returned_ns = push(i).returned_ns + 1;
  ops().push_back(op);
  EXPECT_EQ(failures(history_), Names{"empty"});
  history_.promises.empty_exact = false;
  EXPECT_EQ(failures(history_), Names{});
}

TEST_F(Damaged, by_a_late_push_stamp_fails_causality) {
  push(200).invoked_ns = push(200).returned_ns = pop(200).returned_ns + 1;
  const Names names = failures(history_);
  EXPECT_TRUE(std::find(names.begin(), names.end(), "causality") != names.end());
  EXPECT_EQ(verdict_in(recheck(history_), "causality").counter_example->sequence, push(200).sequence);
}

TEST_F(Damaged, by_a_smaller_capacity_than_was_used_fails_capacity_alone) {
  const Fact inside = fact_of(verdict_in(recheck(history_), "capacity"), "max_inside");
  ASSERT_GT(std::get<std::int64_t>(inside), 1);
  history_.promises.capacity_slots = static_cast<std::uint64_t>(std::get<std::int64_t>(inside)) - 1;
  EXPECT_EQ(failures(history_), Names{"capacity"});
}

TEST_F(Damaged, by_a_false_full_fails_capacity_alone) {
  Operation op = push(0);
  op.sequence = 10'000;
  op.status = OperationStatus::full;
  op.invoked_ns = op.returned_ns = 10'000'000;  // long after the last pop
  ops().push_back(op);
  EXPECT_EQ(failures(history_), Names{"capacity"});
  EXPECT_EQ(fact_of(verdict_in(recheck(history_), "capacity"), "false_fulls"), n(1));
  history_.promises.full_exact = false;
  EXPECT_EQ(failures(history_), Names{});
}

TEST_F(Damaged, what_only_all_messages_can_show_is_no_damage_in_a_log_of_bursts) {
  Operation op = push(0);
  op.sequence = 10'000;
  op.status = OperationStatus::full;
  op.invoked_ns = op.returned_ns = 10'000'000;
  ops().push_back(op);
  history_.sampled = true;
  EXPECT_EQ(failures(history_), Names{});
  const Verdict verdict = verdict_in(recheck(history_), "capacity");
  EXPECT_TRUE(says(verdict.reason, "whether full was said rightly cannot be"));
  EXPECT_EQ(fact_of(verdict, "sampled"), Fact(true));
  EXPECT_EQ(fact_of(verdict_in(recheck(history_), "delivery"), "lost"), Fact{});
  ops().erase(ops().begin() + static_cast<std::ptrdiff_t>(pops_[120]));
  EXPECT_EQ(failures(history_), Names{"delivery"}) << "but what was logged at one end must be at the other";
}

TEST_F(Damaged, less_than_the_guard_allows_is_no_damage) {
  swap_pops(ordered_pair([](const Operation& x, const Operation& y) { return x.producer != y.producer; }));
  history_.clock_guard_ns = 1'000'000;
  EXPECT_EQ(failures(history_), Names{});
}

TEST_F(Damaged, a_log_that_was_full_before_the_end_is_judged_by_what_it_holds_whole) {
  ops().resize(ops().size() / 2);
  EXPECT_NE(failures(history_), Names{});
  history_.truncated = true;
  EXPECT_EQ(failures(history_), Names{});
  const Verdict verdict = verdict_in(recheck(history_), "delivery");
  EXPECT_EQ(verdict.outcome, Outcome::unknown);
  EXPECT_TRUE(says(verdict.reason, "history_truncated"));
  EXPECT_EQ(verdict_in(recheck(history_), "order").outcome, Outcome::pass);
}

}  // namespace
}  // namespace pcbench
