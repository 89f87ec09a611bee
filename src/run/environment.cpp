#include "run/environment.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>

#include "base/affinity.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mix.h"
#include "base/perf_counters.h"
#include "build_info.h"
#include "run/topology.h"

namespace pcbench {
namespace {

using Facts = std::vector<std::pair<std::string, Fact>>;

Fact fact_of(const std::optional<std::string>& text) { return text && !text->empty() ? Fact(*text) : Fact(); }
Fact fact_of(std::string_view text) { return text.empty() ? Fact() : Fact(std::string(text)); }
Fact fact_of(std::optional<std::int64_t> number) { return number ? Fact(*number) : Fact(); }
Fact fact_of(std::optional<double> number) { return number ? Fact(*number) : Fact(); }

/// The whole number that PATH begins with.
std::optional<std::int64_t> integer_in(const SystemFiles& files, const std::string& path) {
  const std::optional<double> number = files.number(path);
  return number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

/// Without the quotation marks around it.
std::optional<std::string> unquoted(std::optional<std::string> text) {
  if (text) text->erase(std::remove(text->begin(), text->end(), '"'), text->end());
  return text;
}

/// The word in brackets: "always [madvise] never".
Fact chosen_in(const SystemFiles& files, const std::string& path) {
  const auto line = files.line(path);
  const std::size_t begin = line ? line->find('[') : std::string::npos;
  if (begin == std::string::npos) return {};
  return line->substr(begin + 1, line->find(']') - begin - 1);
}

Fact container() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::exists("/.dockerenv", ignored)) return std::string("docker");
  if (fs::exists("/run/.containerenv", ignored)) return std::string("podman");
  if (const char* name = std::getenv("container")) return std::string(name);
  return std::string("none");
}

Fact hypervisor(const SystemFiles& files) {
  if (const auto name = files.line("/sys/hypervisor/type")) return *name;
  if (const auto flags = files.value("/proc/cpuinfo", "flags"))
    return std::string((*flags + " ").find(" hypervisor ") != std::string::npos ? "present, unnamed"
                                                                                : "none");
  return {};
}

/// Tells machines apart without telling which they are.
Fact host_id() {
  char name[HOST_NAME_MAX + 1] = {};
  if (::gethostname(name, HOST_NAME_MAX) != 0) return {};
  std::uint64_t hash = 0;
  for (const char c : std::string_view(name)) hash = mix64(hash ^ static_cast<unsigned char>(c));
  return fmt::format("{:016x}", hash);
}

Facts host_facts(const SystemFiles& files) {
  return {{"id", host_id()},
          {"os", fact_of(unquoted(files.value("/etc/os-release", "PRETTY_NAME")))},
          {"container", container()},
          {"hypervisor", hypervisor(files)}};
}

/// Bytes of the first cache of LEVEL.
std::optional<std::int64_t> cache_bytes(hwloc_topology_t topology, hwloc_obj_type_t level) {
  const hwloc_obj_t cache = hwloc_get_obj_by_type(topology, level, 0);
  if (cache == nullptr) return std::nullopt;
  return static_cast<std::int64_t>(cache->attr->cache.size);
}

Fact turbo(const SystemFiles& files) {
  if (const auto off = files.number("/sys/devices/system/cpu/intel_pstate/no_turbo")) return *off == 0;
  if (const auto on = files.number("/sys/devices/system/cpu/cpufreq/boost")) return *on != 0;
  return {};
}

Facts topology_facts() try {
  const Topology topology = load_topology();
  const auto number_of = [&](hwloc_obj_type_t type) -> std::optional<std::int64_t> {
    const int number = hwloc_get_nbobjs_by_type(topology.get(), type);
    return number > 0 ? std::optional<std::int64_t>(number) : std::nullopt;
  };
  return {{"cores", fact_of(number_of(HWLOC_OBJ_CORE))},
          {"packages", fact_of(number_of(HWLOC_OBJ_PACKAGE))},
          {"numa_nodes", fact_of(number_of(HWLOC_OBJ_NUMANODE))},
          {"l1d_bytes", fact_of(cache_bytes(topology.get(), HWLOC_OBJ_L1CACHE))},
          {"l2_bytes", fact_of(cache_bytes(topology.get(), HWLOC_OBJ_L2CACHE))},
          {"l3_bytes", fact_of(cache_bytes(topology.get(), HWLOC_OBJ_L3CACHE))}};
} catch (const Error&) {
  return {};
}

Facts cpu_facts(const SystemFiles& files) {
  const auto usable = static_cast<std::int64_t>(allowed_cpus().size());
  const std::string cpufreq = "/sys/devices/system/cpu/cpu0/cpufreq/";
  const auto smt = files.number("/sys/devices/system/cpu/smt/active");
  Facts facts = {{"model", fact_of(files.value("/proc/cpuinfo", "model name"))},
                 {"logical_cpus", std::int64_t{::sysconf(_SC_NPROCESSORS_ONLN)}},
                 {"usable_cpus", usable != 0 ? Fact(usable) : Fact()},
                 {"smt", smt ? Fact(*smt != 0) : Fact()}};
  for (auto& fact : topology_facts()) facts.push_back(std::move(fact));
  facts.emplace_back("governor", fact_of(files.line(cpufreq + "scaling_governor")));
  facts.emplace_back("frequency_max_khz", fact_of(integer_in(files, cpufreq + "cpuinfo_max_freq")));
  facts.emplace_back("turbo", turbo(files));
  const int refused = PerfCounters().error();
  facts.emplace_back("hardware_counters", refused == 0 ? "counted per worker" : perf_refusal(refused));
  return facts;
}

Facts memory_facts(const SystemFiles& files) {
  const auto bytes = [&](std::string_view key) -> std::optional<std::int64_t> {
    const std::vector<double> kibibytes = files.numbers("/proc/meminfo", key);
    if (kibibytes.empty()) return std::nullopt;
    return static_cast<std::int64_t>(kibibytes.front()) * 1024;
  };
  return {{"total_bytes", fact_of(bytes("MemTotal"))},
          {"available_bytes", fact_of(bytes("MemAvailable"))},
          {"page_bytes", std::int64_t{::sysconf(_SC_PAGESIZE)}},
          {"transparent_huge_pages", chosen_in(files, "/sys/kernel/mm/transparent_hugepage/enabled")},
          {"pipe_buf_bytes", std::int64_t{PIPE_BUF}},
          {"pipe_max_bytes", fact_of(integer_in(files, "/proc/sys/fs/pipe-max-size"))}};
}

Facts clock_facts(const SystemFiles& files) {
  const ClockFacts clock = measure_clock();
  return {{"source", fact_of(files.line("/sys/devices/system/clocksource/clocksource0/current_clocksource"))},
          {"resolution_ns", static_cast<std::int64_t>(clock.resolution_ns)},
          {"cost_ns", clock.cost_ns}};
}

/// How many tasks beside this one were running or ready to, on average over the next moments: of the load
/// averages nobody can tell how much this program's last run was itself.
std::optional<double> other_tasks(const SystemFiles& files) {
  constexpr int kLooks = 30;
  constexpr std::uint64_t kBetweenNs = 1'000'000;
  double sum = 0;
  for (int i = 0; i < kLooks; ++i) {
    const std::vector<double> running = files.numbers("/proc/stat", "procs_running");
    if (running.empty()) return std::nullopt;
    sum += std::max(running.front() - 1, 0.0);
    nap(kBetweenNs);
  }
  return sum / kLooks;
}

Facts noise_facts(const SystemFiles& files) {
  Fact load_1min, load_5min;
  Fact running;
  if (const auto line = files.line("/proc/loadavg")) {
    std::istringstream text(*line);
    double one = 0, five = 0, fifteen = 0;
    std::int64_t tasks = 0;
    if (text >> one >> five >> fifteen >> tasks) load_1min = one, load_5min = five, running = tasks;
  }
  Fact steal;
  // user nice system idle iowait irq softirq steal
  if (const std::vector<double> ticks = files.numbers("/proc/stat", "cpu "); ticks.size() >= 8)
    steal = ticks[7] / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return {{"load_1min", load_1min},
          {"load_5min", load_5min},
          {"running_tasks", running},
          {"other_tasks", fact_of(other_tasks(files))},
          {"steal_since_boot_s", steal},
          {"cgroup_cpus", fact_of(group_cpus(files))},
          {"aslr", fact_of(integer_in(files, "/proc/sys/kernel/randomize_va_space"))}};
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    items.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

Facts build_facts() {
  std::vector<std::string> assertions;
#ifndef NDEBUG
  assertions.emplace_back("assert");
#endif
#ifdef _GLIBCXX_ASSERTIONS
  assertions.emplace_back("_GLIBCXX_ASSERTIONS");
#endif
#ifdef __OPTIMIZE__
  const bool optimized = true;
#else
  const bool optimized = false;
#endif
  return {{"version", fact_of(build_info::kVersion)}, {"git_commit", fact_of(build_info::kGitCommit)},
          {"type", fact_of(build_info::kType)},       {"compiler", fact_of(build_info::kCompiler)},
          {"flags", fact_of(build_info::kFlags)},     {"sanitizers", split_list(build_info::kSanitizers)},
          {"assertions", std::move(assertions)},      {"optimized", optimized}};
}

Fact kernel() {
  utsname names{};
  return ::uname(&names) == 0 ? Fact(std::string(names.sysname) + " " + names.release) : Fact();
}

}  // namespace

Environment read_environment(const SystemFiles& files) {
  return {{{"host", host_facts(files)},
           {"cpu", cpu_facts(files)},
           {"kernel", {{"", kernel()}}},
           {"memory", memory_facts(files)},
           {"clock", clock_facts(files)},
           {"noise", noise_facts(files)},
           {"build", build_facts()}}};
}

}  // namespace pcbench
