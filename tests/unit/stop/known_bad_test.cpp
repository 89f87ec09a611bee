// The tutorial's three bugs, each by the one interleaving that shows it.
#include <gtest/gtest.h>

#include "scene.h"

namespace pcbench {
namespace {

TEST(CheckThenGet, admits_all_consumers_to_the_last_message) {
  Scene scene("check_then_get", 1, 4, 1);
  for (std::size_t c = 0; c < 4; ++c) EXPECT_EQ(scene.consumer(c).try_admit(), 1U) << "c" << c;
  EXPECT_EQ(scene.lock_holder(), -1) << "the check's lock is free again";
  // One of them gets it and counts; the other three are past their check and wait in get for ever.
  EXPECT_TRUE(scene.consumer(2).try_account());
  EXPECT_EQ(scene.words.taken, 1U);
  EXPECT_EQ(scene.consumer(2).try_admit(), 0U) << "only who got the last one learns of the end";
}

TEST(CheckThenGet, waits_for_a_lock_that_somebody_else_holds) {
  Scene scene("check_then_get", 1, 2, 5);
  ASSERT_TRUE(scene.words.lock.try_lock(2));
  EXPECT_EQ(scene.consumer(0).try_admit(), ConsumerStop::kNotNow);
  EXPECT_FALSE(scene.consumer(0).try_account());
  scene.words.lock.unlock();
  EXPECT_EQ(scene.consumer(0).try_admit(), 1U);
}

TEST(UnlockedCount, admits_all_consumers_to_the_last_message) {
  Scene scene("unlocked_count", 1, 3, 1);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(scene.consumer(c).try_admit(), 1U) << "c" << c;
  EXPECT_TRUE(scene.consumer(0).try_account());
  EXPECT_EQ(scene.consumer(0).try_admit(), 0U);
}

TEST(UnlockedCount, never_takes_the_lock) {
  Scene scene("unlocked_count", 1, 2, 5);
  ASSERT_TRUE(scene.words.lock.try_lock(2));
  EXPECT_EQ(scene.consumer(0).try_admit(), 1U);
  EXPECT_TRUE(scene.consumer(0).try_account());
  EXPECT_EQ(scene.words.taken, 1U);
}

TEST(LockAcrossGet, leaves_one_in_get_with_the_lock_and_the_others_waiting_for_it) {
  Scene scene("lock_across_get", 1, 4, 1);
  EXPECT_EQ(scene.consumer(0).try_admit(), 1U);
  EXPECT_EQ(scene.consumer(1).try_admit(), ConsumerStop::kNotNow) << "past its check, waits for the lock";
  EXPECT_EQ(scene.consumer(2).try_admit(), ConsumerStop::kNotNow);
  EXPECT_TRUE(scene.consumer(0).try_account()) << "the only message is taken";
  // c1 does not check again: it gets the lock, and then waits in get for a message that never comes.
  EXPECT_EQ(scene.consumer(1).try_admit(), 1U);
  EXPECT_EQ(scene.lock_holder(), 1);
  EXPECT_EQ(scene.consumer(2).try_admit(), ConsumerStop::kNotNow);
  EXPECT_EQ(scene.consumer(0).try_admit(), 0U);
  EXPECT_EQ(scene.consumer(3).try_admit(), 0U) << "who checks now leaves";
}

TEST(KnownBad, protocols_are_right_for_one_consumer) {
  for (const StopRow* row : stops()) {
    if (!row->known_bad) continue;
    Scene scene(row->name, 1, 1, 3);
    for (int message = 0; message < 3; ++message) {
      EXPECT_EQ(scene.consumer(0).try_admit(), 1U) << row->name;
      EXPECT_TRUE(scene.consumer(0).try_account()) << row->name;
    }
    EXPECT_EQ(scene.consumer(0).try_admit(), 0U) << row->name;
  }
}

}  // namespace
}  // namespace pcbench
