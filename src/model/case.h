// Case: one fully resolved pipeline configuration, and Plan: all that a config asks for. Nothing runs yet.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/fault.h"
#include "model/load.h"
#include "model/search.h"
#include "model/verdict.h"
#include "model/warning.h"

namespace pcbench {

enum class Workload : std::uint8_t {
  pipeline,      ///< messages go one way, as many at once as the channel holds
  ping_pong,     ///< each message is answered before the next is sent
  shared_state,  ///< producers update numbers that all of them share; the consumer reads what they came to
};
enum class WorkerKind : std::uint8_t { thread, process };
enum class StartMethod : std::uint8_t { fork, spawn };
enum class WaitStrategy : std::uint8_t { spin, yield, backoff, park };
enum class Codec : std::uint8_t { raw, cbor, msgpack, json };
enum class PinMode : std::uint8_t { none, compact, spread, list };
enum class Verify : std::uint8_t { none, online, exact, history };
enum class Integrity : std::uint8_t { off, all };
enum class LatencyMode : std::uint8_t { off, sampled, every };

/// Busy work per message, spun by the worker itself.
struct Work {
  std::uint64_t producer_ns = 0;
  std::uint64_t consumer_ns = 0;

  friend bool operator==(const Work&, const Work&) = default;
};

struct Pin {
  PinMode mode = PinMode::none;
  std::vector<std::uint32_t> cpus;  ///< mode list only: worker i runs on cpus[i % size]

  friend bool operator==(const Pin&, const Pin&) = default;
};

/// Outcomes a check may have; a check that is not named must pass.
using Expectation = std::map<std::string, std::vector<Outcome>>;

struct Case {
  std::string id;  ///< unique in its plan
  std::string transport;
  std::map<std::string, std::string> transport_options;
  Workload workload = Workload::pipeline;
  std::uint32_t producers = 1;
  std::uint32_t consumers = 1;
  WorkerKind workers = WorkerKind::thread;
  StartMethod start = StartMethod::fork;
  std::optional<std::uint64_t> messages = 1'000'000;  ///< in total; either this or duration_s is set
  std::optional<double> duration_s;
  std::uint32_t payload_bytes = 64;
  std::optional<std::uint64_t> capacity_slots;  ///< nullopt: auto
  std::uint32_t batch_messages = 1;
  std::string stop = "pill";
  WaitStrategy wait = WaitStrategy::backoff;
  Load load;
  std::optional<Search> search;  ///< of the open load's rate, which is then only where it begins
  Work work;
  Codec codec = Codec::raw;
  Pin pin;
  Verify verify = Verify::online;
  std::optional<std::uint64_t> history_operations;      ///< each worker's log has room for; nullopt: auto
  std::optional<std::uint64_t> history_burst_every_ms;  ///< log only bursts; nullopt: every operation
  Integrity integrity = Integrity::all;
  LatencyMode latency = LatencyMode::sampled;
  std::optional<std::uint64_t> series_every_ms;  ///< nullopt: no series
  std::vector<FaultSpec> faults;                 ///< at most one a worker
  Expectation expect;

  friend bool operator==(const Case&, const Case&) = default;
};

struct Plan {
  std::string name;
  std::string comment;
  std::optional<std::uint32_t> rounds;  ///< nullopt: adaptive up to max_time_s with precision
  std::uint32_t warmup_rounds = 1;
  std::uint64_t seed = 1;
  double timeout_s = 30;    ///< per round, from the gate
  double max_time_s = 60;   ///< adaptive rounds of the whole plan stop after this
  double precision = 0.02;  ///< adaptive: half-width of the median's interval, relative
  std::vector<Case> cases;
  std::string config_json;  ///< the config as given, overrides applied
  std::string config_hash;  ///< of config_json, as hexadecimal digits
  std::vector<Warning> warnings;
};

}  // namespace pcbench
