// How messages flowed in a case: who waited, for how long, who got how much, what it cost the scheduler.
#pragma once

#include <vector>

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// Waits and switches of the workers, shares of the consumers (and, by duration, of the producers), and the
/// mean number of messages inside by Little's law: throughput times mean service time. That one counts a
/// message from the moment its push began and is as good as the sampled service times are.
[[nodiscard]] std::vector<Metric> flow_metrics(const CaseRecord& record);

}  // namespace pcbench
