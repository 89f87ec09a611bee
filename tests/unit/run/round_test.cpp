// Rounds that end well, with real threads and processes.
#include "run/round.h"

#include <numeric>
#include <set>

#include "stage.h"

namespace pcbench {
namespace {

struct Shape {
  WorkerKind workers;
  StartMethod start;
  std::uint32_t producers;
  std::uint32_t consumers;
  const char* stop;
};

std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const auto& [workers, start] :
       {std::pair{WorkerKind::process, StartMethod::fork}, std::pair{WorkerKind::process, StartMethod::spawn},
        std::pair{WorkerKind::thread, StartMethod::fork}})
    for (const auto& [producers, consumers] : {std::pair{1U, 1U}, std::pair{3U, 2U}})
      for (const char* stop : {"pill", "close", "count", "count_locked"})
        all.push_back({workers, start, producers, consumers, stop});
  return all;
}

Case case_of(const Shape& shape) {
  Case config = ring_case(shape.producers, shape.consumers, shape.stop);
  config.workers = shape.workers;
  config.start = shape.start;
  return config;
}

std::uint64_t moved(const RoundRecord& round, Role role) {
  return std::accumulate(round.workers.begin(), round.workers.end(), std::uint64_t{0},
                         [&](std::uint64_t sum, const WorkerRecord& worker) {
                           return sum + (worker.role == role ? worker.messages : 0);
                         });
}

class CompletedRound : public Stage, public testing::WithParamInterface<Shape> {};

TEST_P(CompletedRound, moves_every_message_once_and_everybody_leaves_by_itself) {
  const Case config = case_of(GetParam());
  const RoundRecord round = play(config);
  EXPECT_EQ(name_of(round.end), "completed");
  EXPECT_EQ(name_of(round.hang), "none");
  EXPECT_TRUE(round.blocked.empty());
  EXPECT_EQ(moved(round, Role::producer), 1'001U);
  EXPECT_EQ(moved(round, Role::consumer), 1'001U);
  for (std::uint32_t p = 0; p < config.producers; ++p) {
    std::uint64_t sum = 0;
    for (std::size_t c = config.producers; c < round.workers.size(); ++c)
      sum += round.workers[c].tallies[p].sum;
    const std::uint64_t key = producer_key(make_setup(config, 42).spec.seed, p);
    EXPECT_EQ(sum, run_sum(key, 0, share_of(1'001, p, config.producers)));
  }
  for (const WorkerRecord& worker : round.workers)
    for (const FindingRecord& finding : worker.findings) EXPECT_EQ(finding.count, 0U);
  ASSERT_TRUE(round.drain) << round.drain_missing;
  EXPECT_EQ(round.drain->messages, 0U);
  EXPECT_GT(round.elapsed_ns, 0U);
  EXPECT_TRUE(round.quiesce_ns);
}

TEST_P(CompletedRound, says_of_each_worker_who_it_was_and_how_it_lived) {
  const Case config = case_of(GetParam());
  const RoundRecord round = play(config);
  const bool threads = config.workers == WorkerKind::thread;
  ASSERT_EQ(round.workers.size(), config.producers + config.consumers);
  std::set<std::int64_t> ids;
  for (std::size_t i = 0; i < round.workers.size(); ++i) {
    const WorkerRecord& worker = round.workers[i];
    EXPECT_EQ(worker.role, i < config.producers ? Role::producer : Role::consumer);
    EXPECT_EQ(worker.index, i < config.producers ? i : i - config.producers);
    EXPECT_EQ(name_of(worker.exit.kind), threads ? "returned" : "exited");
    EXPECT_EQ(worker.exit.code, 0);
    EXPECT_EQ(worker.parent_pid == ::getpid(), !threads) << "threads live in a process of their own";
    EXPECT_EQ(name_of(worker.phase), "done");
    EXPECT_GT(worker.start_ns, 0U);
    EXPECT_TRUE(worker.end_at_ns);
    EXPECT_EQ(worker.error, "");
    ids.insert(worker.pid);
  }
  EXPECT_EQ(ids.size(), round.workers.size());
}

INSTANTIATE_TEST_SUITE_P(Shapes, CompletedRound, testing::ValuesIn(shapes()), [](const auto& shape) {
  const Shape& s = shape.param;
  return std::string(name_of(s.workers)) + "_" + std::string(name_of(s.start)) + "_" +
         std::to_string(s.producers) + "x" + std::to_string(s.consumers) + "_" + s.stop;
});

class Round : public Stage {};

TEST_F(Round, has_room_for_64_producers_and_64_consumers) {
  for (const WorkerKind workers : {WorkerKind::process, WorkerKind::thread}) {
    Case config = ring_case(64, 64, "pill", 6'401);
    config.workers = workers;
    const RoundRecord round = play(config);
    EXPECT_EQ(name_of(round.end), "completed");
    EXPECT_EQ(moved(round, Role::consumer), 6'401U);
  }
}

TEST_F(Round, ends_when_its_time_is_over_and_finds_what_was_sent) {
  Case config = ring_case(2, 2, "deadline");
  config.messages.reset();
  config.duration_s = 0.02;
  config.verify = Verify::exact;
  const RoundRecord round = play(config);
  EXPECT_EQ(name_of(round.end), "completed");
  EXPECT_GT(moved(round, Role::producer), 0U);
  EXPECT_EQ(moved(round, Role::consumer) + round.drain->messages, moved(round, Role::producer));
  EXPECT_GE(round.elapsed_ns, 20'000'000U);
  EXPECT_FALSE(round.bitmap) << "nobody knew how many there would be";
}

TEST_F(Round, marks_every_message_under_verify_exact_and_times_each_where_that_is_asked_for) {
  Case config = ring_case(3, 2, "count", 130);
  config.verify = Verify::exact;
  config.latency = LatencyMode::every;
  const RoundRecord round = play(config);
  ASSERT_TRUE(round.bitmap);
  EXPECT_EQ(*round.bitmap, (std::vector<std::uint64_t>{UINT64_MAX, UINT64_MAX, 3}));
  EXPECT_EQ(round.service_ns.count, 130U);
}

TEST_F(Round, leaves_nothing_behind_however_many_there_are) {
  const auto mappings = [] {
    std::ifstream file("/proc/self/maps");
    return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
  };
  play(ring_case(1, 1, "close", 10));
  const auto mappings_before = mappings();
  const std::size_t descriptors_before = open_descriptors();
  constexpr int kRounds = 50;
  for (int i = 0; i < kRounds; ++i) play(ring_case(1, 1, "close", 10));
  EXPECT_LT(mappings(), mappings_before + kRounds / 2) << "the allocator may add a few of its own";
  EXPECT_EQ(open_descriptors(), descriptors_before);
}

}  // namespace
}  // namespace pcbench
