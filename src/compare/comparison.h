// comparison: the outcome of comparing two programs or reports, as data; what every form of it is written
// from.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compare/report_reader.h"
#include "stats/gate.h"

namespace pcbench {

/// The metrics that decide, each a claim of its own: what a user waits for. Others join on request.
inline constexpr std::string_view kGatedMetrics[] = {
    "throughput_msgs_per_s", "service_ns_p50",    "service_ns_p99",   "response_ns_p50",
    "response_ns_p99",       "round_trip_ns_p50", "round_trip_ns_p99"};

/// One metric of one case. Changes are relative to the base and in the metric's own direction: -0.1 of a rate
/// is 10 % fewer, of a duration 10 % shorter.
struct Claim {
  std::string case_id;
  std::string metric;
  std::string unit;
  bool higher_is_better = false;
  std::size_t count_base = 0;  ///< samples; of a paired comparison both are its pairs
  std::size_t count_new = 0;
  double median_base = 0;
  double median_new = 0;
  GateVerdict verdict = GateVerdict::inconclusive;
  double change = 0;                         ///< Hodges-Lehmann
  std::optional<Interval> change_ci95;       ///< of the same test; nullopt: too few samples
  std::optional<Interval> change_sign_ci95;  ///< paired only: of the sign test
  double p = 1;
  double p_holm = 1;
  std::optional<double> detectable;      ///< change found with 90 % power; nullopt: none with so few samples
  std::optional<Interval> control_ci95;  ///< paired only: of the base against its copy
  std::vector<std::string> notes;        ///< what to know before believing it
};

/// A case of which nothing is compared.
struct NotCompared {
  std::string case_id;
  std::string why;
  bool new_is_wrong = false;  ///< its new run is incorrect where correctness was expected: exit 1
  bool new_is_stuck = false;  ///< it hung or died: exit 3
};

/// A case that is not compared for WHY, where NEXT is the new side's run of it (nullptr: there is none): a
/// new run that is not as expected fails the comparison, whatever the other side did.
[[nodiscard]] NotCompared left_out(const std::string& case_id, std::string why, const StoredCase* next);

struct Comparison {
  std::string label_base;
  std::string label_new;
  GateRule rule;
  std::size_t family = 0;  ///< claims that were corrected for
  std::vector<Claim> claims;
  std::vector<NotCompared> not_compared;
  std::vector<std::string> caveats;  ///< what the verdicts cannot promise
};

/// The metrics that decide: the usual ones and EXTRA.
[[nodiscard]] std::vector<std::string> gated_metrics(const std::vector<std::string>& extra);

/// A difference of logarithms in which positive is worse, as the metric's relative change.
[[nodiscard]] double change_of(double worse_log, bool higher_is_better);
[[nodiscard]] Interval change_of(const Interval& worse_log, bool higher_is_better);

/// Whether not one pair of numbers was compared.
[[nodiscard]] bool compared_nothing(const Comparison& comparison);

/// The exit status: 3, 1, 6 (to have compared nothing is no pass), 4 or 5 (only if STRICT), as the worst
/// thing found demands, else 0.
[[nodiscard]] int exit_status_of(std::span<const Comparison> comparisons, bool strict);

/// The one spelling of a verdict.
[[nodiscard]] std::string_view name_of(GateVerdict verdict) noexcept;

}  // namespace pcbench
