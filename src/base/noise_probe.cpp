#include "base/noise_probe.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

#include "base/clock.h"
#include "base/system_files.h"

namespace pcbench {
namespace {

std::uint64_t tick_ns() {
  static const auto ns = 1'000'000'000U / static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
  return ns;
}

std::optional<std::uint64_t> count(const std::optional<double>& number, std::uint64_t times = 1) {
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number) * times;
}

std::optional<std::uint64_t> counter(const std::optional<std::string>& text, std::uint64_t times = 1) {
  return text ? count(leading_number(*text), times) : std::nullopt;
}

std::optional<std::uint64_t> difference(std::optional<std::uint64_t> before,
                                        std::optional<std::uint64_t> after) {
  if (!before || !after) return std::nullopt;
  return *after - std::min(*before, *after);  // stolen time has been seen to run backwards
}

}  // namespace

NoiseCounters read_noise(const SystemFiles& files) {
  NoiseCounters counters;
  counters.elapsed_ns = now_ns();
  // user nice system idle iowait irq softirq steal; guest time after that is part of user's
  const std::vector<double> ticks = files.numbers("/proc/stat", "cpu ");
  if (ticks.size() >= 8) {
    counters.cpu_ns = count(std::accumulate(ticks.begin(), ticks.begin() + 8, 0.0), tick_ns());
    counters.stolen_ns = count(ticks[7], tick_ns());
  }
  const std::string group = files.cpu_group() + "/cpu.stat";
  counters.throttled_count = counter(files.value(group, "nr_throttled"));
  counters.throttled_ns = counter(files.value(group, "throttled_usec"), 1000);
  if (!counters.throttled_ns) counters.throttled_ns = counter(files.value(group, "throttled_time"));
  if (const auto stalled = files.value("/proc/pressure/cpu", "some"))
    if (const std::size_t total = stalled->find("total="); total != std::string::npos)
      counters.cpu_stalled_ns = count(leading_number(std::string_view(*stalled).substr(total + 6)), 1000);
  return counters;
}

NoiseCounters noise_between(const NoiseCounters& before, const NoiseCounters& after) {
  return {after.elapsed_ns - before.elapsed_ns,
          difference(before.cpu_ns, after.cpu_ns),
          difference(before.stolen_ns, after.stolen_ns),
          difference(before.throttled_count, after.throttled_count),
          difference(before.throttled_ns, after.throttled_ns),
          difference(before.cpu_stalled_ns, after.cpu_stalled_ns)};
}

bool is_disturbed(const NoiseCounters& span) {
  constexpr double kStolenMax = 0.01;
  const std::uint64_t stolen_ns = span.stolen_ns.value_or(0);
  return span.throttled_count.value_or(0) > 0 ||
         (stolen_ns > tick_ns() &&
          static_cast<double>(stolen_ns) > kStolenMax * static_cast<double>(span.cpu_ns.value_or(0)));
}

std::optional<double> fastest_cpu_mhz(const SystemFiles& files) {
  std::optional<double> fastest_khz;
  for (std::size_t cpu = 0;; ++cpu) {
    const auto khz = files.number(fmt::format("/sys/devices/system/cpu/cpu{}/cpufreq/scaling_cur_freq", cpu));
    if (!khz) break;
    fastest_khz = std::max(fastest_khz.value_or(0), *khz);
  }
  if (!fastest_khz) return std::nullopt;
  return *fastest_khz / 1000;
}

}  // namespace pcbench
