#include "plan/suggest.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

const std::vector<std::string_view> kNames = {"pipe",          "pipe_locked", "shm_spsc_ring",
                                              "shm_mpmc_ring", "thread",      "process"};

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("pipe", "pipe"), 0U);
  EXPECT_EQ(edit_distance("pip", "pipe"), 1U);
  EXPECT_EQ(edit_distance("ppipe", "pipe"), 1U);
  EXPECT_EQ(edit_distance("pope", "pipe"), 1U);
  EXPECT_EQ(edit_distance("ippe", "pipe"), 1U);
  EXPECT_EQ(edit_distance("", "pipe"), 4U);
  EXPECT_EQ(edit_distance("shm_mpcm_ring", "shm_mpmc_ring"), 1U);
  EXPECT_EQ(edit_distance("ca", "abc"), 3U) << "optimal string alignment edits no part twice";
}

TEST(Closest, FindsSlipsOfTheFingerAndPartsOfNames) {
  EXPECT_EQ(closest("pip", kNames), "pipe");
  EXPECT_EQ(closest("shm_mpcm_ring", kNames), "shm_mpmc_ring");
  EXPECT_EQ(closest("THREADS", kNames), "thread");
  EXPECT_EQ(closest("proc", kNames), "process");
  EXPECT_EQ(closest("mpmc", kNames), "shm_mpmc_ring");
}

TEST(Closest, PrefersTheExactNameToALongerOne) { EXPECT_EQ(closest("pipe", kNames), "pipe"); }

TEST(Closest, SuggestsNothingForNonsense) {
  EXPECT_EQ(closest("zebra", kNames), "");
  EXPECT_EQ(closest("", kNames), "");
  EXPECT_EQ(closest(std::string(100'000, 'p'), kNames), "");
}

TEST(DidYouMean, ListsAllNamesWhereNoneIsNear) {
  EXPECT_EQ(did_you_mean("pip", kNames), "did you mean \"pipe\"?");
  EXPECT_EQ(did_you_mean("zebra", {"a", "b"}), "known are a, b");
  EXPECT_EQ(did_you_mean("zebra", {}), "");
}

}  // namespace
}  // namespace pcbench
