#include "stats/summarize.h"

#include <fmt/format.h>

#include "base/order_statistics.h"
#include "stats/by_class.h"
#include "stats/codec.h"
#include "stats/flow.h"
#include "stats/measure.h"
#include "stats/noise_warnings.h"
#include "stats/open_load.h"
#include "stats/quantile.h"
#include "stats/rounds.h"
#include "stats/steadiness.h"
#include "stats/warnings.h"

namespace pcbench {
namespace {

std::optional<double> per_second(std::uint64_t amount, std::uint64_t elapsed_ns) {
  if (elapsed_ns == 0) return std::nullopt;
  return static_cast<double>(amount) * 1e9 / static_cast<double>(elapsed_ns);
}

std::optional<double> cpu_ns_per_message(const RoundRecord& round) {
  std::uint64_t cpu_ns = 0;
  for (const WorkerRecord& worker : round.workers) cpu_ns += worker.cpu_user_ns + worker.cpu_system_ns;
  const std::uint64_t messages = received(round);
  if (messages == 0) return std::nullopt;
  return static_cast<double>(cpu_ns) / static_cast<double>(messages);
}

std::optional<double> median_start_ns(const RoundRecord& round) {
  std::vector<double> starts;
  for (const WorkerRecord& worker : round.workers) starts.push_back(static_cast<double>(worker.start_ns));
  if (starts.empty()) return std::nullopt;
  return median(starts);
}

std::vector<Metric> ping_pong_metrics(const CaseRecord& record) {
  std::vector<Metric> metrics;
  for (const NamedQuantile& named : kQuantiles)
    metrics.push_back(
        measure(fmt::format("round_trip_ns_{}", named.suffix), "ns", false, record,
                [q = named.q](const RoundRecord& round) { return quantile(round.round_trip_ns, q); }));
  // An estimate, because nobody knows whether both ways take as long.
  metrics.push_back(measure("one_way_estimate_ns", "ns", false, record,
                            [](const RoundRecord& round) -> std::optional<double> {
                              const std::optional<double> there_and_back = quantile(round.round_trip_ns, 0.5);
                              if (!there_and_back) return std::nullopt;
                              return *there_and_back / 2;
                            }));
  return metrics;
}

std::vector<Metric> metrics_of(const CaseRecord& record) {
  std::vector<Metric> metrics;
  const auto add = [&](Metric metric) {
    if (!metric.samples.empty() || metric.name == kThroughput) metrics.push_back(std::move(metric));
  };
  add(measure(std::string(kThroughput), "msg/s", true, record,
              [](const RoundRecord& round) { return per_second(received(round), round.elapsed_ns); }));
  const std::uint64_t payload_bytes = record.config.payload_bytes;
  if (payload_bytes != 0)
    add(measure("payload_bytes_per_s", "B/s", true, record, [payload_bytes](const RoundRecord& round) {
      return per_second(received(round) * payload_bytes, round.elapsed_ns);
    }));
  for (const NamedQuantile& named : kQuantiles)
    add(measure(fmt::format("service_ns_{}", named.suffix), "ns", false, record,
                [q = named.q](const RoundRecord& round) { return quantile(round.service_ns, q); }));
  if (record.config.load.mode == LoadMode::open)
    for (Metric& metric : open_load_metrics(record))
      if (!metric.samples.empty() || metric.reason.find("left out") != std::string::npos)
        metrics.push_back(std::move(metric));
  if (record.config.workload == Workload::ping_pong)
    for (Metric& metric : ping_pong_metrics(record)) add(std::move(metric));
  add(measure("quiesce_ns", "ns", false, record, [](const RoundRecord& round) -> std::optional<double> {
    if (!round.quiesce_ns) return std::nullopt;
    return static_cast<double>(*round.quiesce_ns);
  }));
  add(measure("cpu_ns_per_msg", "ns/msg", false, record, cpu_ns_per_message));
  for (Metric& metric : flow_metrics(record)) add(std::move(metric));
  if (record.config.codec != Codec::raw)
    for (Metric& metric : codec_metrics(record)) add(std::move(metric));
  add(measure("start_ns", "ns", false, record, median_start_ns));
  return metrics;
}

void add_histograms(const CaseRecord& record, Summary& summary) {
  const bool open = record.config.load.mode == LoadMode::open;
  for (const RoundRecord* round : completed_rounds(record)) {
    add_histogram(summary.service_ns, round->service_ns);
    add_histogram(summary.round_trip_ns, round->round_trip_ns);
    if (open) add_histogram(summary.generator_lag_ns, round->generator_lag_ns);
  }
  if (open) summary.response_ns = valid_responses(record);
}

}  // namespace

Summary summarize(const CaseRecord& record) {
  Summary summary;
  summary.classes = classes_of(record);
  summary.shown = shown_class(summary.classes);
  const bool several = summary.classes.size() > 1;
  if (several)
    for (ClassSummary& one : summary.classes) one.metrics = metrics_of(of_class(record, one.kind));
  std::optional<CaseRecord> part;
  if (several && summary.shown) part = of_class(record, *summary.shown);
  const CaseRecord& shown = part ? *part : record;
  summary.metrics = metrics_of(shown);
  add_histograms(shown, summary);
  summary.steadiness = judge_steadiness(summary.metrics.front().samples);
  summary.warnings = statistical_warnings(shown, summary.metrics);
  if (record.config.load.mode == LoadMode::open)
    for (Warning& warning : open_load_warnings(record)) summary.warnings.push_back(std::move(warning));
  for (Warning& warning : noise_warnings(record, summary.steadiness))
    summary.warnings.push_back(std::move(warning));
  return summary;
}

}  // namespace pcbench
