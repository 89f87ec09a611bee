// Does each faulty transport break its promise, and only that one? Else a test of the referee would prove
// nothing.
#include <gtest/gtest.h>

#include <vector>

#include "support/faulty_transports.h"
#include "support/round.h"

namespace pcbench::test {
namespace {

/// A round over the faulty transport NAME: 1x1, 1000 messages.
Round faulty_round(const char* name, const char* stop, std::uint64_t capacity_slots = 16) {
  register_faulty_transports();
  Case config;
  config.transport = name;
  config.messages = 1000;
  config.stop = stop;
  config.capacity_slots = capacity_slots;
  return Round::with_threads(spec_of(config));
}

struct FaultyTransport : testing::Test {
  Deadline deadline_{30};
};

TEST_F(FaultyTransport, LosesEveryHundredth) {
  const Round round = faulty_round("faulty_lose", "pill");
  EXPECT_EQ(round.sent(), 1000U);
  EXPECT_EQ(round.received(), 990U);
  EXPECT_EQ(round.findings(Finding::reordered) + round.findings(Finding::corrupted), 0U);
}

TEST_F(FaultyTransport, LosesTheLast) {
  EXPECT_EQ(faulty_round("faulty_drop_last", "pill").received(), 999U);
}

TEST_F(FaultyTransport, DeliversEveryHundredthTwice) {
  const Round round = faulty_round("faulty_duplicate", "pill");
  EXPECT_EQ(round.received(), 1010U);
  EXPECT_EQ(round.findings(Finding::duplicated), 10U);
}

TEST_F(FaultyTransport, SwapsTwoOfEveryHundred) {
  const Round round = faulty_round("faulty_swap", "pill");
  EXPECT_EQ(round.received(), 1000U);
  EXPECT_EQ(round.findings(Finding::reordered), 9U) << "of each 101, because one goes along uncounted";
  EXPECT_EQ(round.findings(Finding::duplicated) + round.findings(Finding::corrupted), 0U);
}

TEST_F(FaultyTransport, CorruptsEveryHundredth) {
  const Round round = faulty_round("faulty_corrupt", "pill");
  EXPECT_EQ(round.received(), 1000U);
  EXPECT_EQ(round.findings(Finding::corrupted), 10U);
  EXPECT_EQ(round.findings(Finding::reordered), 0U);
}

TEST_F(FaultyTransport, ClosesBeforeItsTime) {
  const Round round = faulty_round("faulty_early_close", "close", 1024);
  EXPECT_EQ(round.received(), 100U);
  EXPECT_EQ(round.left_inside(), 900U);
}

}  // namespace
}  // namespace pcbench::test
