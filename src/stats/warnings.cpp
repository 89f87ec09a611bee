#include "stats/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "stats/rounds.h"

namespace pcbench {
namespace {

constexpr std::size_t kRoundsForInterval = 6;  // base/order_statistics.h
constexpr double kSpreadMax = 0.10;            // width of the interval over the median
constexpr double kFairShareMin = 0.10;
constexpr std::uint64_t kMessagesForFairness = 1000;  // of fewer a fair share says nothing

void warn_of_few_rounds(const CaseRecord& record, std::vector<Warning>& warnings) {
  const std::size_t n = completed_rounds(record).size();
  if (n == 0 || n >= kRoundsForInterval) return;
  warnings.push_back(
      {"few_rounds",
       fmt::format("{} completed {}: no interval can be given below {}", n, n == 1 ? "round" : "rounds",
                   kRoundsForInterval),
       fmt::format("set \"rounds\": {} or more, or leave it out for adaptive rounds", kRoundsForInterval),
       record.config.id});
}

void warn_of_spread(const CaseRecord& record, const std::vector<Metric>& metrics,
                    std::vector<Warning>& warnings) {
  for (const Metric& metric : metrics) {
    if (metric.name != kThroughput || !metric.ci95 || *metric.median <= 0) continue;
    const double spread = ((*metric.ci95)[1] - (*metric.ci95)[0]) / *metric.median;
    if (spread <= kSpreadMax) continue;
    warnings.push_back(
        {"high_spread", fmt::format("the interval of the median throughput is {:.0f} % wide", 100 * spread),
         "more rounds or messages, pinned workers, a quieter machine (bench doctor)", record.config.id});
  }
}

void warn_of_missed_samples(const CaseRecord& record, std::vector<Warning>& warnings) {
  std::uint64_t missed = 0;
  std::uint64_t taken = 0;
  for (const RoundRecord* round : completed_rounds(record)) {
    taken += round->service_ns.count;
    for (const WorkerRecord& worker : round->workers) missed += worker.samples_missed;
  }
  if (missed == 0) return;
  warnings.push_back(
      {"samples_missed",
       fmt::format("{} of {} latency samples were overwritten before their message was popped; they "
                   "are missing at the slow end",
                   missed, missed + taken),
       "fewer messages in flight (capacity_slots), or \"latency\": \"sampled\"", record.config.id});
}

void warn_of_unfairness(const CaseRecord& record, std::vector<Warning>& warnings) {
  std::size_t rounds = 0;
  std::optional<std::string> first;
  const std::vector<const RoundRecord*> completed = completed_rounds(record);
  for (const RoundRecord* round : completed) {
    const WorkerRecord* least = nullptr;
    for (const WorkerRecord& worker : round->workers)
      if (worker.role == Role::consumer && (least == nullptr || worker.messages < least->messages))
        least = &worker;
    const std::uint64_t fair = received(*round) / std::max(1U, record.config.consumers);
    if (least == nullptr || fair < kMessagesForFairness) continue;
    if (static_cast<double>(least->messages) >= kFairShareMin * static_cast<double>(fair)) continue;
    ++rounds;
    if (!first)
      first = fmt::format("c{} got {} of a fair {} in round {}", least->index, least->messages, fair,
                          round->index);
  }
  if (!first) return;
  warnings.push_back(
      {"unfair",
       fmt::format("in {} of {} rounds a consumer got less than {:.0f} % of its fair share: {}", rounds,
                   completed.size(), 100 * kFairShareMin, *first),
       "more messages or consumer work; if it stays, fewer consumers do the same", record.config.id});
}

/// Between hosts a latency is a difference of two clocks, and no better than what is known of them.
void warn_of_clocks(const CaseRecord& record, const std::vector<Metric>& metrics,
                    std::vector<Warning>& warnings) {
  const auto& facts = record.effective.others;
  const auto fact = std::find_if(facts.begin(), facts.end(),
                                 [](const auto& each) { return each.first == kClockUncertainty; });
  const auto median = std::find_if(metrics.begin(), metrics.end(),
                                   [](const Metric& metric) { return metric.name == "service_ns_p50"; });
  if (fact == facts.end() || median == metrics.end() || !median->median) return;
  const auto doubt_ns = static_cast<double>(std::get<std::int64_t>(fact->second));
  if (doubt_ns <= *median->median) return;
  warnings.push_back(
      {"clock_uncertain",
       fmt::format("the hosts' clocks are known to {:.0f} us only, and the median service time is {:.0f} us",
                   doubt_ns * 1e-3, *median->median * 1e-3),
       "a nearer or quieter network; the throughput does not depend on it", record.config.id});
}

}  // namespace

std::vector<Warning> statistical_warnings(const CaseRecord& record, const std::vector<Metric>& metrics) {
  std::vector<Warning> warnings;
  warn_of_few_rounds(record, warnings);
  warn_of_spread(record, metrics, warnings);
  warn_of_missed_samples(record, warnings);
  warn_of_unfairness(record, warnings);
  warn_of_clocks(record, metrics, warnings);
  return warnings;
}

}  // namespace pcbench
