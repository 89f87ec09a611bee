// noise_probe: what the machine took away from a stretch of time, blind to how fast anything was in it.
#pragma once

#include <cstdint>
#include <optional>

namespace pcbench {

class SystemFiles;

/// What only ever grows since boot, over all CPUs; of a stretch of time what it grew by. nullopt: the system
/// does not show it.
struct NoiseCounters {
  std::uint64_t elapsed_ns = 0;                  ///< of the monotonic clock
  std::optional<std::uint64_t> cpu_ns;           ///< time of all CPUs together
  std::optional<std::uint64_t> stolen_ns;        ///< of that the hypervisor ran somebody else
  std::optional<std::uint64_t> throttled_count;  ///< the control group's quota stopped its tasks
  std::optional<std::uint64_t> throttled_ns;
  std::optional<std::uint64_t> cpu_stalled_ns;  ///< some task was ready to run and had no CPU
};

[[nodiscard]] NoiseCounters read_noise(const SystemFiles& files);

/// What went by between two readings, each where both show it. Requires: BEFORE was read first.
[[nodiscard]] NoiseCounters noise_between(const NoiseCounters& before, const NoiseCounters& after);

/// Whether more than 1 % of SPAN's CPU time (and more than the one tick that rounding may add) was stolen, or
/// a quota stopped anything.
[[nodiscard]] bool is_disturbed(const NoiseCounters& span);

/// The frequency of the fastest CPU now, which a round's workers have just used; nullopt: not shown.
[[nodiscard]] std::optional<double> fastest_cpu_mhz(const SystemFiles& files);

}  // namespace pcbench
