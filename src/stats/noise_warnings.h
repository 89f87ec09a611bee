// noise_warnings: what the machine did to a case's rounds, with the number and the remedy.
#pragma once

#include <vector>

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// stolen_time, throttled, cpu_pressure, preempted, migrations, frequency of the completed rounds; not_steady
/// where STEADINESS says so. What is the case's own doing, more workers than CPUs, is warned of once, as
/// oversubscribed.
[[nodiscard]] std::vector<Warning> noise_warnings(const CaseRecord& record, const Steadiness& steadiness);

}  // namespace pcbench
