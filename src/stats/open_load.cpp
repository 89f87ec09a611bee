#include "stats/open_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "stats/measure.h"
#include "stats/quantile.h"
#include "stats/rounds.h"

namespace pcbench {
namespace {

/// What share of HISTOGRAM lies above LIMIT_NS, by whole buckets.
double share_above(const Histogram& histogram, double limit_ns) {
  std::uint64_t above = 0;
  for (const auto& [lower_ns, count] : histogram.buckets)
    if (static_cast<double>(lower_ns) > limit_ns) above += count;
  return static_cast<double>(above) / static_cast<double>(histogram.count);
}

/// A message that was not sent in time responds later than all that were.
std::optional<double> response_quantile(const RoundRecord& round, std::uint32_t sample_every, double q) {
  const GeneratorFit fit = generator_fit(round);
  if (fit.lagged() || sample_every == 0) return std::nullopt;
  return quantile(round.response_ns, q, fit.unsent / sample_every);
}

std::size_t count_rounds(const CaseRecord& record, bool (*holds)(const GeneratorFit&)) {
  const auto rounds = completed_rounds(record);
  return static_cast<std::size_t>(std::count_if(
      rounds.begin(), rounds.end(), [&](const RoundRecord* round) { return holds(generator_fit(*round)); }));
}

bool lagged(const GeneratorFit& fit) { return fit.lagged(); }
bool lost_pace(const GeneratorFit& fit) { return !fit.kept_rate(); }

}  // namespace

GeneratorFit generator_fit(const RoundRecord& round) {
  GeneratorFit fit;
  if (const Histogram& lags = round.generator_lag_ns; lags.count != 0) {
    fit.lag_ns_p99 = quantile(lags, 0.99);
    fit.lag_ns_max = static_cast<double>(lags.buckets.back().first);
    if (const auto service_ns = quantile(round.service_ns, 0.5))
      fit.late_share = share_above(lags, *service_ns);
  }
  for (const WorkerRecord& worker : round.workers) {
    fit.push_late_ns_max = std::max(fit.push_late_ns_max, static_cast<double>(worker.late_max_ns));
    fit.unsent += worker.unsent;
    if (worker.last_at_ns != 0)
      fit.behind_share = std::max(fit.behind_share, static_cast<double>(worker.late_last_ns) /
                                                        static_cast<double>(worker.last_at_ns));
  }
  return fit;
}

std::vector<Metric> open_load_metrics(const CaseRecord& record) {
  std::vector<Metric> metrics;
  const std::size_t left_out = count_rounds(record, lagged);
  for (const NamedQuantile& named : kQuantiles) {
    Metric metric = measure(
        fmt::format("response_ns_{}", named.suffix), "ns", false, record,
        [&](const RoundRecord& round) { return response_quantile(round, record.sample_every, named.q); });
    if (left_out != 0 && (named.q == 0.5 || !metric.samples.empty()))
      metric.reason = fmt::format("{} of {} rounds are left out: their generator lagged", left_out,
                                  completed_rounds(record).size());
    metrics.push_back(std::move(metric));
  }
  const auto add = [&](const char* name, const char* unit, auto&& value_of) {
    metrics.push_back(measure(name, unit, false, record,
                              [&](const RoundRecord& round) { return value_of(generator_fit(round)); }));
  };
  using Lag = std::optional<double>;
  add("generator_lag_ns_p99", "ns", [](const GeneratorFit& fit) { return fit.lag_ns_p99; });
  add("generator_lag_ns_max", "ns", [](const GeneratorFit& fit) { return Lag(fit.lag_ns_max); });
  add("generator_late_share", "1", [](const GeneratorFit& fit) { return fit.late_share; });
  add("push_late_ns_max", "ns", [](const GeneratorFit& fit) { return Lag(fit.push_late_ns_max); });
  return metrics;
}

Histogram valid_responses(const CaseRecord& record) {
  Histogram sum;
  for (const RoundRecord* round : completed_rounds(record))
    if (!generator_fit(*round).lagged()) add_histogram(sum, round->response_ns);
  return sum;
}

std::vector<Warning> open_load_warnings(const CaseRecord& record) {
  std::vector<Warning> warnings;
  const std::size_t rounds = completed_rounds(record).size();
  if (const std::size_t late = count_rounds(record, lagged); late != 0)
    warnings.push_back(
        {"generator_lagged",
         fmt::format("in {} of {} rounds the generator itself sent more than {:.0f} % of its messages later "
                     "than it meant to by more than a median service time: no response times come from them",
                     late, rounds, 100 * kLateShareMax),
         "fewer workers than CPUs, pinned workers, a lower rate, a quieter machine (bench doctor)",
         record.config.id});
  if (const std::size_t behind = count_rounds(record, lost_pace); behind != 0)
    warnings.push_back(
        {"rate_not_kept",
         fmt::format("in {} of {} rounds a producer ended more than {:.0f} % of the round behind its "
                     "schedule: the pipeline takes less than the offered {:g} msg/s, and response times grow "
                     "with the length of a round",
                     behind, rounds, 100 * kBehindShareMax, mean_rate(record.config.load)),
         "a lower rate, or a higher load.catch_up; throughput_msgs_per_s says what it takes",
         record.config.id});
  return warnings;
}

}  // namespace pcbench
