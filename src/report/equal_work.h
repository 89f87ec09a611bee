// Equal work: which cases of a report compare, and what those that do have in common.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "model/case.h"

namespace pcbench {

[[nodiscard]] inline bool is_ping_pong(const Case& config) { return config.workload == Workload::ping_pong; }
[[nodiscard]] inline bool shares_state(const Case& config) {
  return config.workload == Workload::shared_state;
}
[[nodiscard]] inline bool is_open(const Case& config) { return config.load.mode == LoadMode::open; }

/// Rates compare only where the same roles move the same messages, or update as many numbers, with the same
/// work.
using EqualWork = std::tuple<Workload, std::uint64_t, std::uint32_t, std::uint32_t, std::uint32_t,
                             std::uint64_t, std::uint64_t, Load>;
[[nodiscard]] EqualWork work_of(const Case& config);

/// "2x2".
[[nodiscard]] std::string topology_of(const Case& config);

/// What all cases of equal work do, as a heading.
[[nodiscard]] std::string heading_of(const Case& config);

}  // namespace pcbench
