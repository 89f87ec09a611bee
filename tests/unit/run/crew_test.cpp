// Rounds that do not end well: whoever dies, hangs or interferes, a record says so and nothing is left
// behind.
#include "run/crew.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/clock.h"
#include "base/error.h"
#include "stage.h"

namespace pcbench {
namespace {

class EndedRound : public Stage {};

/// Enough to start four workers on a machine that does something else, or hangs would be called slow starts.
constexpr std::uint64_t kShortNs = 3'000'000'000;

const WorkerRecord& worker(const RoundRecord& round, Role role, std::uint32_t index = 0) {
  return *std::find_if(round.workers.begin(), round.workers.end(),
                       [&](const WorkerRecord& w) { return w.role == role && w.index == index; });
}

TEST_F(EndedRound, names_the_worker_that_was_killed_from_outside) {
  Outsider killer([](pid_t supervisor) { ::kill(find_child(supervisor, "pcb-c0"), SIGKILL); });
  const RoundRecord round = play(ring_case(2, 1, "close", kEndless), kTimeoutNs, &killer);
  EXPECT_EQ(name_of(round.end), "worker_died");
  EXPECT_EQ(name_of(worker(round, Role::consumer).exit.kind), "signaled");
  EXPECT_EQ(worker(round, Role::consumer).exit.code, SIGKILL);
  EXPECT_EQ(name_of(worker(round, Role::producer).exit.kind), "hung") << "this one was killed by us";
  EXPECT_GT(worker(round, Role::consumer).messages, 0U);
  EXPECT_GT(worker(round, Role::consumer).cpu_user_ns + worker(round, Role::consumer).cpu_system_ns, 0U);
  EXPECT_FALSE(worker(round, Role::consumer).end_at_ns);
  EXPECT_FALSE(round.quiesce_ns);
}

TEST_F(EndedRound, finds_what_was_left_inside_when_the_only_consumer_died) {
  Outsider killer([](pid_t supervisor) { ::kill(find_child(supervisor, "pcb-c0"), SIGTERM); });
  Case config = ring_case(1, 1, "close", kEndless);
  config.work.consumer_ns = 100'000;
  const RoundRecord round = play(config, kTimeoutNs, &killer);
  EXPECT_EQ(name_of(round.end), "worker_died");
  EXPECT_EQ(worker(round, Role::consumer).exit.code, SIGTERM);
  ASSERT_TRUE(round.drain) << round.drain_missing;
  EXPECT_GT(round.drain->messages, 0U);
}

TEST_F(EndedRound, notices_the_death_of_the_process_that_all_threads_live_in) {
  Outsider killer([](pid_t supervisor) { ::kill(find_child(supervisor, "pcb-host"), SIGKILL); });
  Case config = ring_case(2, 2, "close", kEndless);
  config.workers = WorkerKind::thread;
  const RoundRecord round = play(config, kTimeoutNs, &killer);
  EXPECT_EQ(name_of(round.end), "worker_died");
  for (const WorkerRecord& each : round.workers) EXPECT_EQ(name_of(each.exit.kind), "signaled");
  EXPECT_FALSE(round.drain);
  EXPECT_NE(round.drain_missing, "");
}

TEST_F(EndedRound, tells_a_stopped_worker_from_a_deadlock) {
  Outsider stopper([](pid_t supervisor) { ::kill(find_child(supervisor, "pcb-p0"), SIGSTOP); });
  const RoundRecord round = play(ring_case(1, 1, "close", kEndless), kShortNs, &stopper);
  EXPECT_EQ(name_of(round.end), "hung");
  EXPECT_EQ(name_of(round.hang), "stopped");
  ASSERT_EQ(round.blocked.size(), 2U);
  EXPECT_EQ(round.blocked[0].worker, "p0");
  EXPECT_EQ(round.blocked[0].state, "stopped");
}

TEST_F(EndedRound, is_interrupted_by_the_user) {
  for (const int signal : {SIGINT, SIGTERM})
    for (const WorkerKind workers : {WorkerKind::process, WorkerKind::thread}) {
      Outsider user([signal](pid_t supervisor) { ::kill(supervisor, signal); });
      Case config = ring_case(2, 2, "pill", kEndless);
      config.workers = workers;
      const RoundRecord round = play(config, kTimeoutNs, &user);
      EXPECT_EQ(name_of(round.end), "interrupted");
      EXPECT_EQ(round.drain_missing, "the run was interrupted");
      for (const WorkerRecord& each : round.workers) EXPECT_EQ(name_of(each.exit.kind), "hung");
    }
}

TEST_F(EndedRound, is_interrupted_by_the_user_even_if_the_same_signal_killed_a_worker_first) {
  Outsider user([](pid_t supervisor) {
    ::kill(supervisor, SIGSTOP);
    const pid_t consumer = find_child(supervisor, "pcb-c1");
    ::kill(consumer, SIGTERM);
    for (std::string pid, name, state; state != "Z";)  // its death is there to be seen
      std::ifstream("/proc/" + std::to_string(consumer) + "/stat") >> pid >> name >> state;
    ::kill(supervisor, SIGTERM);
    ::kill(supervisor, SIGCONT);
  });
  const RoundRecord round = play(ring_case(2, 2, "pill", kEndless), kTimeoutNs, &user);
  EXPECT_EQ(name_of(round.end), "interrupted");
  EXPECT_EQ(worker(round, Role::consumer, 1).exit.code, SIGTERM);
}

/// Work of a producer that leaves each consumer time to begin, on a busy machine too, before all is taken:
/// who begins later sees that nothing is left, and the bug does not show.
constexpr std::uint64_t kUnhurriedNs = 1'000'000;

TEST_F(EndedRound, names_the_consumers_that_check_then_get_leaves_behind) {
  Case config = ring_case(1, 4, "check_then_get", 200);
  config.work.producer_ns = kUnhurriedNs;
  config.wait = WaitStrategy::park;
  const RoundRecord round = play(config, kShortNs);
  EXPECT_EQ(name_of(round.end), "hung");
  EXPECT_EQ(name_of(round.hang), "deadlock");
  ASSERT_FALSE(round.blocked.empty());
  EXPECT_LT(round.blocked.size(), 4U) << "who got the last message left";
  for (const BlockedWorker& blocked : round.blocked) {
    EXPECT_EQ(blocked.worker[0], 'c');
    EXPECT_EQ(blocked.phase, "blocked_empty");
    EXPECT_EQ(blocked.waits_for, "a message");
  }
  ASSERT_TRUE(round.drain) << round.drain_missing;
  EXPECT_EQ(round.drain->messages, 0U) << "all were taken";
}

TEST_F(EndedRound, names_the_holder_of_the_lock_that_lock_across_get_leaves_locked) {
  Case config = ring_case(1, 3, "lock_across_get", 200);
  config.work.producer_ns = kUnhurriedNs;
  const RoundRecord round = play(config, kShortNs);
  EXPECT_EQ(name_of(round.end), "hung");
  const auto holder = std::find_if(round.blocked.begin(), round.blocked.end(),
                                   [](const BlockedWorker& b) { return b.holds == "the stop lock"; });
  ASSERT_NE(holder, round.blocked.end());
  EXPECT_EQ(holder->phase, "blocked_empty");
  for (const BlockedWorker& blocked : round.blocked) {
    if (blocked.worker == holder->worker) continue;
    EXPECT_EQ(blocked.waits_for, "the stop lock, held by " + holder->worker);
  }
}

TEST_F(EndedRound, calls_a_round_slow_that_moves_but_does_not_end) {
  Case config = ring_case(1, 1, "close", kEndless);
  config.work.consumer_ns = 1'000'000;
  config.capacity_slots = 4;
  const RoundRecord round = play(config, kShortNs);
  EXPECT_EQ(name_of(round.end), "hung");
  EXPECT_EQ(name_of(round.hang), "slow");
}

TEST_F(EndedRound, calls_it_a_livelock_when_a_producer_works_for_ever) {
  Case config = ring_case(1, 1, "close", kEndless);
  config.work.producer_ns = 3'600'000'000'000;
  config.wait = WaitStrategy::park;
  const RoundRecord round = play(config, kShortNs);
  EXPECT_EQ(name_of(round.hang), "livelock");
}

TEST_F(EndedRound, blames_the_system_and_not_the_transport_when_a_worker_could_not_begin) {
  for (const WorkerKind workers : {WorkerKind::process, WorkerKind::thread}) {
    Case config = ring_case(1, 1, "close");
    config.workers = workers;
    pcbench::Setup setup = make_setup(config, 42);
    setup.cpus[1] = 1'000;
    try {
      (void)play(setup);
      FAIL() << "there is no CPU 1000";
    } catch (const Error& e) {
      EXPECT_NE(e.message.find("binding to CPU 1000"), std::string::npos) << e.message;
    }
  }
}

TEST_F(EndedRound, does_not_count_the_time_for_which_everybody_was_stopped) {
  constexpr std::uint64_t kStoppedNs = kShortNs + 500'000'000;
  Outsider sleeper([](pid_t supervisor) {
    const std::array all = {supervisor, find_child(supervisor, "pcb-p0"), find_child(supervisor, "pcb-c0")};
    for (const pid_t one : all) ::kill(one, SIGSTOP);
    const timespec time = timespec_of(kStoppedNs);
    ::nanosleep(&time, nullptr);
    for (const pid_t one : all) ::kill(one, SIGCONT);
  });
  Case config = ring_case(1, 1, "close");
  config.messages.reset();
  config.duration_s = 2;  // over when they wake up, and so is the time limit
  const RoundRecord round = play(config, kShortNs, &sleeper);
  EXPECT_EQ(name_of(round.end), "completed") << name_of(round.hang);
  EXPECT_GT(round.held_up_ns, kStoppedNs / 2);
}

/// A channel whose every end but the producer's breaks: a consumer's when it is made, the drain's too.
class Broken final : public Channel {
 public:
  void produce(Task& /*task*/, const StopRow& /*stop*/, const std::function<void()>& at_gate) override {
    at_gate();
  }
  void consume(Task& task, ConsumerStop& /*stop*/, const std::function<void()>& at_gate) override {
    if (task.worker_id() == task.control().drain_id()) throw Error(std::string(1'000, 'x'));
    at_gate();
  }
  [[nodiscard]] Effective effective() const override { return {}; }
  [[nodiscard]] Handles handles() const override { return {}; }
  void drop_ends(Keep /*keep*/) noexcept override {}
  void mourn(Role /*role*/, std::uint32_t /*index*/) noexcept override {}
  void close_for_the_dead() override {}
};

TEST_F(EndedRound, does_not_take_a_drain_that_gave_up_for_one_that_found_nothing) {
  for (const WorkerKind workers : {WorkerKind::process, WorkerKind::thread}) {
    Case config = ring_case(1, 1, "close");
    config.workers = workers;
    pcbench::Setup setup = make_setup(config, 42);
    TransportRow row = *setup.transport;
    row.create = [](const RoundSpec& /*spec*/) -> std::unique_ptr<Channel> {
      return std::make_unique<Broken>();
    };
    setup.transport = &row;
    const RoundRecord round = play(setup).record;
    EXPECT_EQ(name_of(round.end), "completed");
    EXPECT_FALSE(round.drain);
    EXPECT_NE(round.drain_missing.find("gave up: xxx"), std::string::npos) << round.drain_missing;
    EXPECT_LT(round.drain_missing.size(), 200U) << "an error is cut where the slot ends";
  }
}

/// One whose final drain takes seven messages and then no more.
class SlowToEmpty final : public Channel {
 public:
  void produce(Task& /*task*/, const StopRow& /*stop*/, const std::function<void()>& at_gate) override {
    at_gate();
  }
  void consume(Task& task, ConsumerStop& /*stop*/, const std::function<void()>& at_gate) override {
    at_gate();
    if (task.worker_id() != task.control().drain_id()) return;
    task.beat(Phase::consuming, 7);
    for (;;) ::pause();
  }
  [[nodiscard]] Effective effective() const override { return {}; }
  [[nodiscard]] Handles handles() const override { return {}; }
  void drop_ends(Keep /*keep*/) noexcept override {}
  void mourn(Role /*role*/, std::uint32_t /*index*/) noexcept override {}
  void close_for_the_dead() override {}
};

TEST_F(EndedRound, does_not_take_a_drain_that_got_in_for_one_that_found_a_lock_taken) {
  const Case config = ring_case(1, 1, "close");
  pcbench::Setup setup = make_setup(config, 42);
  TransportRow row = *setup.transport;
  row.create = [](const RoundSpec& /*spec*/) -> std::unique_ptr<Channel> {
    return std::make_unique<SlowToEmpty>();
  };
  setup.transport = &row;
  const RoundRecord round = play(setup).record;
  EXPECT_FALSE(round.drain);
  EXPECT_NE(round.drain_missing.find("taken out 7 messages"), std::string::npos) << round.drain_missing;
}

TEST_F(EndedRound, kills_the_workers_it_has_when_the_next_cannot_be_started) {
  if (::geteuid() != 0) GTEST_SKIP() << "a limit of processes for a user that has none needs root";
  for (const WorkerKind workers : {WorkerKind::process, WorkerKind::thread}) {
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit few{5, 5};
      if (::setrlimit(RLIMIT_NPROC, &few) != 0 || ::setresuid(65'533, 65'533, 65'533) != 0) ::_exit(1);
      try {
        Signals signals;
        Case config = ring_case(8, 8, "close");
        config.workers = workers;
        const pcbench::Setup setup = make_setup(config, 42);
        (void)run_round(setup, kTimeoutNs, signals, [](std::uint64_t, std::uint64_t) {});
        ::_exit(2);
      } catch (const Error& e) {
        const bool says_so = workers == WorkerKind::process
                                 ? e.where == "fork"
                                 : e.message.find("cannot start a thread") != std::string::npos;
        if (!says_so) ::_exit(3);
        ::_exit(::waitpid(-1, nullptr, 0) == -1 && errno == ECHILD ? 0 : 4);
      }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0) << name_of(workers);
  }
}

}  // namespace
}  // namespace pcbench
