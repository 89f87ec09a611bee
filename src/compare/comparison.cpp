#include "compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace pcbench {

std::vector<std::string> gated_metrics(const std::vector<std::string>& extra) {
  std::vector<std::string> metrics(std::begin(kGatedMetrics), std::end(kGatedMetrics));
  for (const std::string& name : extra)
    if (std::find(metrics.begin(), metrics.end(), name) == metrics.end()) metrics.push_back(name);
  return metrics;
}

double change_of(double worse_log, bool higher_is_better) {
  return std::expm1(higher_is_better ? -worse_log : worse_log);
}

Interval change_of(const Interval& worse_log, bool higher_is_better) {
  Interval change = {change_of(worse_log[0], higher_is_better), change_of(worse_log[1], higher_is_better)};
  if (higher_is_better) std::swap(change[0], change[1]);
  return change;
}

NotCompared left_out(const std::string& case_id, std::string why, const StoredCase* next) {
  const bool unexpected = next != nullptr && !next->as_expected;
  return {case_id, std::move(why), unexpected && !next->stuck, unexpected && next->stuck};
}

bool compared_nothing(const Comparison& comparison) {
  return std::all_of(comparison.claims.begin(), comparison.claims.end(),
                     [](const Claim& claim) { return claim.count_base == 0 || claim.count_new == 0; });
}

int exit_status_of(std::span<const Comparison> comparisons, bool strict) {
  const auto any_case = [&](auto NotCompared::* what) {
    return std::any_of(comparisons.begin(), comparisons.end(), [&](const Comparison& one) {
      return std::any_of(one.not_compared.begin(), one.not_compared.end(),
                         [&](const NotCompared& left_out) { return left_out.*what; });
    });
  };
  const auto any_claim = [&](GateVerdict verdict) {
    return std::any_of(comparisons.begin(), comparisons.end(), [&](const Comparison& one) {
      return std::any_of(one.claims.begin(), one.claims.end(),
                         [&](const Claim& claim) { return claim.verdict == verdict; });
    });
  };
  if (any_case(&NotCompared::new_is_stuck)) return 3;
  if (any_case(&NotCompared::new_is_wrong)) return 1;
  if (std::any_of(comparisons.begin(), comparisons.end(), compared_nothing)) return 6;
  if (any_claim(GateVerdict::regression)) return 4;
  return strict && any_claim(GateVerdict::inconclusive) ? 5 : 0;
}

std::string_view name_of(GateVerdict verdict) noexcept {
  switch (verdict) {
    case GateVerdict::regression:
      return "regression";
    case GateVerdict::improvement:
      return "improvement";
    case GateVerdict::equivalent:
      return "equivalent";
    case GateVerdict::inconclusive:
      return "inconclusive";
  }
  return "?";
}

}  // namespace pcbench
