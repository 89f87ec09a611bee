// What a codec costs, from the runs whose serializing was timed.
#pragma once

#include <vector>

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// codec_ns_per_msg: making a message's document and reading it again, and codec_share: that by the CPU time
/// of all workers per message. Empty metrics where the codec is raw.
[[nodiscard]] std::vector<Metric> codec_metrics(const CaseRecord& record);

}  // namespace pcbench
