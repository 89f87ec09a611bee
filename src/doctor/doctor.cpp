#include "doctor/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <sstream>

namespace pcbench {
namespace {

const std::string kCpus = "/sys/devices/system/cpu";

Diagnosis fine(std::string id, std::string text) {
  return {std::move(id), Severity::fine, std::move(text), {}};
}

Diagnosis unknown(std::string id, std::string text) {
  return {std::move(id), Severity::unknown, std::move(text), {}};
}

std::size_t online_cpus(const SystemFiles& files) {
  return std::max<std::size_t>(1, files.count_of_list(kCpus + "/online").value_or(1));
}

/// The numbers of the CPUs that are online: a list such as "0,2-4", which need not begin with 0.
std::vector<std::string> online_ids(const SystemFiles& files) {
  std::vector<std::string> ids;
  std::istringstream ranges(files.line(kCpus + "/online").value_or("0"));
  for (std::string range; std::getline(ranges, range, ',');) {
    const std::size_t dash = range.find('-');
    const auto first = static_cast<unsigned>(leading_number(range).value_or(0));
    const auto last = dash == std::string::npos
                          ? first
                          : static_cast<unsigned>(leading_number(range.substr(dash + 1)).value_or(first));
    for (unsigned id = first; id <= last; ++id) ids.push_back(std::to_string(id));
  }
  return ids;
}

std::size_t usable_cpus(const SystemFiles& files) {
  return files.count_of_list("/proc/self/status", "Cpus_allowed_list:").value_or(online_cpus(files));
}

Diagnosis governor(const SystemFiles& files) {
  std::size_t known = 0, slow = 0;
  std::string name;
  for (const std::string& cpu : online_ids(files)) {
    const auto governor = files.line(fmt::format("{}/cpu{}/cpufreq/scaling_governor", kCpus, cpu));
    if (!governor) continue;
    ++known;
    if (*governor == "performance") continue;
    ++slow;
    name = *governor;
  }
  if (known == 0)
    return unknown("governor",
                   "the system does not show its frequency governor, as in most virtual machines");
  if (slow == 0) return fine("governor", "performance");
  return {"governor", Severity::spoils,
          fmt::format("{} of {} CPUs use the governor {}: speed follows recent load", slow, known, name),
          "sudo cpupower frequency-set -g performance"};
}

Diagnosis turbo(const SystemFiles& files) {
  const std::string off = kCpus + "/intel_pstate/no_turbo", on = kCpus + "/cpufreq/boost";
  const auto intel = files.number(off), other = files.number(on);
  if (!intel && !other) return unknown("turbo", "the system does not show whether turbo is on");
  if (intel ? *intel != 0 : *other == 0) return fine("turbo", "off");
  return {"turbo", Severity::spoils, "on: speed follows temperature and what the other cores do",
          intel ? fmt::format("echo 1 | sudo tee {}", off) : fmt::format("echo 0 | sudo tee {}", on)};
}

Diagnosis smt(const SystemFiles& files) {
  const auto active = files.number(kCpus + "/smt/active");
  if (!active) return unknown("smt", "the system does not show whether CPUs share a core");
  if (*active == 0) return fine("smt", "off");
  return {"smt", Severity::spoils, "on: two workers may share a core, now and then",
          fmt::format("echo off | sudo tee {}/smt/control", kCpus)};
}

Diagnosis isolation(const SystemFiles& files) {
  const auto isolated = files.line(kCpus + "/isolated");
  if (!isolated) return unknown("isolation", "the system does not show isolated CPUs");
  if (!isolated->empty())
    return fine("isolation", fmt::format("CPUs {} are isolated; use them with `pin`", *isolated));
  return {"isolation", Severity::advice, "no CPU is kept free of other work",
          "boot with isolcpus=, nohz_full= and rcu_nocbs= of some CPUs, and pin the workers to them"};
}

/// The CPUs' ticks so far: user, nice, system, idle, iowait, irq, softirq, steal.
std::vector<double> cpu_ticks(const SystemFiles& files) { return files.numbers("/proc/stat", "cpu "); }

/// What has been stolen since boot says little of now: what counts is the time BETWEEN two readings.
Diagnosis steal(const SystemFiles& files, const std::vector<double>& before) {
  const std::vector<double> now = cpu_ticks(files);
  if (before.size() < 8 || now.size() < 8) return unknown("steal", "the system does not show stolen time");
  const double total = std::accumulate(now.begin(), now.begin() + 8, 0.0) -
                       std::accumulate(before.begin(), before.begin() + 8, 0.0);
  if (total <= 0) return unknown("steal", "the system's clock of CPU time stood still");
  const double share = (now[7] - before[7]) / total;
  if (share <= 0.01) return fine("steal", fmt::format("{:.1f} % of the time just now", 100 * share));
  return {"steal", Severity::spoils,
          fmt::format("the hypervisor gives {:.1f} % of the time to others just now", 100 * share),
          "measure on a machine or instance type with CPUs of its own"};
}

Diagnosis cgroup(const SystemFiles& files) {
  std::optional<double> allowed;
  const auto limit = [&allowed](std::optional<double> quota, std::optional<double> period) {
    if (!quota || !period || *quota <= 0 || *period <= 0) return;
    allowed = std::min(allowed.value_or(1e9), *quota / *period);
  };
  for (std::string group = files.cpu_group(); group.starts_with("/sys/fs/cgroup");
       group.resize(group.rfind('/'))) {
    if (const auto line = files.line(group + "/cpu.max")) {
      const std::size_t blank = line->find(' ');
      if (blank != std::string::npos) limit(leading_number(*line), leading_number(line->substr(blank + 1)));
    }
    limit(files.number(group + "/cpu.cfs_quota_us"), files.number(group + "/cpu.cfs_period_us"));
  }
  if (!allowed) return fine("cgroup_quota", "no control group limits the CPU time");
  return {
      "cgroup_quota", Severity::spoils,
      fmt::format("a control group allows {:.2f} CPUs and stops the workers when they use more", *allowed),
      "run without a CPU quota (docker: no --cpus), or give whole CPUs (docker: --cpuset-cpus)"};
}

Diagnosis clock_source(const SystemFiles& files) {
  constexpr std::array<std::string_view, 4> kFast = {"tsc", "kvm-clock", "hyperv_clocksource_tsc_page",
                                                     "arch_sys_counter"};
  const std::string path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
  const auto source = files.line(path);
  if (!source) return unknown("clock_source", "the system does not show its clock source");
  if (std::find(kFast.begin(), kFast.end(), *source) != kFast.end()) return fine("clock_source", *source);
  return {"clock_source", Severity::spoils,
          fmt::format("{}: every reading is a system call or slower", *source),
          fmt::format("echo tsc | sudo tee {}", path)};
}

Diagnosis aslr(const SystemFiles& files) {
  const auto level = files.number("/proc/sys/kernel/randomize_va_space");
  if (!level) return unknown("aslr", "the system does not show whether addresses are randomized");
  if (*level == 2) return fine("aslr", "on: fresh processes average over memory layouts");
  return {"aslr", Severity::spoils, "off or partial: every round has the same memory layout, lucky or not",
          "sudo sysctl kernel.randomize_va_space=2"};
}

Diagnosis load(const SystemFiles& files) {
  const auto load = files.number("/proc/loadavg");
  const auto waiting = files.value("/proc/pressure/cpu", "some avg10");
  const auto cpus = static_cast<double>(online_cpus(files));
  if (!load) return unknown("load", "the system does not show its load");
  const double stalled = waiting ? leading_number(*waiting).value_or(0) : 0;
  if (*load <= 0.5 * cpus && stalled <= 10)
    return fine("load", fmt::format("{:.2f} on {:.0f} CPUs", *load, cpus));
  return {"load", Severity::spoils,
          fmt::format("load {:.2f} on {:.0f} CPUs; tasks waited for one in {:.0f} % of the last 10 s", *load,
                      cpus, stalled),
          "end what runs, or wait; `top` names it"};
}

Diagnosis build(const DoctorFacts& facts) {
  if (facts.optimized && facts.sanitizers.empty()) return fine("build", "optimized, without sanitizers");
  return {"build", Severity::spoils,
          facts.optimized ? "built with sanitizers: " + facts.sanitizers : "this program is not optimized",
          "cmake --preset release && cmake --build --preset release"};
}

Diagnosis cores(const SystemFiles& files, std::uint32_t workers) {
  const std::size_t usable = usable_cpus(files);
  if (workers <= usable) return fine("cores", fmt::format("{} for at most {} workers", usable, workers));
  return {"cores", Severity::spoils,
          fmt::format("{} usable CPUs for {} workers: they take turns, and the scheduler is measured too",
                      usable, workers),
          fmt::format("use topologies of at most {} workers, or a machine with {} CPUs", usable, workers)};
}

}  // namespace

std::vector<Diagnosis> examine(const SystemFiles& files, const DoctorFacts& facts,
                               const std::function<void()>& pause) {
  const std::vector<double> ticks = cpu_ticks(files);
  pause();
  std::vector<Diagnosis> diagnoses = {
      governor(files), turbo(files),        smt(files),  isolation(files), steal(files, ticks),
      cgroup(files),   clock_source(files), aslr(files), load(files),      build(facts)};
  if (facts.workers) diagnoses.push_back(cores(files, *facts.workers));
  return diagnoses;
}

std::string_view name_of(Severity severity) noexcept {
  switch (severity) {
    case Severity::fine:
      return "fine";
    case Severity::unknown:
      return "unknown";
    case Severity::advice:
      return "advice";
    case Severity::spoils:
      return "spoils";
  }
  return "?";
}

}  // namespace pcbench
