#include "wait/event_count.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "base/clock.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kForeverNs =
    600'000'000'000;  // a lost wake-up would show as a test that does not end

TEST(EventCount, does_not_sleep_when_it_is_ready_already) {
  EventCount event;
  int asked = 0;
  event.wait(kForeverNs, [&] { return ++asked > 0; });
  EXPECT_EQ(asked, 1);
}

TEST(EventCount, sleeps_no_longer_than_it_is_told) {
  EventCount event;
  const std::uint64_t begin = now_ns();
  while (now_ns() < begin + 1'000'000) event.wait(1'000, [] { return false; });
}

TEST(EventCount, is_left_by_a_notification_that_comes_between_the_look_and_the_sleep) {
  EventCount event;
  event.wait(kForeverNs, [&] {
    event.notify(1);
    return false;
  });
}

TEST(EventCount, loses_no_wake_up_between_two_that_wait_for_each_other) {
  constexpr std::uint32_t kTurns = 20'000;
  std::array<EventCount, 2> events;
  std::atomic<std::uint32_t> turn{0};
  const auto play = [&](std::uint32_t me) {
    for (std::uint32_t mine = me; mine < kTurns; mine += 2) {
      // acquire/release: the turn is all that is handed over
      const auto is_mine = [&] { return turn.load(std::memory_order_acquire) == mine; };
      while (!is_mine()) events[me].wait(kForeverNs, is_mine);
      turn.store(mine + 1, std::memory_order_release);
      events[1 - me].notify(1);
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
  EXPECT_EQ(turn.load(), kTurns);
}

TEST(EventCount, wakes_all_who_sleep_when_all_are_meant) {
  EventCount event;
  std::atomic<bool> open{false};
  std::atomic<int> through{0};
  std::array<std::thread, 4> sleepers;
  for (std::thread& sleeper : sleepers)
    sleeper = std::thread([&] {
      const auto is_open = [&] { return open.load(std::memory_order_acquire); };
      while (!is_open()) event.wait(kForeverNs, is_open);
      ++through;
    });
  open.store(true, std::memory_order_release);
  event.notify(INT_MAX);
  for (std::thread& sleeper : sleepers) sleeper.join();
  EXPECT_EQ(through, 4);
}

}  // namespace
}  // namespace pcbench
