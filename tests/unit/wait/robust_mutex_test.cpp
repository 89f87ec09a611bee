#include "wait/robust_mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <thread>
#include <vector>

#include "base/shared_region.h"
#include "children.h"

namespace pcbench {
namespace {

TEST(RobustMutex, keeps_all_others_out_and_shows_them_what_was_written_inside) {
  constexpr std::uint64_t kTimes = 5'000;
  RobustMutex mutex;
  std::uint64_t counter = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (std::uint64_t n = 0; n < kTimes; ++n) {
        mutex.lock();
        ++counter;
        mutex.unlock();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter, 4 * kTimes);
}

TEST(RobustMutex, goes_to_the_next_one_each_time_its_holder_dies) {
  const SharedRegion region = SharedRegion::create(4096);
  struct Shared {
    RobustMutex mutex;
    int written = 0;
  };
  Shared& shared = *new (region.data()) Shared;
  for (int death = 1; death <= 3; ++death) {
    const pid_t child = ::fork();
    if (child == 0) {
      shared.mutex.lock();
      ++shared.written;
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    shared.mutex.lock();
    EXPECT_EQ(shared.written, death);
    shared.mutex.unlock();
  }
  shared.~Shared();
}

TEST(RobustMutex, keeps_others_out_after_its_holder_died_as_it_did_before) {
  const SharedRegion region = SharedRegion::create(4096);
  struct Shared {
    RobustMutex mutex;
    std::atomic<bool> inside{false};
  };
  Shared& shared = *new (region.data()) Shared;
  const pid_t doomed = in_a_child([&] { shared.mutex.lock(); });
  ASSERT_TRUE(ends(doomed));
  shared.mutex.lock();  // by whoever finds the dead one's lock
  shared.mutex.unlock();
  shared.mutex.lock();
  const pid_t other = in_a_child([&] {
    shared.mutex.lock();
    shared.inside = true;
    shared.mutex.unlock();
  });
  await([&] { return shared.inside || state_of(other) == 'S'; });
  EXPECT_FALSE(shared.inside);
  shared.mutex.unlock();
  EXPECT_TRUE(ends(other));
  EXPECT_TRUE(shared.inside);
  shared.~Shared();
}

}  // namespace
}  // namespace pcbench
