// RunRecord: evidence and counts of everything that ran, with exit statuses and environment; no opinions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/noise_probe.h"
#include "model/case.h"
#include "model/evidence.h"
#include "model/histogram.h"
#include "model/promises.h"
#include "model/verdict.h"

namespace pcbench {

enum class Role : std::uint8_t { producer, consumer };
/// "p0", "c1".
[[nodiscard]] inline std::string worker_name(Role role, std::uint32_t index) {
  return (role == Role::producer ? 'p' : 'c') + std::to_string(index);
}

enum class ExitKind : std::uint8_t {
  returned,  ///< the role's loop ended and its thread was joined
  exited,    ///< the process exited by itself
  signaled,  ///< killed by somebody else
  hung,      ///< did not end; the watchdog or an abort ended it
};

struct WorkerExit {
  ExitKind kind = ExitKind::returned;
  int code = 0;        ///< exit status or signal number
  bool asked = false;  ///< the case itself ordered it (a fault)
};

/// What the evidence of one (consumer, producer) pair came to.
struct TallyRecord {
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
  std::uint64_t end_sequence = 0;
};

struct FindingRecord {
  std::uint64_t count = 0;
  std::optional<FirstFinding> first;  ///< time_ns relative to the round's start
};

struct WorkerRecord {
  Role role = Role::producer;
  std::uint32_t index = 0;
  std::int64_t pid = 0;         ///< process id; of a thread its kernel thread id
  std::int64_t parent_pid = 0;  ///< of a thread the process it lives in
  std::uint64_t start_ns = 0;   ///< from the call that created it to its reaching the gate
  std::uint64_t messages = 0;
  std::uint64_t pills = 0;
  std::uint64_t wait_count = 0;  ///< full_count of a producer, empty_count of a consumer
  std::uint64_t blocked_ns = 0;
  std::uint64_t longest_wait_ns = 0;
  std::uint64_t cpu_user_ns = 0;
  std::uint64_t cpu_system_ns = 0;
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::optional<std::uint64_t> migrations;  ///< to another CPU; nullopt: not shown, or it did not end itself
  std::optional<PerfCounts> hardware;       ///< in the order of kHardwareEvents; nullopt: not counted
  std::uint64_t samples_missed = 0;
  std::uint64_t codec_ns = 0;  ///< see WorkerSlot
  std::uint64_t codec_timed = 0;
  std::uint64_t late_max_ns = 0;  ///< open loop, producers: see WorkerSlot
  std::uint64_t late_last_ns = 0;
  std::uint64_t unsent = 0;
  std::uint64_t last_at_ns = 0;            ///< since the round's start
  std::optional<std::uint64_t> end_at_ns;  ///< since the round's start; nullopt: never left its loop
  Phase phase = Phase::starting;           ///< the last one seen
  WorkerExit exit;
  std::string error;                    ///< what it said when it gave up
  std::vector<TallyRecord> tallies;     ///< consumers: one per producer
  std::vector<FindingRecord> findings;  ///< consumers: one per Finding
};

/// Whether WORKER is a consumer that died or was made to fall silent: what it had not acknowledged may be
/// delivered again where at_least_once is promised, and only there.
[[nodiscard]] inline bool may_be_redelivered(const Case& config, const WorkerRecord& worker) {
  const auto strikes = [&](const FaultSpec& fault) { return fault.consumer && fault.index == worker.index; };
  return worker.role == Role::consumer &&
         (!worker.end_at_ns || std::any_of(config.faults.begin(), config.faults.end(), strikes));
}

/// What became of one entry of `faults`.
struct FaultRecord {
  FaultSpec fault;
  /// Since the round's start; nullopt: its phase was never reached.
  std::optional<std::uint64_t> struck_at_ns;
};

/// What the machine did meanwhile, from before the workers were created until after the last one ended.
struct RoundNoise {
  NoiseCounters took;
  std::optional<double> fastest_cpu_mhz;  ///< right after it; nullopt: not shown
};

enum class RoundEnd : std::uint8_t {
  completed,    ///< every worker left by itself
  hung,         ///< the watchdog ended it
  worker_died,  ///< a worker died unasked
  interrupted,  ///< the user did
};

/// How a hang presented itself (correctness of the words: docs/hangs.md).
enum class HangKind : std::uint8_t { none, deadlock, livelock, starved, stopped, slow };

/// How near the CPUs were to each other in a round (run/placement.h).
enum class PlacementClass : std::uint8_t { unknown, near, far, mixed };

struct Placement {
  PlacementClass kind = PlacementClass::unknown;
  std::optional<double> before_lines_per_s;
  std::optional<double> after_lines_per_s;
};

/// What the workers' heartbeats told at one moment; they come once a block of messages and with each wait.
struct SeriesPoint {
  std::uint64_t time_ns = 0;  ///< since the round's start
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t resident_bytes = 0;        ///< of the workers' processes; what they share counts in each
  std::optional<double> service_ns_p99{};  ///< of what was timed since the point before; nullopt: too little
};

struct RoundRecord {
  std::uint32_t index = 0;        ///< of this case
  std::uint64_t order_index = 0;  ///< of the whole run
  RoundEnd end = RoundEnd::completed;
  HangKind hang = HangKind::none;
  std::vector<BlockedWorker> blocked;  ///< hung rounds: who was stuck where
  std::vector<WorkerRecord> workers;   ///< producers first, by index
  std::vector<FaultRecord> faults;
  /// What the final drain found, as if it were a consumer; nullopt: it could not run.
  std::optional<WorkerRecord> drain;
  std::string drain_missing;                ///< why there is no drain
  std::uint64_t elapsed_ns = 0;             ///< first producer released … last message consumed
  std::optional<std::uint64_t> quiesce_ns;  ///< last message consumed … last worker out of its loop
  /// Verify exact: one bit a message, producer after producer.
  std::optional<std::vector<std::uint64_t>> bitmap;
  /// Workload shared_state: what the numbers came to, as the consumer found them; empty: it did not.
  std::vector<std::uint64_t> numbers;
  Histogram service_ns;
  Histogram response_ns;            ///< open loop: of the messages whose service time was measured
  Histogram generator_lag_ns;       ///< open loop: of every message, what its producer alone was late by
  Histogram round_trip_ns;          ///< ping_pong: from before a ping is pushed until its pong was popped
  std::vector<SeriesPoint> series;  ///< empty: none was asked for
  RoundNoise noise;
  Placement placement;
  /// How long this program itself was stopped or got no CPU; every time limit was moved by it.
  std::uint64_t held_up_ns = 0;
  std::vector<std::string> troubles;  ///< what this program could not do for the round
  std::string discarded_because;      ///< discarded rounds only
  /// Ping_pong: the way back as a round of its own, p0 being the worker that answers; else empty.
  std::vector<RoundRecord> pongs;
  /// Set in a way back alone: what its payloads and sums derive from, instead of the case's seed.
  std::optional<std::uint64_t> pong_seed;
};

/// The fact of that name: how well the clocks of a producer's and a consumer's host are known together.
inline constexpr std::string_view kClockUncertainty = "clock_uncertainty_ns";

/// What really took effect, where the system or the transport decides. In the order it is shown.
struct Effective {
  std::uint64_t capacity_slots = 0;  ///< 0: unbounded or unknown
  std::uint32_t batch_messages = 1;
  std::vector<std::pair<std::string, Fact>> others;  ///< "pipe_bytes", "cpus" …
};

struct CaseRecord {
  Case config;
  Promises promises;
  Effective effective;
  std::uint64_t seed = 0;          ///< the one its RoundSpec carried
  std::uint32_t sample_every = 0;  ///< one message in so many is timed; 0: none
  bool floor = false;              ///< the transport moves nothing (`null`)
  std::vector<RoundRecord> rounds;
  /// Tries that a later one of the same index stands for, because the machine changed meanwhile.
  std::vector<RoundRecord> discarded_rounds;
  /// Rounds that were not kept, but whose histories were shown to be judged: warm-ups and discarded ones.
  std::uint32_t histories_not_kept = 0;
  std::optional<SearchRecord> search;  ///< nullopt: the case asks for none
  /// Why no more rounds were run: "rounds", "precision", "max_time", "hang", "interrupted" …
  std::string stop_reason;
  std::vector<Warning> warnings;
};

/// Named facts about the machine and the build, nested as in the report: {"cpu", {{"model", …}, …}}. A
/// section of one fact without a name is that fact: {"kernel", {{"", "6.1"}}}. The section "build" describes
/// the program itself.
struct Environment {
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, Fact>>>> sections;

  /// nullptr: there is no such fact.
  [[nodiscard]] const Fact* find(std::string_view section, std::string_view name) const noexcept {
    for (const auto& [section_name, facts] : sections)
      for (const auto& [fact_name, fact] : facts)
        if (section_name == section && fact_name == name) return &fact;
    return nullptr;
  }

  /// nullptr: there is no such fact, or it is no T.
  template <class T>
  [[nodiscard]] const T* find_as(std::string_view section, std::string_view name) const noexcept {
    const Fact* const fact = find(section, name);
    return fact == nullptr ? nullptr : std::get_if<T>(fact);
  }
};

struct RunRecord {
  Plan plan;
  Environment environment;
  std::string started_at;  ///< UTC, ISO 8601 with Z
  std::uint64_t elapsed_ns = 0;
  bool complete = false;
  bool interrupted = false;
  std::vector<CaseRecord> cases;
  std::vector<Warning> warnings;
};

}  // namespace pcbench
