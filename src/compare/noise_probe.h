// noise_probe: what the machine took away from a run, blind to how fast the run was.
#pragma once

#include "base/system_files.h"

namespace pcbench {

/// Counters since boot, in clock ticks over all CPUs.
struct NoiseCounters {
  double total_ticks = 0;
  double stolen_ticks = 0;     ///< the hypervisor ran somebody else
  double throttled_count = 0;  ///< the control group's quota stopped its tasks
};

[[nodiscard]] NoiseCounters read_noise(const SystemFiles& files);

/// Whether more than 1 % (and more than the one tick that rounding may add) was stolen between BEFORE and
/// AFTER, or a quota stopped anything.
[[nodiscard]] bool is_disturbed(const NoiseCounters& before, const NoiseCounters& after);

}  // namespace pcbench
