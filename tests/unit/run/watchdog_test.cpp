#include "run/watchdog.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace pcbench {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kLimitNs = 30 * kSecondNs;

/// Two producers and three consumers whose heartbeats and threads are set by hand; worker i has thread 100 +
/// i.
class WatchdogTest : public testing::Test {
 protected:
  WatchdogTest() {
    for (std::uint32_t id = 0; id < 5; ++id) {
      control_.slot(id).thread_id = 100 + id;
      set(id, Phase::done, 0);
    }
  }

  static RoundSpec spec() {
    RoundSpec spec{};
    spec.producers = 2;
    spec.consumers = 3;
    return spec;
  }
  void set(std::uint32_t id, Phase phase, std::uint64_t progress, char state = 'S',
           std::uint64_t cpu_ns = 0) {
    control_.slot(id).phase = phase;
    control_.slot(id).progress = progress;
    threads_[100 + id] = {state, cpu_ns};
  }
  void look(std::uint64_t time_ns) { watchdog_.tick(time_ns, kLimitNs); }

  std::vector<std::uint64_t> memory_ = std::vector<std::uint64_t>(Control::bytes_for(spec()) / 8 + 32);
  std::byte* begin_ = reinterpret_cast<std::byte*>(
      align_up(reinterpret_cast<std::size_t>(memory_.data()), kFalseSharingBytes));
  Control control_ = Control::format(begin_, spec());
  std::map<std::uint32_t, ThreadState> threads_;
  int reads_ = 0;
  Watchdog watchdog_{control_, [this](std::uint32_t thread_id) {
                       ++reads_;
                       return threads_.at(thread_id);
                     }};
};

TEST_F(WatchdogTest, does_not_disturb_the_workers_before_a_verdict_is_near) {
  set(0, Phase::producing, 0);
  for (std::uint64_t t = 0; t < kLimitNs - 10 * kSecondNs; t += kSecondNs / 10) look(t);
  EXPECT_EQ(reads_, 0);
  look(kLimitNs - kSecondNs);
  look(kLimitNs - kSecondNs + 1);
  EXPECT_EQ(reads_, 1) << "a few times a second is enough";
  look(kLimitNs);
  EXPECT_EQ(reads_, 2) << "the last look is taken in any case";
}

TEST_F(WatchdogTest, calls_it_a_deadlock_when_nobody_moves_and_all_wait) {
  set(3, Phase::blocked_empty, 7);
  set(4, Phase::waiting_lock, 8, 'R', 0);
  look(kLimitNs - 2 * kSecondNs);
  set(4, Phase::waiting_lock, 8, 'R', 2 * kSecondNs);  // it waits by spinning
  look(kLimitNs);
  EXPECT_EQ(watchdog_.classify(), HangKind::deadlock);
}

TEST_F(WatchdogTest, calls_it_a_livelock_when_nobody_moves_but_one_burns_its_cpu) {
  set(0, Phase::producing, 7, 'R', 0);
  set(3, Phase::blocked_empty, 7);
  look(kLimitNs - 2 * kSecondNs);
  set(0, Phase::producing, 7, 'S', kSecondNs);
  look(kLimitNs);
  EXPECT_EQ(watchdog_.classify(), HangKind::livelock);
}

TEST_F(WatchdogTest, calls_it_a_livelock_even_if_a_busy_machine_gives_the_burner_no_time) {
  set(0, Phase::producing, 7, 'R', 0);
  look(kLimitNs - 2 * kSecondNs);
  look(kLimitNs);
  EXPECT_EQ(watchdog_.classify(), HangKind::livelock);
}

TEST_F(WatchdogTest, calls_it_starved_when_only_some_move) {
  set(2, Phase::consuming, 7);
  set(3, Phase::blocked_empty, 7);
  look(kLimitNs - 2 * kSecondNs);
  set(2, Phase::consuming, 8);
  look(kLimitNs);
  EXPECT_EQ(watchdog_.classify(), HangKind::starved);
}

TEST_F(WatchdogTest, calls_it_slow_when_all_that_are_left_still_move) {
  set(0, Phase::producing, 7);
  set(2, Phase::consuming, 7);
  look(kLimitNs - 2 * kSecondNs);
  set(0, Phase::blocked_full, 9);
  set(2, Phase::consuming, 8);
  look(kLimitNs);
  EXPECT_EQ(watchdog_.classify(), HangKind::slow);
}

TEST_F(WatchdogTest, does_not_count_who_died_by_order) {
  set(2, Phase::consuming, 7);
  set(3, Phase::blocked_empty, 7, '?');
  look(kLimitNs - 2 * kSecondNs);
  set(2, Phase::consuming, 8);
  look(kLimitNs);
  EXPECT_EQ(watchdog_.classify(), HangKind::slow);
  ASSERT_EQ(watchdog_.blocked(0).size(), 1U);
  EXPECT_EQ(watchdog_.blocked(0)[0].worker, "c0");
}

TEST_F(WatchdogTest, calls_it_stopped_when_a_signal_or_death_holds_one) {
  for (const char state : {'T', 't', 'Z'}) {
    set(0, Phase::producing, 7);
    set(2, Phase::consuming, 7, state);
    look(kLimitNs);
    EXPECT_EQ(watchdog_.classify(), HangKind::stopped) << state;
  }
}

TEST_F(WatchdogTest, judges_a_short_round_by_its_later_half) {
  // Everything moved at first and then stopped: within a window of fixed length that would look slow.
  set(2, Phase::consuming, 0);
  look(kLimitNs - kSecondNs);
  set(2, Phase::blocked_empty, 900);
  look(kLimitNs - kSecondNs / 2);
  look(kLimitNs);
  EXPECT_EQ(watchdog_.classify(), HangKind::deadlock);
}

TEST_F(WatchdogTest, judges_a_long_round_by_its_last_seconds) {
  set(2, Phase::consuming, 0);
  for (std::uint64_t t = 0; t < kLimitNs - 3 * kSecondNs; t += kSecondNs / 10) {
    set(2, Phase::consuming, t);
    look(t);
  }
  for (std::uint64_t t = kLimitNs - 3 * kSecondNs; t <= kLimitNs; t += kSecondNs / 10) look(t);
  EXPECT_EQ(watchdog_.classify(), HangKind::deadlock);
}

TEST_F(WatchdogTest, knows_nothing_better_than_slow_from_a_single_look) {
  set(2, Phase::consuming, 7);
  EXPECT_EQ(watchdog_.classify(), HangKind::slow);
  look(kLimitNs);
  EXPECT_EQ(watchdog_.classify(), HangKind::slow);
}

TEST_F(WatchdogTest, names_everybody_who_is_left_and_what_each_waits_for) {
  set(0, Phase::blocked_full, 10);
  set(2, Phase::blocked_empty, 11);
  set(3, Phase::waiting_lock, 12, 'R');
  set(4, Phase::consuming, 13, 'T');
  ASSERT_TRUE(control_.stop().lock.try_lock(2));
  control_.slot(2).progress_at_ns = 5'000;
  look(kLimitNs);
  const std::vector<BlockedWorker> blocked = watchdog_.blocked(2'000);
  ASSERT_EQ(blocked.size(), 4U);
  EXPECT_EQ(blocked[0].worker, "p0");
  EXPECT_EQ(blocked[0].waits_for, "a free slot");
  EXPECT_EQ(blocked[1].worker, "c0");
  EXPECT_EQ(blocked[1].phase, "blocked_empty");
  EXPECT_EQ(blocked[1].waits_for, "a message");
  EXPECT_EQ(blocked[1].holds, "the stop lock");
  EXPECT_EQ(blocked[1].state, "asleep");
  EXPECT_EQ(blocked[1].messages, 11U);
  EXPECT_EQ(blocked[1].last_progress_ns, 3'000U);
  EXPECT_EQ(blocked[2].worker, "c1");
  EXPECT_EQ(blocked[2].waits_for, "the stop lock, held by c0");
  EXPECT_EQ(blocked[2].state, "running");
  EXPECT_EQ(blocked[2].holds, "");
  EXPECT_EQ(blocked[3].worker, "c2");
  EXPECT_EQ(blocked[3].state, "stopped");
}

TEST(ReadThread, tells_the_states_and_times_of_a_single_thread) {
  EXPECT_EQ(read_thread(static_cast<std::uint32_t>(::getpid())).state, 'R');
  const pid_t child = ::fork();
  if (child == 0)
    for (;;) ::pause();
  ::kill(child, SIGSTOP);
  int status = 0;
  ::waitpid(child, &status, WUNTRACED);
  EXPECT_EQ(read_thread(static_cast<std::uint32_t>(child)).state, 'T');
  ::kill(child, SIGKILL);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  EXPECT_EQ(read_thread(static_cast<std::uint32_t>(child)).state, 'Z');
  ::waitpid(child, &status, 0);
  EXPECT_EQ(read_thread(static_cast<std::uint32_t>(child)).state, '?') << "it is no more";
}

TEST(ReadThread, does_not_add_up_the_threads_of_a_process) {
  const auto self = static_cast<std::uint32_t>(::getpid());
  const std::uint64_t before = read_thread(self).cpu_ns;
  ThreadState worker;
  std::thread([&] {
    const auto me = static_cast<std::uint32_t>(::syscall(SYS_gettid));
    do worker = read_thread(me);
    while (worker.cpu_ns < 100'000'000);
  }).join();
  EXPECT_LT(read_thread(self).cpu_ns - before, worker.cpu_ns);
}

}  // namespace
}  // namespace pcbench
