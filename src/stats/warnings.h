// What a reader of a case's numbers must know about them.
#pragma once

#include <vector>

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// few_rounds, high_spread, samples_missed, unfair. METRICS are the case's, with its throughput.
[[nodiscard]] std::vector<Warning> statistical_warnings(const CaseRecord& record,
                                                        const std::vector<Metric>& metrics);

}  // namespace pcbench
