// Collect: from the workers' logs to a History, once nobody writes any more.
#pragma once

#include <cstdint>

#include "model/history.h"
#include "model/record.h"
#include "run/setup.h"
#include "worker/control.h"

namespace pcbench {

/// All that ROUND's workers and its drain logged, times since START_NS; what came before it is at 0, which
/// makes it concurrent at worst. Whatever was not drained may still be inside, so nothing is then promised
/// against loss. Requires: every worker has ended.
[[nodiscard]] History collect_history(const Setup& setup, const Control& control, const Effective& effective,
                                      std::uint64_t start_ns, const RoundRecord& round);

}  // namespace pcbench
