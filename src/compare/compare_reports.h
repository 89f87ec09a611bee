// compare_reports: two stored reports, sample against sample.
#pragma once

#include <string>
#include <vector>

#include "compare/comparison.h"

namespace pcbench {

/// Why BASE and NEXT cannot be compared, one sentence each: another machine or another config. Empty: they
/// can.
[[nodiscard]] std::vector<std::string> obstacles(const StoredReport& base, const StoredReport& next);

/// Compares each of NEXT with BASE, case by case, in the GATED metrics. All claims of all comparisons are one
/// family. Requires: next is not empty.
[[nodiscard]] std::vector<Comparison> compare_reports(const StoredReport& base,
                                                      const std::vector<StoredReport>& next,
                                                      const std::vector<std::string>& gated,
                                                      const GateRule& rule);

}  // namespace pcbench
