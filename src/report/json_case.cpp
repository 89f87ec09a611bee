#include <fmt/format.h>

#include <numeric>
#include <string_view>

#include "base/clock.h"
#include "model/names.h"
#include "report/json_parts.h"
#include "stats/open_load.h"
#include "stats/quantile.h"

namespace pcbench {
namespace {

constexpr std::string_view kBucketRule =
    "[lower, count] of non-empty buckets; a value below 512 has a bucket of its own, above that every octave "
    "[2^k, 2^(k+1)) has 512 equal ones; lower is the least value of the bucket";

OrderedJson blocked_json(const std::vector<BlockedWorker>& blocked) {
  OrderedJson json = OrderedJson::array();
  for (const BlockedWorker& worker : blocked)
    json.push_back({{"worker", worker.worker},
                    {"phase", worker.phase},
                    {"waits_for", worker.waits_for},
                    {"holds", worker.holds},
                    {"state", worker.state},
                    {"messages", worker.messages},
                    {"last_progress_ns", worker.last_progress_ns}});
  return json;
}

OrderedJson metric_json(const Metric& metric) {
  OrderedJson json = {{"unit", metric.unit},
                      {"better", metric.higher_is_better ? "higher" : "lower"},
                      {"samples", metric.samples},
                      {"median", or_null(metric.median)},
                      {"ci95", or_null(metric.ci95)}};
  if (!metric.reason.empty()) json["reason"] = metric.reason;
  return json;
}

OrderedJson effective_json(const Effective& effective) {
  OrderedJson json = {
      {"capacity_slots",
       effective.capacity_slots == 0 ? OrderedJson(nullptr) : OrderedJson(effective.capacity_slots)},
      {"batch_messages", effective.batch_messages}};
  for (const auto& [key, fact] : effective.others) json[key] = fact_json(fact);
  return json;
}

OrderedJson hardware_json(const std::optional<PerfCounts>& counts) {
  if (!counts) return nullptr;
  OrderedJson json;
  for (std::size_t i = 0; i < kPerfEvents; ++i) json[kHardwareNames[i]] = (*counts)[i];
  return json;
}

OrderedJson worker_json(const WorkerRecord& worker, const Case& config) {
  const bool produces = worker.role == Role::producer;
  return {{"role", name_of(worker.role)},
          {"index", worker.index},
          {"pid", worker.pid},
          {"parent_pid", worker.parent_pid},
          {"start", config.workers == WorkerKind::thread ? "thread" : name_of(config.start)},
          {"start_ns", worker.start_ns},
          {"messages", worker.messages},
          {"full_count", produces ? OrderedJson(worker.wait_count) : OrderedJson(nullptr)},
          {"empty_count", produces ? OrderedJson(nullptr) : OrderedJson(worker.wait_count)},
          {"blocked_ns", worker.blocked_ns},
          {"longest_wait_ns", worker.longest_wait_ns},
          {"cpu_user_ns", worker.cpu_user_ns},
          {"cpu_system_ns", worker.cpu_system_ns},
          {"voluntary_switches", worker.voluntary_switches},
          {"involuntary_switches", worker.involuntary_switches},
          {"migrations", or_null(worker.migrations)},
          {"hardware", hardware_json(worker.hardware)},
          {"exit",
           {{"kind", name_of(worker.exit.kind)}, {"code", worker.exit.code}, {"asked", worker.exit.asked}}},
          {"phase", name_of(worker.phase)},
          {"error", worker.error.empty() ? OrderedJson(nullptr) : OrderedJson(worker.error)}};
}

OrderedJson noise_json(const RoundNoise& noise) {
  return {{"elapsed_ns", noise.took.elapsed_ns},
          {"cpu_ns", or_null(noise.took.cpu_ns)},
          {"stolen_ns", or_null(noise.took.stolen_ns)},
          {"throttled_count", or_null(noise.took.throttled_count)},
          {"throttled_ns", or_null(noise.took.throttled_ns)},
          {"cpu_stalled_ns", or_null(noise.took.cpu_stalled_ns)},
          {"fastest_cpu_mhz", or_null(noise.fastest_cpu_mhz)}};
}

/// Columns, as everybody plots them.
OrderedJson series_json(const std::vector<SeriesPoint>& series) {
  OrderedJson time_ns = OrderedJson::array(), rate = time_ns, inside = time_ns, resident = time_ns,
              p99 = time_ns;
  SeriesPoint last;
  for (const SeriesPoint& point : series) {
    const std::uint64_t ns = since(point.time_ns, last.time_ns);
    time_ns.push_back(point.time_ns);
    rate.push_back(ns == 0 ? OrderedJson(nullptr)
                           : OrderedJson(static_cast<double>(point.received - last.received) * 1e9 /
                                         static_cast<double>(ns)));
    inside.push_back(since(point.sent, point.received));
    resident.push_back(point.resident_bytes);
    p99.push_back(or_null(point.service_ns_p99));
    last = point;
  }
  return {{"time_ns", time_ns},
          {"received_msgs_per_s", rate},
          {"inside_msgs", inside},
          {"service_ns_p99", p99},
          {"resident_bytes", resident}};
}

OrderedJson generator_json(const GeneratorFit& fit) {
  return {{"lag_ns_p99", or_null(fit.lag_ns_p99)},
          {"lag_ns_max", fit.lag_ns_max},
          {"late_share", or_null(fit.late_share)},
          {"lagged", fit.late_share ? OrderedJson(fit.lagged()) : OrderedJson(nullptr)},
          {"push_late_ns_max", fit.push_late_ns_max},
          {"behind_share", fit.behind_share},
          {"kept_rate", fit.kept_rate()},
          {"unsent", fit.unsent}};
}

OrderedJson search_json(const Search& asked, const SearchRecord& search) {
  OrderedJson json = {{"metric", asked.metric},
                      {"at_most", asked.at_most},
                      {"start_msgs_per_s", search.start_msgs_per_s},
                      {"found_msgs_per_s", or_null(search.found_msgs_per_s)}};
  if (!search.reason.empty()) json["reason"] = search.reason;
  for (const SearchPoint& point : search.points) {
    OrderedJson& one = json["curve"].emplace_back(
        OrderedJson{{"rate_msgs_per_s", point.rate_msgs_per_s},
                    {"value", or_null(point.value)},
                    {"throughput_msgs_per_s", or_null(point.throughput_msgs_per_s)},
                    {"kept", point.kept}});
    if (!point.reason.empty()) one["reason"] = point.reason;
  }
  return json;
}

/// Of which rounds the case's metrics are, and, where there are others, theirs.
OrderedJson placement_json(const Summary& summary) {
  OrderedJson json = {{"shown", summary.shown ? OrderedJson(name_of(*summary.shown)) : OrderedJson(nullptr)}};
  if (!summary.shown) json["reason"] = "no class has rounds enough: the metrics are of all rounds together";
  for (const ClassSummary& one : summary.classes) {
    OrderedJson& part = json["classes"][std::string(name_of(one.kind))] = {
        {"rounds", one.rounds}, {"lines_per_s", or_null(one.lines_per_s)}};
    for (const Metric& metric : one.metrics) part["metrics"][metric.name] = metric_json(metric);
  }
  return json;
}

OrderedJson history_cost_json(const HistoryCost& cost) {
  const auto messages = [](const std::optional<MessageCost>& one) {
    if (!one) return OrderedJson(nullptr);
    return OrderedJson{{"cpu_ns_per_msg", one->cpu_ns}, {"elapsed_ns_per_msg", one->elapsed_ns}};
  };
  OrderedJson json = {{"on", messages(cost.on)}, {"off", messages(cost.off)}};
  json["against"] = cost.against.empty() ? OrderedJson(nullptr) : OrderedJson(cost.against);
  if (!cost.reason.empty()) json["reason"] = cost.reason;
  return json;
}

OrderedJson steadiness_json(const Steadiness& steadiness) {
  OrderedJson json = {{"judged", steadiness.judged},
                      {"steady", steadiness.judged ? OrderedJson(steadiness.steady) : OrderedJson(nullptr)},
                      {"p", steadiness.judged ? OrderedJson(steadiness.p) : OrderedJson(nullptr)}};
  if (!steadiness.judged) json["reason"] = "at least 8 rounds, not all alike, can be judged";
  else if (!steadiness.steady) json["reason"] = steadiness.finding;
  return json;
}

std::uint64_t messages_of(const RoundRecord& round, Role role) {
  return std::accumulate(round.workers.begin(), round.workers.end(), std::uint64_t{0},
                         [&](std::uint64_t sum, const WorkerRecord& worker) {
                           return sum + (worker.role == role ? worker.messages : 0);
                         });
}

}  // namespace

OrderedJson verdict_json(const Verdict& verdict) {
  OrderedJson json = {{"check", verdict.check}, {"outcome", name_of(verdict.outcome)}};
  for (const auto& [key, fact] : verdict.facts) json[key] = fact_json(fact);
  if (!verdict.reason.empty()) json["reason"] = verdict.reason;
  if (verdict.check == "termination" || !verdict.blocked.empty())
    json["blocked"] = blocked_json(verdict.blocked);
  if (const auto& example = verdict.counter_example) {
    json["counter_example"] = {{"what", example->what},
                               {"producer", or_null(example->producer)},
                               {"sequence", or_null(example->sequence)},
                               {"consumer", or_null(example->consumer)},
                               {"round", or_null(example->round)},
                               {"time_ns", or_null(example->time_ns)}};
    for (const ExampleOperation& one : example->operations)
      json["counter_example"]["operations"].push_back(
          {{"worker", one.worker},
           {"what", one.what},
           {"invoked_ns", one.invoked_ns},
           {"returned_ns",
            one.returned_ns == UINT64_MAX ? OrderedJson(nullptr) : OrderedJson(one.returned_ns)}});
  }
  return json;
}

OrderedJson round_json(const RoundRecord& round, const Case& config) {
  OrderedJson workers = OrderedJson::array();
  for (const WorkerRecord& worker : round.workers) workers.push_back(worker_json(worker, config));
  OrderedJson json = {
      {"index", round.index},
      {"order_index", round.order_index},
      {"sent", messages_of(round, Role::producer)},
      {"received", messages_of(round, Role::consumer)},
      {"left_inside", round.drain ? OrderedJson(round.drain->messages) : OrderedJson(nullptr)},
      {"elapsed_ns", round.elapsed_ns},
      {"end", name_of(round.end)},
      {"hang", name_of(round.hang)},
      {"placement",
       {{"class", name_of(round.placement.kind)},
        {"before_lines_per_s", or_null(round.placement.before_lines_per_s)},
        {"after_lines_per_s", or_null(round.placement.after_lines_per_s)}}}};
  if (config.load.mode == LoadMode::open) json["generator"] = generator_json(generator_fit(round));
  for (const RoundRecord& pongs : round.pongs)
    json["pongs"] = {
        {"sent", messages_of(pongs, Role::producer)},
        {"received", messages_of(pongs, Role::consumer)},
        {"round_trip_ns_p50", or_null(quantile(round.round_trip_ns, 0.5))},
        {"left_inside", pongs.drain ? OrderedJson(pongs.drain->messages) : OrderedJson(nullptr)}};
  if (round.held_up_ns != 0) json["held_up_ns"] = round.held_up_ns;
  if (!round.drain) json["reason"] = round.drain_missing;  // why left_inside is null
  json["noise"] = noise_json(round.noise);
  for (const FaultRecord& one : round.faults) {
    OrderedJson fault = fault_json(one.fault);
    fault["struck_at_ns"] = or_null(one.struck_at_ns);
    json["faults"].push_back(std::move(fault));
  }
  if (!round.series.empty()) json["series"] = series_json(round.series);
  json["workers"] = std::move(workers);
  return json;
}

OrderedJson case_json(const CaseRecord& record, const CaseReport& report) {
  OrderedJson json = {{"id", record.config.id},
                      {"params", params_json(record.config)},
                      {"effective", effective_json(record.effective)},
                      {"promises", promises_json(record.promises)},
                      {"floor", record.floor},
                      {"seed", record.seed},
                      {"outcome", name_of(report.outcome)},
                      {"expected", name_of(report.expected)},
                      {"as_expected", report.as_expected},
                      {"fate", report.fate}};
  OrderedJson& verdicts = json["verdicts"] = OrderedJson::array();
  for (const Verdict& verdict : report.verdicts) verdicts.push_back(verdict_json(verdict));
  OrderedJson& metrics = json["metrics"] = OrderedJson::object();
  for (const Metric& metric : report.summary.metrics) metrics[metric.name] = metric_json(metric);
  if (!report.summary.classes.empty()) json["placement"] = placement_json(report.summary);
  if (report.summary.history_cost) json["history_cost"] = history_cost_json(*report.summary.history_cost);
  if (const auto& series = report.summary.series)
    json["series"] = {{"round", series->round},
                      {"bucket_ns", series->bucket_ns},
                      {"pushed", series->pushed},
                      {"popped", series->popped}};
  if (record.search) json["search"] = search_json(*record.config.search, *record.search);
  json["stop_reason"] = record.stop_reason;
  json["steadiness"] = steadiness_json(report.summary.steadiness);
  OrderedJson& rounds = json["rounds"] = OrderedJson::array();
  for (const RoundRecord& round : record.rounds) rounds.push_back(round_json(round, record.config));
  OrderedJson& discarded = json["discarded_rounds"] = OrderedJson::array();
  for (const RoundRecord& round : record.discarded_rounds) {
    OrderedJson& one = discarded.emplace_back(round_json(round, record.config));
    one["discarded_because"] = round.discarded_because;
  }
  OrderedJson& histograms = json["histograms"] = OrderedJson::object();
  const auto add_histogram = [&](const char* name, const Histogram& histogram) {
    if (histogram.count != 0)
      histograms[name] = {{"bucket_rule", kBucketRule}, {"buckets", histogram.buckets}};
  };
  add_histogram("service_ns", report.summary.service_ns);
  add_histogram("response_ns", report.summary.response_ns);
  add_histogram("generator_lag_ns", report.summary.generator_lag_ns);
  add_histogram("round_trip_ns", report.summary.round_trip_ns);
  OrderedJson& warnings = json["warnings"] = OrderedJson::array();
  for (const auto* list : {&record.warnings, &report.summary.warnings})
    for (const Warning& warning : *list) warnings.push_back(warning_json(warning));
  return json;
}

}  // namespace pcbench
