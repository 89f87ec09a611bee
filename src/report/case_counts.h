// How a report's cases came out: the numbers of its `summary`, of the console's last line, and of each case.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/report.h"

namespace pcbench {

struct CaseCounts {
  std::size_t cases = 0;
  std::size_t passed = 0;   ///< as expected, whatever the outcome
  std::size_t failed = 0;   ///< not as expected: a fail, or a pass where only another outcome was allowed
  std::size_t unknown = 0;  ///< not as expected: nothing could be concluded
};

/// The metric called NAME where it has a number to show; nullptr: it has none, or the case failed, and what a
/// wrong run measured is no number.
[[nodiscard]] inline const Metric* number_of(const CaseReport& report, std::string_view name) noexcept {
  if (report.outcome == Outcome::fail) return nullptr;
  for (const Metric& metric : report.summary.metrics)
    if (metric.name == name && metric.median) return &metric;
  return nullptr;
}

/// What a case's latency is, "response_ns_p50": of an open load what its messages waited for, of ping_pong
/// the round trip, else how long they were inside. QUANTILE: "p50", "p99" …
[[nodiscard]] inline std::string latency_metric(const Case& config, std::string_view quantile) {
  const char* const kind = config.workload == Workload::ping_pong ? "round_trip_ns_"
                           : config.load.mode == LoadMode::open   ? "response_ns_"
                                                                  : "service_ns_";
  return kind + std::string(quantile);
}

[[nodiscard]] inline CaseCounts count_cases(const Report& report) noexcept {
  CaseCounts counts;
  for (const CaseReport& one : report.cases) {
    ++counts.cases;
    if (one.as_expected) ++counts.passed;
    else if (one.outcome == Outcome::unknown) ++counts.unknown;
    else ++counts.failed;
  }
  return counts;
}

}  // namespace pcbench
