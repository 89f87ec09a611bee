#include "run/external_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <csignal>
#include <map>

#include "base/clock.h"
#include "base/error.h"
#include "model/names.h"
#include "run/collect.h"
#include "run/popped.h"
#include "run/stated.h"

namespace pcbench {
namespace {

constexpr const char* kCaseSchema = "pcbench/external-case";
constexpr const char* kRecordSchema = "pcbench/external-record";
constexpr std::uint64_t kPoppedMax = 16;  // times what was to be sent: far beyond any honest mistake

class RecordReader {
 public:
  RecordReader(const Setup& setup, ProgramLife life) : spec_(setup.spec), life_(life) {
    if (spec_.verify == Verify::exact) result_.record.bitmap.emplace((spec_.messages + 63) / 64);
    popped_left_ = kPoppedMax * spec_.messages + 1024;
    result_.effective.batch_messages = 1;
  }

  RoundResult read(const Stated& record) {
    record.only({"schema", "schema_version", "workers", "drain", "effective"});
    if (record.at("schema").text() != kRecordSchema)
      record.at("schema").reject(fmt::format("must be \"{}\"", kRecordSchema));
    if (!record.at("schema_version").text().starts_with("1."))
      record.at("schema_version").reject("must be 1.x");
    const std::vector<Stated> workers = record.at("workers").items();
    if (workers.size() != spec_.producers + spec_.consumers)
      record.at("workers").reject(
          fmt::format("must be {} producers, then {} consumers", spec_.producers, spec_.consumers));
    for (const Stated& worker : workers) read_begin(worker);
    for (std::uint32_t id = 0; id < workers.size(); ++id) read_worker(workers[id], id);
    if (const auto drain = record.find("drain")) read_drain(*drain);
    else result_.record.drain_missing = "the program did not look";
    if (const auto effective = record.find("effective")) read_effective(*effective);
    result_.record.end = end_of_round();
    if (result_.record.end == RoundEnd::hung) note_hung();
    collect_times(result_.record);
    fill_histogram();
    return std::move(result_);
  }

 private:
  /// An absolute time of the round. Errors: Error for one at which the program did not live.
  [[nodiscard]] std::uint64_t time_of(const Stated& given) const {
    const std::uint64_t time_ns = given.integer();
    if (time_ns < life_.began_ns || time_ns > life_.ended_ns)
      given.reject(fmt::format("must be a time of CLOCK_MONOTONIC at which the program lived ({} to {})",
                               life_.began_ns, life_.ended_ns));
    return time_ns;
  }

  /// The earliest begin of a producer is the zero of the round.
  void read_begin(const Stated& worker) {
    const auto begin = worker.find("begin_at_ns");
    if (begin && worker.at("role").text() == name_of(Role::producer))
      start_ns_ = start_ns_ == 0 ? time_of(*begin) : std::min(start_ns_, time_of(*begin));
  }

  void read_worker(const Stated& given, std::uint32_t id) {
    given.only({"role",
                "index",
                "pid",
                "parent_pid",
                "created_at_ns",
                "begin_at_ns",
                "last_at_ns",
                "end_at_ns",
                "messages",
                "popped",
                "pills",
                "corrupted",
                "stamps",
                "exit",
                "asked",
                "error",
                "cpu_user_ns",
                "cpu_system_ns",
                "voluntary_switches",
                "involuntary_switches"});
    WorkerRecord worker = unknown_worker(spec_, id);
    if (given.at("role").text() != name_of(worker.role) || given.at("index").integer() != worker.index)
      given.reject(fmt::format("must be {}: producers first, each by its index",
                               worker_name(worker.role, worker.index)));
    refuse_foreign(given, worker.role);
    worker.pid = static_cast<std::int64_t>(given.integer_or("pid", 0));
    worker.parent_pid = static_cast<std::int64_t>(given.integer_or("parent_pid", 0));
    worker.pills = given.integer_or("pills", 0);
    worker.cpu_user_ns = given.integer_or("cpu_user_ns", 0);
    worker.cpu_system_ns = given.integer_or("cpu_system_ns", 0);
    worker.voluntary_switches = given.integer_or("voluntary_switches", 0);
    worker.involuntary_switches = given.integer_or("involuntary_switches", 0);
    if (const auto error = given.find("error")) worker.error = error->text();
    read_times(given, worker);
    read_exit(given, worker);
    if (worker.role == Role::producer) {
      worker.messages = given.at("messages").integer();
      for (const Stated& stamp : given.items_or_none("stamps")) {
        const auto [sequence, time] = stamp.tuple<2>();
        pushed_at_[{worker.index, sequence.integer()}] = time_of(time);
      }
    } else {
      read_popped(given, worker);
    }
    result_.record.workers.push_back(std::move(worker));
  }

  static void refuse_foreign(const Stated& given, Role role) {
    for (const std::string_view key : {"messages", "popped", "corrupted", "last_at_ns"})
      if (const auto told = given.find(key); told && (key == "messages") != (role == Role::producer))
        told->reject(fmt::format("is nothing that a {} tells", name_of(role)));
  }

  void read_times(const Stated& given, WorkerRecord& worker) const {
    std::uint64_t at_least_ns = life_.began_ns;
    const auto next = [&](std::string_view key) -> std::optional<std::uint64_t> {
      const auto time = given.find(key);
      if (!time) return std::nullopt;
      const std::uint64_t time_ns = time_of(*time);
      if (time_ns < at_least_ns) time->reject("must not be before what comes before it in a worker's life");
      at_least_ns = time_ns;
      return time_ns;
    };
    const auto created_ns = next("created_at_ns");
    const auto begin_ns = next("begin_at_ns");
    const auto last_ns = next("last_at_ns");
    const auto end_ns = next("end_at_ns");
    if (end_ns && !begin_ns) given.reject("a worker with end_at_ns has begun: it must have begin_at_ns");
    if (created_ns && begin_ns) worker.start_ns = *begin_ns - *created_ns;
    worker.last_at_ns = since(last_ns.value_or(0), start_ns_);
    if (end_ns) worker.end_at_ns = since(*end_ns, start_ns_);
    worker.phase = end_ns ? Phase::done : Phase::starting;
  }

  /// A number as Python's exitcode: a status, or minus a signal; null: it did not end, and was ended.
  static void read_exit(const Stated& given, WorkerRecord& worker) {
    const Stated exit = given.at("exit");
    if (!exit.is_null()) {
      const std::int64_t code = exit.number(-64, 255);
      worker.exit = {code < 0 ? ExitKind::signaled : ExitKind::exited, static_cast<int>(std::abs(code))};
    }
    if (const auto asked = given.find("asked")) worker.exit.asked = asked->boolean();
    if (worker.exit.asked && worker.exit.kind != ExitKind::signaled)
      given.reject("only an end by a signal can have been asked for");
    if (worker.end_at_ns && worker.exit.kind == ExitKind::hung)
      given.reject("a worker with end_at_ns has ended: exit must be a number");
  }

  void read_popped(const Stated& given, WorkerRecord& taker) {
    Popped popped(spec_, result_.record, taker);
    for (const Stated& run : given.at("popped").items()) {
      const auto [producer, first, count] = run.tuple<3>();
      const std::uint64_t messages = count.integer();
      if (messages == 0 || messages > popped_left_)
        count.reject(
            fmt::format("must be from 1 to, in all, {} times the messages of the round", kPoppedMax));
      popped_left_ -= messages;
      popped.add(static_cast<std::uint32_t>(producer.number(0, UINT32_MAX)), first.integer(), messages);
    }
    for (const Stated& wrong : given.items_or_none("corrupted")) {
      const auto [producer, sequence, offset] = wrong.tuple<3>();
      popped.found(Finding::corrupted,
                   {sequence.integer(), sequence.integer(), 0,
                    static_cast<std::uint32_t>(producer.number(0, UINT32_MAX)),
                    static_cast<std::uint32_t>(offset.number(0, UINT32_MAX))},
                   1);
    }
    for (const Stated& stamp : given.items_or_none("stamps")) {
      const auto [producer, sequence, time] = stamp.tuple<3>();
      const auto pushed = pushed_at_.find({producer.number(0, UINT32_MAX), sequence.integer()});
      if (const std::uint64_t popped_ns = time_of(time);
          pushed == pushed_at_.end() || popped_ns < pushed->second)
        ++taker.samples_missed;
      else ++services_[bucket_of(popped_ns - pushed->second)];
    }
  }

  void read_drain(const Stated& given) {
    given.only({"popped", "pills", "corrupted"});
    WorkerRecord drain = unknown_worker(spec_, spec_.producers);
    drain.index = spec_.consumers;
    drain.pills = given.integer_or("pills", 0);
    read_popped(given, drain);
    result_.record.drain = std::move(drain);
  }

  void read_effective(const Stated& given) {
    for (const auto& [key, value] : given.members()) {
      if (key == "capacity_slots") result_.effective.capacity_slots = value.integer();
      else if (key == "batch_messages" || key == kClockUncertainty)
        value.reject("is nothing that a program tells");
      else result_.effective.others.emplace_back(key, value.text());
    }
  }

  [[nodiscard]] RoundEnd end_of_round() const {
    RoundEnd end = RoundEnd::completed;
    for (const WorkerRecord& worker : result_.record.workers) {
      if (worker.exit.asked) continue;
      if (worker.exit.kind == ExitKind::signaled ||
          (worker.exit.kind == ExitKind::exited && worker.exit.code))
        return RoundEnd::worker_died;
      if (worker.exit.kind == ExitKind::hung) end = RoundEnd::hung;
    }
    return end;
  }

  /// Who did not end, by the program's word: after a while without a move.
  void note_hung() {
    result_.record.hang = HangKind::deadlock;
    for (const WorkerRecord& worker : result_.record.workers)
      if (worker.exit.kind == ExitKind::hung)
        result_.record.blocked.push_back(
            {.worker = worker_name(worker.role, worker.index),
             .phase =
                 std::string(name_of(worker.role == Role::producer ? Phase::producing : Phase::consuming)),
             .waits_for = "something inside the program",
             .holds = {},
             .state = "asleep"});
  }

  void fill_histogram() {
    for (const auto& [bucket, count] : services_) {
      result_.record.service_ns.buckets.emplace_back(bucket_lower_ns(bucket), count);
      result_.record.service_ns.count += count;
    }
  }

  const RoundSpec& spec_;
  ProgramLife life_;
  std::uint64_t start_ns_ = 0;
  std::uint64_t popped_left_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> pushed_at_;  // {producer, sequence}
  std::map<std::uint32_t, std::uint64_t> services_;                             // bucket, count
  RoundResult result_;
};

}  // namespace

WorkerRecord unknown_worker(const RoundSpec& spec, std::uint32_t worker_id) {
  const bool produces = worker_id < spec.producers;
  WorkerRecord worker;
  worker.role = produces ? Role::producer : Role::consumer;
  worker.index = produces ? worker_id : worker_id - spec.producers;
  worker.exit = {ExitKind::hung, SIGKILL};
  if (produces) return worker;
  worker.tallies.resize(spec.producers);
  worker.findings.resize(kFindingKinds);
  return worker;
}

std::string external_case(const Setup& setup, std::uint64_t timeout_ns) {
  const RoundSpec& spec = setup.spec;
  Json shares = Json::array();
  Json keys = Json::array();
  for (std::uint32_t p = 0; p < spec.producers; ++p) {
    shares.push_back(share_of(spec.messages, p, spec.producers));
    keys.push_back(fmt::format("{:#018x}", producer_key(spec.seed, p)));  // no double holds it
  }
  return Json{{"schema", kCaseSchema},
              {"schema_version", "1.0"},
              {"transport", spec.transport.view()},
              {"option", spec.transport_option.view()},
              {"producers", spec.producers},
              {"consumers", spec.consumers},
              {"start", name_of(spec.start)},
              {"messages", std::move(shares)},
              {"keys", std::move(keys)},
              {"payload_bytes", spec.payload_bytes},
              {"capacity_slots", spec.capacity_slots},
              {"stop", spec.stop.view()},
              {"integrity", name_of(spec.integrity)},
              {"sample_every", spec.sample_every},
              {"timeout_ns", timeout_ns}}
      .dump();
}

RoundResult read_external_record(std::string_view text, const Setup& setup, ProgramLife life) {
  const Json record = parse_json(text, "its record", kRecordBytesMax);
  return RecordReader(setup, life).read(Stated(record, ""));
}

}  // namespace pcbench
