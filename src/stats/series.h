// Series: how a round went on, from its history.
#pragma once

#include <optional>

#include "model/history.h"
#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// ROUND in at most 100 stretches. nullopt: HISTORY has not all that ROUND did. Requires: it is of ROUND.
[[nodiscard]] std::optional<RoundSeries> series_of(const RoundRecord& round, const History& history);

}  // namespace pcbench
