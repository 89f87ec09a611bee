// history_cost: what the log of every operation cost a case, against the same case without it.
#pragma once

#include <vector>

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// What logging cost RECORD, by the case among ALL that differs from it in nothing but `verify: online`;
/// both ran in one run, their rounds in one drawn order. Nothing for a case that logs nothing.
[[nodiscard]] std::optional<HistoryCost> history_cost(const CaseRecord& record,
                                                      const std::vector<CaseRecord>& all);

}  // namespace pcbench
