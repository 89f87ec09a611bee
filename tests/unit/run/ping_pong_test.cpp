// Rounds of ping_pong, with real threads and processes: every ping and every pong arrives once.
#include "check/judge.h"
#include "run/adds_up.h"
#include "stage.h"
#include "transport/registry.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kTrips = 61;

Case ping_pong_case(std::string_view transport = "shm_spsc_ring", const char* stop = "pill") {
  Case config = ring_case(1, 1, stop, kTrips);
  config.transport = transport;
  config.workload = Workload::ping_pong;
  config.verify = Verify::exact;
  config.latency = LatencyMode::every;
  return config;
}

std::uint64_t sent(const RoundRecord& round) { return round.workers.at(0).messages; }
std::uint64_t received(const RoundRecord& round) { return round.workers.at(1).messages; }

struct PingPong : Stage {
  /// Plays CONFIG and has it judged. Returns what is not as it should be.
  std::string complaint(const Case& config) {
    const pcbench::Setup setup = make_setup(config, 42);
    CaseRecord record;
    record.config = config;
    record.promises = setup.transport->promises;
    record.seed = setup.spec.seed;
    record.floor = setup.transport->floor;
    record.rounds.push_back(play(setup).record);
    std::string text;
    for (const Verdict& verdict : judge(record))
      if (verdict.outcome != Outcome::pass && !record.floor)
        text += verdict.check + ": " + verdict.reason + "; ";
    const RoundRecord& round = record.rounds.front();
    if (!adds_up(setup, round)) text += "it does not add up; ";
    if (round.pongs.size() != 1) return text + "there is no way back";
    if (!config.messages) return text + (sent(round) == 0 ? "no trip" : "");
    for (const RoundRecord* way : {&round, &round.pongs.front()})
      if (sent(*way) != kTrips || received(*way) != kTrips)
        text += std::to_string(sent(*way)) + " sent, " + std::to_string(received(*way)) + " received; ";
    const std::uint64_t batches = (kTrips + config.batch_messages - 1) / config.batch_messages;
    if (round.round_trip_ns.count != batches)
      text += std::to_string(round.round_trip_ns.count) + " round trips timed; ";
    return text;
  }
};

TEST_F(PingPong, delivers_every_ping_and_every_pong_however_it_is_run) {
  for (const auto& [workers, start] :
       {std::pair{WorkerKind::process, StartMethod::fork}, std::pair{WorkerKind::process, StartMethod::spawn},
        std::pair{WorkerKind::thread, StartMethod::fork}})
    for (const char* stop : {"pill", "close", "count", "count_locked"}) {
      Case config = ping_pong_case("shm_spsc_ring", stop);
      config.workers = workers;
      config.start = start;
      EXPECT_EQ(complaint(config), "") << name_of(workers) << ' ' << name_of(start) << ' ' << stop;
    }
}

TEST_F(PingPong, delivers_every_ping_and_every_pong_with_each_transport) {
  for (const TransportRow& row : transports()) {
    if (!why_unavailable(row).empty()) continue;
    if (row.keeps_numbers || row.program != nullptr) continue;  // they carry no messages, or pipelines only
    if (row.promises.at_least_once) continue;  // a broker's server lives until its supervisor ends
    Case config = ping_pong_case(row.name, "count");
    config.workers = row.promises.processes ? WorkerKind::process : WorkerKind::thread;
    config.capacity_slots.reset();
    config.wait = WaitStrategy::park;
    if (!row.refuse(config).empty()) continue;  // iceoryx: a process has ends of one channel only
    EXPECT_EQ(complaint(config), "") << row.name;
  }
}

TEST_F(PingPong, delivers_every_ping_and_every_pong_however_workers_wait) {
  for (const auto& [wait, name] : NamesOf<WaitStrategy>::table) {
    Case config = ping_pong_case("pipe");
    config.wait = wait;
    EXPECT_EQ(complaint(config), "") << name;
  }
}

TEST_F(PingPong, answers_a_batch_at_a_time_and_ends_with_the_time) {
  Case config = ping_pong_case();
  config.batch_messages = 4;
  EXPECT_EQ(complaint(config), "");
  config.messages.reset();
  config.duration_s = 0.005;
  config.verify = Verify::online;
  for (const char* stop : {"deadline", "pill", "close"}) {
    config.stop = stop;
    EXPECT_EQ(complaint(config), "") << stop;
  }
}

TEST_F(PingPong, shows_who_waits_when_the_one_who_answers_is_stopped) {
  Outsider outsider([](pid_t supervisor) { ::kill(find_child(supervisor, "pcb-c0"), SIGSTOP); });
  Case config = ping_pong_case();
  config.verify = Verify::online;
  config.messages = kEndless;
  const RoundRecord round = play(make_setup(config, 42), 500'000'000, &outsider).record;
  EXPECT_EQ(name_of(round.end), "hung");
  ASSERT_EQ(round.blocked.size(), 2U);
  EXPECT_EQ(round.blocked[0].waits_for, "a message");
  EXPECT_EQ(round.blocked[1].state, "stopped");
}

}  // namespace
}  // namespace pcbench
