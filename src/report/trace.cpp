#include "report/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/names.h"

namespace pcbench {
namespace {

using TraceJson = nlohmann::ordered_json;

constexpr int kProducersPid = 1;
constexpr int kConsumersPid = 2;
constexpr int kChannelPid = 3;

/// Where an event is drawn.
struct Track {
  int pid;
  std::uint32_t tid;
};

double micros(std::uint64_t ns) { return static_cast<double>(ns) / 1000; }

class Trace {
 public:
  Trace(const CaseRecord& record, const RoundRecord& round, const History& history)
      : record_(record), round_(round), history_(history), end_ns_(last_moment_ns()) {}

  TraceJson json() {
    name_tracks();
    for (const WorkerRecord& worker : round_.workers) draw_life(worker);
    draw_operations();
    for (const FaultRecord& one : round_.faults)
      if (one.struck_at_ns)
        add_instant(
            track_of(worker_name(one.fault.consumer ? Role::consumer : Role::producer, one.fault.index)),
            name_of(one.fault.kind), *one.struck_at_ns, {{"phase", name_of(one.fault.phase)}});
    for (const BlockedWorker& one : round_.blocked)
      add_instant(
          track_of(one.worker), "blocked", end_ns_,
          {{"phase", one.phase}, {"waits_for", one.waits_for}, {"holds", one.holds}, {"state", one.state}});
    draw_occupancy();
    return {{"traceEvents", std::move(events_)},
            {"displayTimeUnit", "ns"},
            {"otherData",
             {{"case", record_.config.id},
              {"round", round_.index},
              {"end", name_of(round_.end)},
              {"truncated", history_.truncated},
              {"sampled", history_.sampled}}}};
  }

 private:
  /// The end of the picture: everything that is known to have happened is before it.
  [[nodiscard]] std::uint64_t last_moment_ns() const {
    std::uint64_t last = round_.elapsed_ns;
    for (const WorkerRecord& worker : round_.workers)
      last = std::max({last, worker.last_at_ns, worker.end_at_ns.value_or(0)});
    for (const FaultRecord& one : round_.faults) last = std::max(last, one.struck_at_ns.value_or(0));
    for (const Operation& op : history_.operations)
      last = std::max({last, op.invoked_ns, op.returned_ns == kNeverReturned ? 0 : op.returned_ns});
    return last;
  }

  [[nodiscard]] std::uint64_t returned_ns(const Operation& op) const {
    return op.returned_ns == kNeverReturned ? end_ns_ : op.returned_ns;
  }

  /// NAME is "p0", "c1", or another that the history knows (the drain).
  [[nodiscard]] Track track_of(const std::string& name) const {
    const auto place = std::find(history_.workers.begin(), history_.workers.end(), name);
    return {name.starts_with('p') ? kProducersPid : kConsumersPid,
            static_cast<std::uint32_t>(place - history_.workers.begin()) + 1};
  }

  void add_name(Track track, const char* what, const std::string& name) {
    events_.push_back(
        {{"ph", "M"}, {"name", what}, {"pid", track.pid}, {"tid", track.tid}, {"args", {{"name", name}}}});
  }

  void name_tracks() {
    for (const auto& [pid, name] :
         {std::pair{kProducersPid, "producers"}, {kConsumersPid, "consumers"}, {kChannelPid, "channel"}})
      add_name({pid, 0}, "process_name", name);
    for (const std::string& name : history_.workers) add_name(track_of(name), "thread_name", name);
  }

  void add_slice(Track track, std::string_view name, std::string_view category, std::uint64_t begin_ns,
                 std::uint64_t end_ns, TraceJson args) {
    events_.push_back({{"ph", "X"},
                       {"name", name},
                       {"cat", category},
                       {"ts", micros(begin_ns)},
                       {"dur", micros(end_ns - std::min(begin_ns, end_ns))},
                       {"pid", track.pid},
                       {"tid", track.tid},
                       {"args", std::move(args)}});
  }

  void add_instant(Track track, std::string_view name, std::uint64_t at_ns, TraceJson args) {
    events_.push_back({{"ph", "i"},
                       {"s", "t"},
                       {"name", name},
                       {"ts", micros(at_ns)},
                       {"pid", track.pid},
                       {"tid", track.tid},
                       {"args", std::move(args)}});
  }

  void draw_life(const WorkerRecord& worker) {
    const bool dead = worker.exit.kind == ExitKind::signaled;
    const std::uint64_t end_ns = worker.end_at_ns.value_or(dead ? worker.last_at_ns : end_ns_);
    const std::string name = worker_name(worker.role, worker.index);
    std::uint64_t last_call_ns = end_ns;  // what it did is inside its life, whatever it died of
    for (const Operation& op : history_.operations)
      if (history_.workers[op.worker] == name) last_call_ns = std::max(last_call_ns, returned_ns(op));
    add_slice(track_of(name), worker.role == Role::producer ? "producer" : "consumer", "life", 0,
              last_call_ns,
              {{"messages", worker.messages},
               {"waits", worker.wait_count},
               {"blocked_us", micros(worker.blocked_ns)},
               {"last_phase", name_of(worker.phase)},
               {"exit", name_of(worker.exit.kind)}});
  }

  /// A worker's calls are in the order they were logged; those of one batch have the same times.
  void draw_operations() {
    std::map<std::uint16_t, std::vector<const Operation*>> calls;
    for (const Operation& op : history_.operations) calls[op.worker].push_back(&op);
    for (const auto& [worker, ops] : calls) {
      const Track track = track_of(history_.workers[worker]);
      const Operation* wait = nullptr;  // the first try that found nothing, since the last that did
      for (std::size_t i = 0; i < ops.size();) {
        const Operation& first = *ops[i];
        if (first.status == OperationStatus::full || first.status == OperationStatus::empty) {
          if (wait == nullptr) wait = &first;
          ++i;
          continue;
        }
        std::size_t count = 1;
        while (i + count < ops.size() && of_one_call(first, *ops[i + count])) ++count;
        add_call(track, std::span(ops).subspan(i, count), wait);
        i += count;
      }
      if (wait != nullptr) add_wait(track, *wait, std::max(end_of_life_ns(worker), wait->invoked_ns));
    }
  }

  [[nodiscard]] static bool of_one_call(const Operation& a, const Operation& b) {
    return a.invoked_ns == b.invoked_ns && a.returned_ns == b.returned_ns && a.status == b.status;
  }

  [[nodiscard]] std::uint64_t end_of_life_ns(std::uint16_t worker) const {
    for (const WorkerRecord& one : round_.workers)
      if (worker_name(one.role, one.index) == history_.workers[worker])
        return one.end_at_ns.value_or(end_ns_);
    return end_ns_;
  }

  void add_wait(Track track, const Operation& first, std::uint64_t end_ns) {
    add_slice(track, fmt::format("waits: {}", name_of(first.status)), "wait", first.invoked_ns, end_ns,
              TraceJson::object());
  }

  /// One call of CALL's messages, and the WAIT before or in it, which is over then.
  void add_call(Track track, std::span<const Operation* const> call, const Operation*& wait) {
    const Operation& first = *call.front();
    const std::uint64_t end_ns = returned_ns(first);
    if (wait != nullptr)
      add_wait(track, *wait, wait->invoked_ns < first.invoked_ns ? first.invoked_ns : end_ns);
    wait = nullptr;
    TraceJson args = {{"messages", call.size()}, {"status", name_of(first.status)}};
    if (first.producer != kNoProducer)
      args["first"] = fmt::format("{} of p{}", first.sequence, first.producer);
    add_slice(track, first.kind == OperationKind::push ? "push" : "pop", "call", first.invoked_ns, end_ns,
              std::move(args));
  }

  /// A message is inside for certain from its push's return until its pop's call, and may be from the call of
  /// the one until the return of the other.
  void draw_occupancy() {
    std::map<std::pair<std::uint32_t, std::uint64_t>, std::array<const Operation*, 2>> messages;
    for (const Operation& op : history_.operations)
      if (op.producer != kNoProducer && op.status != OperationStatus::full &&
          op.status != OperationStatus::closed)
        messages[{op.producer, op.sequence}][op.kind == OperationKind::push ? 0 : 1] = &op;
    std::map<std::uint64_t, std::array<std::int64_t, 2>> steps;
    for (const auto& [key, pair] : messages) {
      const auto& [push, pop] = pair;
      if (push == nullptr) continue;
      const std::uint64_t in_ns = push->returned_ns;
      const std::uint64_t out_ns = pop == nullptr ? kNeverReturned : pop->invoked_ns;
      if (in_ns < out_ns) ++steps[in_ns][0];
      if (in_ns < out_ns && pop != nullptr) --steps[out_ns][0];
      ++steps[push->invoked_ns][1];
      if (pop != nullptr && pop->returned_ns != kNeverReturned)
        --steps[std::max(pop->returned_ns, push->invoked_ns)][1];
    }
    std::array<std::int64_t, 2> inside{};
    for (const auto& [at_ns, step] : steps) {
      inside[0] += step[0];
      inside[1] += step[1];
      events_.push_back({{"ph", "C"},
                         {"name", "occupancy"},
                         {"ts", micros(at_ns)},
                         {"pid", kChannelPid},
                         {"tid", 0},
                         {"args", {{"certain", inside[0]}, {"at most", inside[1]}}}});
    }
  }

  const CaseRecord& record_;
  const RoundRecord& round_;
  const History& history_;
  std::uint64_t end_ns_;
  TraceJson events_ = TraceJson::array();
};

}  // namespace

void write_trace(const CaseRecord& record, const RoundRecord& round, const History& history,
                 std::ostream& out) {
  const TraceJson json = Trace(record, round, history).json();
  out << "{\n\"displayTimeUnit\": \"ns\",\n\"otherData\": " << json["otherData"].dump()
      << ",\n\"traceEvents\": [";
  const char* before = "\n";
  for (const TraceJson& event : json["traceEvents"]) {
    out << before << event.dump(-1, ' ', false, TraceJson::error_handler_t::replace);
    before = ",\n";
  }
  out << "\n]}\n";
}

}  // namespace pcbench
