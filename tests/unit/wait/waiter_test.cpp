#include "wait/waiter.h"

#include <gtest/gtest.h>

#include <vector>

namespace pcbench {
namespace {

/// The numbers of those of STEPS steps that parked.
std::vector<int> parked_steps(Waiter& waiter, int steps) {
  std::vector<int> parked;
  for (int step = 1; step <= steps; ++step)
    waiter.step([&](std::uint64_t timeout_ns) {
      EXPECT_EQ(timeout_ns, kParkSliceNs);
      parked.push_back(step);
    });
  return parked;
}

TEST(Waiter, parks_each_time_once_spinning_has_not_helped) {
  Waiter waiter(WaitStrategy::park, false);
  const std::vector<int> parked = parked_steps(waiter, 1000);
  ASSERT_FALSE(parked.empty());
  EXPECT_GT(parked.front(), 1);
  EXPECT_EQ(parked.size(), static_cast<std::size_t>(1000 - parked.front() + 1));
}

TEST(Waiter, begins_gently_again_after_a_reset) {
  Waiter waiter(WaitStrategy::park, false);
  const int first = parked_steps(waiter, 1000).front();
  EXPECT_EQ(parked_steps(waiter, 1).size(), 1U);
  waiter.reset();
  EXPECT_EQ(parked_steps(waiter, 1000).front(), first);
}

TEST(Waiter, parks_only_where_that_was_asked_for) {
  for (const WaitStrategy strategy : {WaitStrategy::spin, WaitStrategy::yield})
    for (const bool oversubscribed : {false, true}) {
      Waiter waiter(strategy, oversubscribed);
      EXPECT_TRUE(parked_steps(waiter, 1000).empty());
    }
  Waiter waiter(WaitStrategy::backoff, false);
  EXPECT_TRUE(parked_steps(waiter, 170).empty()) << "spins, yields and its first naps";
}

}  // namespace
}  // namespace pcbench
