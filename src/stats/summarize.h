// stats: from a case's rounds to its metrics.
#pragma once

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// Metrics over the completed rounds of RECORD (one sample a round), its merged histogram and statistical
/// warnings.
[[nodiscard]] Summary summarize(const CaseRecord& record);

}  // namespace pcbench
