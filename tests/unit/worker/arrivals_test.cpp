#include "load/arrivals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "round_memory.h"

namespace pcbench {
namespace {

RoundSpec open_spec(Arrival arrival, double rate_msgs_per_s, std::uint32_t producers = 1) {
  RoundSpec spec = small_spec(producers);
  spec.load.arrival = arrival;
  spec.load.burst_messages = 10;
  spec.load.step_count = 1;
  spec.load.steps[0] = {rate_msgs_per_s, UINT64_MAX};
  return spec;
}

std::vector<std::uint64_t> first_times(const RoundSpec& spec, std::size_t count, std::uint32_t producer = 0) {
  std::vector<std::uint64_t> times;
  for (Arrivals arrivals(spec, producer); times.size() < count; arrivals.advance())
    times.push_back(arrivals.next_ns());
  return times;
}

TEST(Arrivals, constant_ones_of_all_producers_are_evenly_spaced_at_the_rate) {
  const RoundSpec spec = open_spec(Arrival::constant, 1e6, 4);
  std::vector<std::uint64_t> all;
  for (std::uint32_t p = 0; p < 4; ++p)
    for (const std::uint64_t time : first_times(spec, 100, p)) all.push_back(time);
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_NEAR(static_cast<double>(all[i]), 1000.0 * static_cast<double>(i), 1);
}

TEST(Arrivals, poisson_ones_have_exponential_gaps_of_the_mean) {
  const std::vector<std::uint64_t> times = first_times(open_spec(Arrival::poisson, 1e6, 2), 100'000);
  EXPECT_NEAR(static_cast<double>(times.back()) / 1e5, 2000, 30);
  std::size_t longer = 0;
  for (std::size_t i = 1; i < times.size(); ++i) longer += times[i] - times[i - 1] > 2000 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(longer) / 1e5, 0.368, 0.01);  // 1/e
}

TEST(Arrivals, are_the_same_for_a_seed_and_others_for_another_producer) {
  const RoundSpec spec = open_spec(Arrival::poisson, 1e6, 2);
  EXPECT_EQ(first_times(spec, 50), first_times(spec, 50));
  EXPECT_NE(first_times(spec, 50, 0), first_times(spec, 50, 1));
  RoundSpec other = spec;
  other.seed = 43;
  EXPECT_NE(first_times(spec, 50), first_times(other, 50));
}

TEST(Arrivals, of_a_burst_come_at_once_and_bursts_keep_the_mean_rate) {
  const std::vector<std::uint64_t> times = first_times(open_spec(Arrival::burst, 1e6), 30);
  for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(times[i], i / 10 * 10'000);
}

TEST(Arrivals, follow_the_steps_and_begin_them_again) {
  RoundSpec spec = open_spec(Arrival::constant, 0);
  spec.load.step_count = 2;
  spec.load.steps[0] = {1e6, 10'000};  // ten messages
  spec.load.steps[1] = {1e5, 20'000};  // two
  const std::vector<std::uint64_t> times = first_times(spec, 24);
  for (std::size_t i = 0; i < 24; ++i) {
    const std::size_t within = i % 12;
    const std::size_t offset = within < 10 ? 1000 * within : 10'000 * (within - 9);
    EXPECT_EQ(times[i], i / 12 * 30'000 + offset) << i;
  }
}

TEST(Arrivals, tell_how_many_are_still_to_come_before_a_time) {
  RoundSpec spec = open_spec(Arrival::constant, 1e6);
  Arrivals arrivals(spec, 0);
  EXPECT_EQ(arrivals.count_before(10'000), 10U);
  arrivals.advance();
  EXPECT_EQ(arrivals.count_before(10'000), 9U);
  EXPECT_EQ(arrivals.count_before(1'000), 0U);
  spec.load.step_count = 2;
  spec.load.steps[0] = {1e6, 10'000};
  spec.load.steps[1] = {1e5, 20'000};
  EXPECT_EQ(Arrivals(spec, 0).count_before(100'000), 46U);  // three times twelve, and ten
}

}  // namespace
}  // namespace pcbench
