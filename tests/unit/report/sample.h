// A report made by hand: what every format is tried on.
#pragma once

#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "model/report.h"

namespace pcbench::sample {

inline Metric metric(const std::string& name, const std::string& unit, double median, double low,
                     double high) {
  return {name, unit, name.starts_with("throughput"), {low, median, high}, median, {{low, high}}, {}};
}

inline WorkerRecord worker(Role role, std::uint32_t index, std::uint64_t messages) {
  WorkerRecord one;
  one.role = role;
  one.index = index;
  one.pid = 4711 + index;
  one.parent_pid = 4700;
  one.start_ns = 210'000;
  one.messages = messages;
  one.wait_count = 5;
  one.phase = Phase::done;
  one.exit = {ExitKind::exited, 0};
  return one;
}

/// A 2x1 round in which all 100 messages arrived.
inline RoundRecord good_round(std::uint32_t index) {
  RoundRecord round;
  round.index = index;
  round.order_index = 10 + index;
  round.workers = {worker(Role::producer, 0, 50), worker(Role::producer, 1, 50),
                   worker(Role::consumer, 0, 100)};
  round.drain = WorkerRecord{};
  round.elapsed_ns = 1'000'000;
  return round;
}

inline CaseRecord good_record(const std::string& transport) {
  CaseRecord record;
  record.config.id = transport + "/2x1/process/pill/64B/1024";
  record.config.transport = transport;
  record.config.producers = 2;
  record.config.workers = WorkerKind::process;
  record.config.messages = 100;
  record.config.capacity_slots = 1000;
  record.effective.capacity_slots = 1024;
  record.effective.others = {{"pipe_bytes", std::int64_t{65536}}};
  record.seed = 42;
  record.stop_reason = "rounds";
  record.rounds = {good_round(0), good_round(1)};
  return record;
}

inline CaseReport good_report(double rate) {
  CaseReport report;
  report.fate = "conserved";
  report.verdicts = {{"delivery", Outcome::pass, {}, {{"lost", std::int64_t{0}}}, {}, {}},
                     {"termination", Outcome::pass, {}, {{"all_exited", true}}, {}, {}}};
  report.summary.metrics = {metric("throughput_msgs_per_s", "msg/s", rate, rate * 0.97, rate * 1.02),
                            metric("service_ns_p50", "ns", 1230, 1100, 1300),
                            metric("service_ns_p99", "ns", 45'600, 40'000, 50'000)};
  report.summary.service_ns = {{{1024, 60}, {2048, 40}}, 100};
  return report;
}

/// The same case, ended by the watchdog: c0 waits for a message that never comes.
inline void make_hang(CaseRecord& record, CaseReport& report) {
  RoundRecord& round = record.rounds.back();
  round.end = RoundEnd::hung;
  round.hang = HangKind::deadlock;
  round.drain.reset();
  round.drain_missing = "the stop lock's owner was killed";
  round.workers.back().exit = {ExitKind::hung, 0};
  round.workers.back().phase = Phase::blocked_empty;
  record.stop_reason = "hang";
  const BlockedWorker blocked = {"c0", "in_pop", "a message", "the stop lock", "asleep", 97, 12'300'000};
  report.verdicts = {
      {"delivery", Outcome::unknown, "the round did not end", {{"lost", Fact()}}, {}, {}, false},
      {"termination", Outcome::fail, "1 of 3 workers did not end", {}, {blocked}, {}, false}};
  report.summary.metrics = {{"throughput_msgs_per_s", "msg/s", true, {}, {}, {}, "no round was completed"}};
  report.summary.service_ns = {};
  report.outcome = Outcome::fail;
  report.as_expected = false;
  report.fate = "hang(deadlock)";
}

inline Environment environment() {
  return {{{"host", {{"id", std::string("0123456789abcdef")}}},
           {"cpu", {{"model", std::string("Testium 9")}, {"logical_cpus", std::int64_t{2}}}},
           {"kernel", {{"", std::string("Linux 6.1.0")}}},
           {"memory", {{"total_bytes", std::int64_t{1} << 33}}},
           {"clock", {{"source", std::string("tsc")}, {"resolution_ns", std::int64_t{1}}, {"cost_ns", 20.5}}},
           {"noise", {{"load_1min", 0.25}, {"cgroup_cpus", Fact()}}},
           {"build",
            {{"version", std::string("0.1.0")},
             {"git_commit", std::string("0123456789abcdef0123456789abcdef01234567-dirty")},
             {"type", std::string("Release")},
             {"compiler", std::string("GNU 12.2.0")},
             {"flags", std::string("-O2 -g -DNDEBUG")},
             {"sanitizers", std::vector<std::string>{}}}}}};
}

/// Two transports that pass, the floor, and one case that hangs unexpectedly.
inline Report report() {
  Report result;
  RunRecord& run = result.record;
  run.plan.name = "sample";
  run.plan.comment = "Does every format say what it should?";
  run.plan.seed = 42;
  run.plan.config_json = R"({"name": "sample", "cases": [{"transport": "pipe"}]})";
  run.plan.config_hash = "0badcafe";
  run.environment = environment();
  run.started_at = "2026-01-02T03:04:05Z";
  run.elapsed_ns = 12'300'000'000;
  run.complete = true;
  for (const char* transport : {"shm_mpmc_ring", "pipe", "null", "locked_queue"})
    run.cases.push_back(good_record(transport));
  result.cases = {good_report(4.2e6), good_report(1.05e6), good_report(30e6), good_report(1e6)};
  run.cases[2].floor = true;
  result.cases[2].outcome = result.cases[2].expected = Outcome::unknown;
  result.cases[2].verdicts[0] = {"delivery", Outcome::unknown, "floor", {}, {}, {}};
  result.cases[2].fate = "unknown delivery";
  make_hang(run.cases[3], result.cases[3]);
  result.warnings = {{"busy_machine", "1.5 tasks wanted the 2 CPUs", "end them", {}}};
  return result;
}

/// The first case fails by a lost message.
inline Report report_with_loss() {
  Report result = report();
  result.record.cases.resize(1);
  result.cases.resize(1);
  CaseReport& one = result.cases.front();
  one.outcome = Outcome::fail;
  one.as_expected = false;
  one.verdicts.front() = {"delivery",
                          Outcome::fail,
                          "1 message was lost",
                          {{"lost", std::int64_t{1}}},
                          {},
                          CounterExample{"sent, never popped", 1, 17, std::nullopt, 1, std::nullopt},
                          false};
  return result;
}

/// Each without its newline.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace pcbench::sample
