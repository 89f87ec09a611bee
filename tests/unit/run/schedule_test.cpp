#include "run/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace pcbench {
namespace {

TEST(Shuffled, is_a_permutation_and_the_same_for_the_same_seed) {
  std::set<std::vector<std::size_t>> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 random(seed);
    std::mt19937_64 again(seed);
    std::vector<std::size_t> order = shuffled(10, random);
    EXPECT_EQ(order, shuffled(10, again));
    seen.insert(order);
    std::sort(order.begin(), order.end());
    std::vector<std::size_t> all(10);
    std::iota(all.begin(), all.end(), std::size_t{0});
    EXPECT_EQ(order, all);
  }
  EXPECT_GT(seen.size(), 45U);
}

TEST(Shuffled, lets_each_case_come_first_about_equally_often) {
  std::mt19937_64 random(1);
  std::vector<int> first(4);
  for (int i = 0; i < 4'000; ++i) ++first[shuffled(4, random).front()];
  for (const int count : first) EXPECT_NEAR(count, 1'000, 150);
  EXPECT_TRUE(shuffled(0, random).empty());
}

/// A case whose rounds had these rates, in messages per microsecond.
CaseRecord with_rates(const std::vector<std::uint64_t>& rates) {
  CaseRecord record;
  for (const std::uint64_t rate : rates) {
    WorkerRecord consumer;
    consumer.role = Role::consumer;
    consumer.messages = rate * 1'000;
    RoundRecord round;
    round.elapsed_ns = 1'000'000;
    round.workers = {consumer};
    record.rounds.push_back(round);
  }
  return record;
}

TEST(Finished, after_exactly_as_many_rounds_as_were_asked_for) {
  const StopRule rule{3, 0.02};
  EXPECT_EQ(finished_because(with_rates({}), rule), "");
  EXPECT_EQ(finished_because(with_rates({5, 5}), rule), "");
  EXPECT_EQ(finished_because(with_rates({5, 9, 5}), rule), "rounds");
}

TEST(Finished, when_the_median_is_known_precisely_enough) {
  const StopRule rule{std::nullopt, 0.02};
  EXPECT_EQ(finished_because(with_rates(std::vector<std::uint64_t>(7, 5)), rule), "")
      << "too few rounds to say";
  EXPECT_EQ(finished_because(with_rates(std::vector<std::uint64_t>(8, 5)), rule), "precision");
  EXPECT_EQ(finished_because(with_rates({1, 9, 2, 8, 3, 7, 4, 6, 5}), rule), "");
}

TEST(Finished, when_a_round_had_to_be_ended) {
  for (const StopRule rule : {StopRule{10, 0.02}, StopRule{std::nullopt, 0.02}}) {
    CaseRecord record = with_rates({5, 5});
    record.rounds.back().end = RoundEnd::hung;
    EXPECT_EQ(finished_because(record, rule), "hang");
    record.rounds.back().end = RoundEnd::worker_died;
    EXPECT_EQ(finished_because(record, rule), "worker_died");
  }
}

}  // namespace
}  // namespace pcbench
