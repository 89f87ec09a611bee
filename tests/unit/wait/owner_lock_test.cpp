#include "wait/owner_lock.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace pcbench {
namespace {

TEST(OwnerLock, is_taken_by_one_only_and_names_it) {
  OwnerLock lock;
  EXPECT_EQ(lock.holder(), OwnerLock::kFree);
  EXPECT_TRUE(lock.try_lock(0));
  EXPECT_EQ(lock.holder(), 1U);
  EXPECT_FALSE(lock.try_lock(7));
  EXPECT_FALSE(lock.try_lock(0)) << "it is not recursive";
  EXPECT_EQ(lock.holder(), 1U);
  lock.unlock();
  EXPECT_EQ(lock.holder(), OwnerLock::kFree);
  EXPECT_TRUE(lock.try_lock(7));
  EXPECT_EQ(lock.holder(), 8U);
}

TEST(OwnerLock, keeps_all_others_out_and_shows_them_what_was_written_inside) {
  constexpr std::uint32_t kThreads = 4;
  constexpr std::uint64_t kTimes = 5'000;
  OwnerLock lock;
  std::uint64_t counter = 0;
  std::uint64_t intruders = 0;
  std::vector<std::thread> threads;
  for (std::uint32_t id = 0; id < kThreads; ++id)
    threads.emplace_back([&, id] {
      for (std::uint64_t i = 0; i < kTimes; ++i) {
        lock.lock(id);
        if (lock.holder() != id + 1) ++intruders;
        ++counter;
        lock.unlock();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter, kThreads * kTimes);
  EXPECT_EQ(intruders, 0U);
}

}  // namespace
}  // namespace pcbench
