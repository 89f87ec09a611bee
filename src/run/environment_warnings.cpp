#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "run/environment.h"

namespace pcbench {
namespace {

/// The fact as a T; nullptr: missing, or of another type.
template <class T>
const T* find_as(const Environment& environment, std::string_view section, std::string_view name) {
  const Fact* fact = environment.find(section, name);
  return fact == nullptr ? nullptr : std::get_if<T>(fact);
}

void warn_of_build(const Environment& environment, std::vector<Warning>& warnings) {
  constexpr const char* kRemedy =
      "measure with the release preset: cmake --preset release && cmake --build --preset release";
  const auto* sanitizers = find_as<std::vector<std::string>>(environment, "build", "sanitizers");
  if (sanitizers != nullptr && !sanitizers->empty())
    warnings.push_back(
        {"sanitizer",
         fmt::format("built with sanitizers ({}): numbers mean nothing", fmt::join(*sanitizers, ", ")),
         kRemedy,
         {}});
  if (const auto* optimized = find_as<bool>(environment, "build", "optimized");
      optimized != nullptr && !*optimized)
    warnings.push_back({"debug_build", "built without optimization: numbers mean nothing", kRemedy, {}});
  const auto* assertions = find_as<std::vector<std::string>>(environment, "build", "assertions");
  if (assertions != nullptr && !assertions->empty())
    warnings.push_back(
        {"assertions",
         fmt::format("assertions are compiled in ({}) and may cost time", fmt::join(*assertions, ", ")),
         "build with -DNDEBUG",
         {}});
}

void warn_of_cpu(const Environment& environment, std::vector<Warning>& warnings) {
  const auto* governor = find_as<std::string>(environment, "cpu", "governor");
  if (governor != nullptr && *governor != "performance")
    warnings.push_back(
        {"governor",
         fmt::format("the CPU frequency governor is {}: speed depends on recent load", *governor),
         "cpupower frequency-set -g performance",
         {}});
  const auto* cpus = find_as<std::int64_t>(environment, "cpu", "logical_cpus");
  const auto* others = find_as<double>(environment, "noise", "other_tasks");
  if (cpus != nullptr && others != nullptr && *others > 0.25 * static_cast<double>(*cpus))
    warnings.push_back(
        {"busy_machine",
         fmt::format("{:.1f} other tasks wanted the {} CPUs right before the run", *others, *cpus),
         "end them or wait; `top` names them",
         {}});
  const auto* quota = find_as<double>(environment, "noise", "cgroup_cpus");
  if (cpus != nullptr && quota != nullptr && *quota < static_cast<double>(*cpus))
    warnings.push_back(
        {"cgroup_quota",
         fmt::format("a control group allows {:.2f} of {} CPUs and stops the workers when they use more",
                     *quota, *cpus),
         "run without a CPU quota (docker: --cpus), or bind to whole CPUs instead (--cpuset-cpus)",
         {}});
}

void warn_of_clock(const Environment& environment, std::vector<Warning>& warnings) {
  constexpr std::array<std::string_view, 4> kFast = {"tsc", "kvm-clock", "hyperv_clocksource_tsc_page",
                                                     "arch_sys_counter"};
  const auto* source = find_as<std::string>(environment, "clock", "source");
  const auto* cost_ns = find_as<double>(environment, "clock", "cost_ns");
  if (source == nullptr || std::find(kFast.begin(), kFast.end(), *source) != kFast.end()) return;
  warnings.push_back(
      {"slow_clock",
       fmt::format("the kernel's clock source is {}{}: reading it disturbs what it times", *source,
                   cost_ns == nullptr ? "" : fmt::format(" ({:.0f} ns a reading)", *cost_ns)),
       "if the TSC is reliable here, boot with tsc=reliable clocksource=tsc; else measure latency off",
       {}});
}

}  // namespace

std::vector<Warning> environment_warnings(const Environment& environment) {
  std::vector<Warning> warnings;
  warn_of_build(environment, warnings);
  warn_of_cpu(environment, warnings);
  warn_of_clock(environment, warnings);
  return warnings;
}

}  // namespace pcbench
