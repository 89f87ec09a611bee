// Google Benchmark's JSON, for its compare.py and what else reads it. A round is a repetition; real_time is
// ns a message, so that lower is better; latencies are entries of their own, NAME/p50 and NAME/p99. A wrong
// case has no times.
#include <fmt/format.h>

#include "model/names.h"
#include "report/case_counts.h"
#include "report/json_parts.h"
#include "report/writers.h"

namespace pcbench {
namespace {

const Metric* sampled_metric(const CaseReport& report, std::string_view name) {
  for (const Metric& metric : report.summary.metrics)
    if (metric.name == name && !metric.samples.empty()) return &metric;
  return nullptr;
}

OrderedJson context_json(const RunRecord& run) {
  const auto fact = [&run](std::string_view section, std::string_view name) {
    const Fact* const found = run.environment.find(section, name);
    return found == nullptr ? OrderedJson(nullptr) : fact_json(*found);
  };
  const OrderedJson cpus = fact("cpu", "logical_cpus"), optimized = fact("build", "optimized"),
                    load = fact("noise", "load_1min");
  return {{"date", run.started_at},
          {"host_name", fact("host", "id")},
          {"executable", "bench"},
          {"num_cpus", cpus.is_number() ? cpus : OrderedJson(0)},
          {"mhz_per_cpu", 0},
          {"cpu_scaling_enabled",
           fact("cpu", "governor").is_string() && fact("cpu", "governor") != "performance"},
          {"load_avg", load.is_number() ? OrderedJson::array({load}) : OrderedJson::array()},
          {"library_build_type", optimized == false ? "debug" : "release"}};
}

/// One entry a sample, as repetitions of NAME; TIME_NS and CPU_NS say what a sample comes to.
template <class TimeNs, class CpuNs>
void add_repetitions(const std::string& name, const CaseRecord& record, std::size_t count, TimeNs&& time_ns,
                     CpuNs&& cpu_ns, OrderedJson& benchmarks) {
  for (std::size_t i = 0; i < count; ++i) {
    const double ns = time_ns(i);
    benchmarks.push_back({{"name", name},
                          {"run_name", name},
                          {"run_type", "iteration"},
                          {"repetitions", count},
                          {"repetition_index", i},
                          {"threads", record.config.producers + record.config.consumers},
                          {"iterations", 1},
                          {"real_time", ns},
                          {"cpu_time", cpu_ns(i)},
                          {"time_unit", "ns"}});
  }
}

void add_case(const CaseRecord& record, const CaseReport& report, OrderedJson& benchmarks) {
  const std::string& id = record.config.id;
  if (report.outcome == Outcome::fail || !report.as_expected) {
    benchmarks.push_back({{"name", id},
                          {"run_name", id},
                          {"run_type", "iteration"},
                          {"error_occurred", true},
                          {"error_message", fmt::format("verdict: {}", name_of(report.outcome))}});
    return;
  }
  if (const Metric* const rate = sampled_metric(report, "throughput_msgs_per_s")) {
    const Metric* const cpu = sampled_metric(report, "cpu_ns_per_msg");
    const auto time_ns = [rate](std::size_t i) { return 1e9 / rate->samples[i]; };
    const std::size_t first = benchmarks.size();
    add_repetitions(
        id, record, rate->samples.size(), time_ns,
        [&](std::size_t i) {
          return cpu != nullptr && i < cpu->samples.size() ? cpu->samples[i] : time_ns(i);
        },
        benchmarks);
    for (std::size_t i = 0; i < rate->samples.size(); ++i)
      benchmarks[first + i]["items_per_second"] = rate->samples[i];
  }
  for (const char* quantile : {"p50", "p99"})
    if (const Metric* const latency = sampled_metric(report, latency_metric(record.config, quantile))) {
      const auto time_ns = [latency](std::size_t i) { return latency->samples[i]; };
      add_repetitions(fmt::format("{}/{}", id, quantile), record, latency->samples.size(), time_ns, time_ns,
                      benchmarks);
    }
}

}  // namespace

void write_gbench(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  OrderedJson json = {{"context", context_json(report.record)}, {"benchmarks", OrderedJson::array()}};
  for (std::size_t i = 0; i < report.cases.size(); ++i)
    add_case(report.record.cases[i], report.cases[i], json["benchmarks"]);
  out << pretty_json(json);
}

}  // namespace pcbench
