#include "stats/summarize.h"

#include <fmt/format.h>

#include "base/order_statistics.h"
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

}  // namespace

Summary summarize(const CaseRecord& record) {
  Summary summary;
  const auto add = [&](Metric metric) {
    if (!metric.samples.empty() || metric.name == kThroughput) summary.metrics.push_back(std::move(metric));
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
  const bool open = record.config.load.mode == LoadMode::open;
  if (open)
    for (Metric& metric : open_load_metrics(record))
      if (!metric.samples.empty() || metric.reason.find("left out") != std::string::npos)
        summary.metrics.push_back(std::move(metric));
  add(measure("quiesce_ns", "ns", false, record, [](const RoundRecord& round) -> std::optional<double> {
    if (!round.quiesce_ns) return std::nullopt;
    return static_cast<double>(*round.quiesce_ns);
  }));
  add(measure("cpu_ns_per_msg", "ns/msg", false, record, cpu_ns_per_message));
  for (Metric& metric : flow_metrics(record)) add(std::move(metric));
  add(measure("start_ns", "ns", false, record, median_start_ns));

  for (const RoundRecord* round : completed_rounds(record))
    add_histogram(summary.service_ns, round->service_ns);
  if (open) {
    summary.response_ns = valid_responses(record);
    for (const RoundRecord* round : completed_rounds(record))
      add_histogram(summary.generator_lag_ns, round->generator_lag_ns);
  }
  summary.steadiness = judge_steadiness(summary.metrics.front().samples);
  summary.warnings = statistical_warnings(record, summary.metrics);
  if (open)
    for (Warning& warning : open_load_warnings(record)) summary.warnings.push_back(std::move(warning));
  for (Warning& warning : noise_warnings(record, summary.steadiness))
    summary.warnings.push_back(std::move(warning));
  return summary;
}

}  // namespace pcbench
