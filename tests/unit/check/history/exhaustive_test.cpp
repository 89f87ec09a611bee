// Every small history there is, judged by the checks and by the definition (oracle.h).
// A seeded sample by default; PCBENCH_FULL=1 runs all 7,484,400 + 113,400 of the large ones.
#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>

#include "make_history.h"
#include "oracle.h"
#include "support/thinned.h"

namespace pcbench {
namespace {

const std::size_t kStride = test::stride(5);

bool full() { return std::getenv("PCBENCH_FULL") != nullptr; }

bool none_fails(const History& history) {
  for (const Verdict& verdict : recheck(history))
    if (verdict.outcome == Outcome::fail) return false;
  return true;
}

/// Calls SEE for every order of the begins and ends of the operations in HISTORY, with as many different
/// times; but each of the first BATCH operations has the times of the first.
class AllOrders {
 public:
  AllOrders(History& history, std::size_t batch, std::function<void()> see)
      : ops_(history.operations), batch_(batch), see_(std::move(see)) {}
  void run() { next(0); }

 private:
  void next(std::uint64_t time) {
    if (time == 2 * (ops_.size() - (batch_ - 1))) {
      for (std::size_t i = 1; i < batch_; ++i) {
        ops_[i].invoked_ns = ops_[0].invoked_ns;
        ops_[i].returned_ns = ops_[0].returned_ns;
      }
      return see_();
    }
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      if ((ended_ >> i & 1U) != 0 || (i != 0 && i < batch_)) continue;
      if ((begun_ >> i & 1U) == 0) {
        begun_ |= 1U << i;
        ops_[i].invoked_ns = time;
        next(time + 1);
        begun_ &= ~(1U << i);
      } else {
        ended_ |= 1U << i;
        ops_[i].returned_ns = time;
        next(time + 1);
        ended_ &= ~(1U << i);
      }
    }
  }

  std::vector<Operation>& ops_;
  std::size_t batch_;
  std::function<void()> see_;
  unsigned begun_ = 0;
  unsigned ended_ = 0;
};

/// VALUES messages, each of its own producer, each pushed and popped, and EMPTIES pops that said empty.
History shape(std::uint32_t values, std::uint32_t empties) {
  HandMade history;
  for (std::uint32_t v = 0; v < values; ++v) history.push(v, 0, 0, 0).pop(v, v, 0, 0, 0);
  for (std::uint32_t e = 0; e < empties; ++e) history.no_pop(7, 0, 0);
  return *history;
}

/// Likewise, the first two messages being pushed in one batch.
History batch_shape(std::uint32_t values, std::uint32_t empties) {
  HandMade history;
  history.push(0, 0, 0, 0).push(0, 1, 0, 0).pop(0, 0, 0, 0, 0).pop(1, 0, 1, 0, 0);
  for (std::uint32_t v = 2; v < values; ++v) history.push(v, 0, 0, 0).pop(v, v, 0, 0, 0);
  for (std::uint32_t e = 0; e < empties; ++e) history.no_pop(7, 0, 0);
  return *history;
}

struct Tally {
  std::uint64_t seen = 0;
  std::uint64_t linearizable = 0;
};

/// Of every EVERY histories one, chosen by the seed.
Tally compare_all(History history, std::uint64_t every, std::size_t batch = 1) {
  std::mt19937_64 random(20240608);
  Tally tally;
  AllOrders orders(history, batch, [&] {
    if (every > 1 && random() % every != 0) return;
    const bool right = is_linearizable(history);
    ++tally.seen;
    tally.linearizable += right ? 1 : 0;
    if (none_fails(history) != right)
      ADD_FAILURE() << "history " << tally.seen << (right ? " is right" : " is wrong");
  });
  orders.run();
  std::printf("%" PRIu64 " histories compared with the definition, %" PRIu64 " of them linearizable\n",
              tally.seen, tally.linearizable);
  return tally;
}

TEST(EveryHistory, of_two_messages_is_judged_right) {
  const Tally tally = compare_all(shape(2, 0), 1);
  EXPECT_EQ(tally.seen, 2520U);
  EXPECT_EQ(tally.linearizable, 1716U) << "counted independently";
}

TEST(EveryHistory, of_two_messages_and_an_empty_pop_is_judged_right) {
  const Tally tally = compare_all(shape(2, 1), full() ? 1 : 10 * kStride);
  if (kStride != 1) return;
  EXPECT_EQ(tally.seen, full() ? 113400U : 11404U);
  EXPECT_EQ(tally.linearizable, full() ? 75482U : 7619U) << "counted by the definition alone";
}

TEST(EveryHistory, of_three_messages_is_judged_right) {
  const Tally tally = compare_all(shape(3, 0), full() ? 1 : 400 * kStride);
  if (kStride != 1) return;
  EXPECT_EQ(tally.seen, full() ? 7484400U : 18683U);
  EXPECT_EQ(tally.linearizable, full() ? 4106574U : 10241U) << "counted by the definition alone";
}

TEST(EveryHistory, of_a_batch_of_two_and_an_empty_pop_is_judged_right) {
  for (const Order order : {Order::fifo, Order::per_producer}) {
    History history = batch_shape(2, 1);
    history.promises.order = order;
    const Tally tally = compare_all(history, 1, 2);
    EXPECT_EQ(tally.seen, 2520U);
    EXPECT_GT(tally.linearizable, tally.seen / 10);
  }
}

TEST(EveryHistory, of_a_batch_of_two_and_a_third_message_is_judged_right) {
  for (const Order order : {Order::fifo, Order::per_producer}) {
    History history = batch_shape(3, 0);
    history.promises.order = order;
    const Tally tally = compare_all(history, full() ? 1 : 10 * kStride, 2);
    EXPECT_TRUE(!full() || tally.seen == 113400U);
    EXPECT_GT(tally.linearizable, tally.seen / 10);
  }
}

/// Up to 6 operations at times that often coincide, some pending, some values alien or doubled.
History random_history(std::mt19937_64& random) {
  HandMade history;
  const auto below = [&](std::uint64_t n) { return random() % n; };
  history->promises.order = std::array{Order::fifo, Order::fifo, Order::per_producer, Order::none}[below(4)];
  const std::uint64_t producers = 1 + below(3);
  const std::uint64_t span = 3 + below(8);
  std::vector<std::uint64_t> next(producers);
  std::vector<std::uint64_t> free_from(producers);
  const auto times = [&](std::uint64_t from) {
    const std::uint64_t begin = from + below(span);
    return std::pair(begin, begin + below(span));
  };
  for (std::uint64_t i = 1 + below(3); i-- > 0;) {
    const auto p = static_cast<std::uint32_t>(below(producers));
    const auto [begin, end] = times(free_from[p]);  // a producer is sequential, and its sequence says so
    const auto last = std::find_if(history->operations.rbegin(), history->operations.rend(),
                                   [&](const Operation& op) { return op.producer == p; });
    const bool first = last == history->operations.rend();
    const bool dead = !first && last->status == OperationStatus::pending;
    if (dead || (!first && below(3) == 0)) {  // of the same batch as its last one
      history->operations.push_back(*last);
      history->operations.back().sequence = next[p]++;
      continue;
    }
    free_from[p] = end + 1;
    if (below(8) == 0) history.pending_push(p, next[p]++, begin);
    else history.push(p, next[p]++, begin, end);
  }
  const std::size_t pushes = history->operations.size();
  for (std::uint64_t i = pushes + below(3); i-- > 0;) {
    const auto [begin, end] = times(0);
    const std::uint64_t kind = below(20);
    if (kind == 0) history.pop(0, 5, 0, begin, end);  // never pushed
    else if (kind < 3) history.pending_pop(0, begin);
    else if (kind < 5) history.no_pop(0, begin, end);
    else {
      const Operation push = history->operations[i % pushes];
      history.pop(0, push.producer, push.sequence, begin, end);
    }
  }
  return *history;
}

TEST(EveryHistory, drawn_at_random_with_ties_kills_aliens_and_doubles_is_judged_right) {
  std::mt19937_64 random(20240609);
  Tally tally;
  for (std::size_t i = full() ? 3'000'000 : 60'000 / kStride; i-- > 0;) {
    const History history = random_history(random);
    const auto has = [&](OperationStatus status) {
      return std::any_of(history.operations.begin(), history.operations.end(), [&](const Operation& op) {
        return op.kind == OperationKind::pop && op.status == status;
      });
    };
    const bool right = is_linearizable(history);
    ++tally.seen;
    tally.linearizable += right ? 1 : 0;
    const bool passed = none_fails(history);
    ASSERT_FALSE(right && !passed) << "an innocent history " << tally.seen << " is accused";
    if (has(OperationStatus::pending) && has(OperationStatus::empty)) continue;  // only innocence is promised
    ASSERT_FALSE(!right && passed) << "a guilty history " << tally.seen << " passes";
  }
  EXPECT_GT(tally.linearizable, tally.seen / 20);
}

TEST(EveryHistory, of_a_bounded_queue_that_is_innocent_is_never_accused) {
  std::mt19937_64 random(20240610);
  std::uint64_t accused = 0;
  for (std::size_t i = full() ? 1'000'000 : 20'000 / kStride; i-- > 0;) {
    History history = random_history(random);
    history.promises.order = Order::fifo;
    history.promises.capacity_slots = 1 + random() % 2;
    history.promises.full_exact = true;
    if (random() % 2 == 0) {
      Operation op = history.operations.front();
      op.sequence = 99;
      op.status = OperationStatus::full;
      op.invoked_ns = random() % 12;
      op.returned_ns = op.invoked_ns + random() % 4;
      history.operations.push_back(op);
    }
    const std::vector<Verdict> verdicts = recheck(history);
    if (verdicts.back().outcome != Outcome::fail) continue;
    ++accused;
    ASSERT_FALSE(is_linearizable(history)) << i;
  }
  EXPECT_GT(accused, 100U);
}

}  // namespace
}  // namespace pcbench
