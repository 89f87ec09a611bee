#include "compare/noise_probe.h"

#include <numeric>

namespace pcbench {

NoiseCounters read_noise(const SystemFiles& files) {
  NoiseCounters counters;
  // user nice system idle iowait irq softirq steal; guest time after that is part of user's
  std::vector<double> ticks = files.numbers("/proc/stat", "cpu ");
  ticks.resize(8);
  counters.total_ticks = std::accumulate(ticks.begin(), ticks.end(), 0.0);
  counters.stolen_ticks = ticks[7];
  const auto throttled = files.value(files.cpu_group() + "/cpu.stat", "nr_throttled");
  counters.throttled_count = throttled ? leading_number(*throttled).value_or(0) : 0;
  return counters;
}

bool is_disturbed(const NoiseCounters& before, const NoiseCounters& after) {
  constexpr double kStolenMax = 0.01;
  const double stolen = after.stolen_ticks - before.stolen_ticks;
  return (stolen > 1 && stolen > kStolenMax * (after.total_ticks - before.total_ticks)) ||
         after.throttled_count > before.throttled_count;
}

}  // namespace pcbench
