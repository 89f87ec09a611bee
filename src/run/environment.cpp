#include "run/environment.h"

#include <fmt/format.h>
#include <hwloc.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <charconv>
#include <climits>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "base/clock.h"
#include "base/mix.h"
#include "build_info.h"

namespace pcbench {
namespace {

using Facts = std::vector<std::pair<std::string, Fact>>;

/// The first line of a file of /proc or /sys; nullopt: it is not there.
std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

/// What follows KEY and any of " \t:=" in the first line of PATH that begins with KEY.
std::optional<std::string> value_in(const std::string& path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t begin = line.find_first_not_of(" \t:=\"", key.size());
    if (begin == std::string::npos) return std::nullopt;
    return line.substr(begin, line.find_last_not_of(" \"") + 1 - begin);
  }
  return std::nullopt;
}

template <class Number>
std::optional<Number> number_in(const std::optional<std::string>& text) {
  Number number{};
  if (!text || std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc{})
    return std::nullopt;
  return number;
}

Fact fact_of(const std::optional<std::string>& text) { return text ? Fact(*text) : Fact(); }
Fact fact_of(std::string_view text) { return text.empty() ? Fact() : Fact(std::string(text)); }
Fact fact_of(std::optional<std::int64_t> number) { return number ? Fact(*number) : Fact(); }
Fact fact_of(std::optional<double> number) { return number ? Fact(*number) : Fact(); }

/// The word in brackets: "always [madvise] never".
Fact chosen_in(const std::string& path) {
  const auto line = first_line(path);
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

Fact hypervisor() {
  if (const auto name = first_line("/sys/hypervisor/type")) return *name;
  if (const auto flags = value_in("/proc/cpuinfo", "flags"))
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

Facts host_facts() {
  return {{"id", host_id()},
          {"os", fact_of(value_in("/etc/os-release", "PRETTY_NAME"))},
          {"container", container()},
          {"hypervisor", hypervisor()}};
}

/// Bytes of the first cache of LEVEL.
std::optional<std::int64_t> cache_bytes(hwloc_topology_t topology, hwloc_obj_type_t level) {
  const hwloc_obj_t cache = hwloc_get_obj_by_type(topology, level, 0);
  if (cache == nullptr) return std::nullopt;
  return static_cast<std::int64_t>(cache->attr->cache.size);
}

Fact turbo() {
  if (const auto off = number_in<int>(first_line("/sys/devices/system/cpu/intel_pstate/no_turbo")))
    return *off == 0;
  if (const auto on = number_in<int>(first_line("/sys/devices/system/cpu/cpufreq/boost"))) return *on != 0;
  return {};
}

Facts topology_facts() {
  hwloc_topology_t topology = nullptr;
  if (hwloc_topology_init(&topology) != 0) return {};
  const std::unique_ptr<hwloc_topology, void (*)(hwloc_topology_t)> owner(topology, hwloc_topology_destroy);
  if (hwloc_topology_load(topology) != 0) return {};
  const auto number_of = [&](hwloc_obj_type_t type) -> std::optional<std::int64_t> {
    const int number = hwloc_get_nbobjs_by_type(topology, type);
    return number > 0 ? std::optional<std::int64_t>(number) : std::nullopt;
  };
  return {{"cores", fact_of(number_of(HWLOC_OBJ_CORE))},
          {"packages", fact_of(number_of(HWLOC_OBJ_PACKAGE))},
          {"numa_nodes", fact_of(number_of(HWLOC_OBJ_NUMANODE))},
          {"l1d_bytes", fact_of(cache_bytes(topology, HWLOC_OBJ_L1CACHE))},
          {"l2_bytes", fact_of(cache_bytes(topology, HWLOC_OBJ_L2CACHE))},
          {"l3_bytes", fact_of(cache_bytes(topology, HWLOC_OBJ_L3CACHE))}};
}

Facts cpu_facts() {
  cpu_set_t allowed;
  const bool known = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0;
  const std::string cpufreq = "/sys/devices/system/cpu/cpu0/cpufreq/";
  const auto smt = number_in<int>(first_line("/sys/devices/system/cpu/smt/active"));
  Facts facts = {{"model", fact_of(value_in("/proc/cpuinfo", "model name"))},
                 {"logical_cpus", std::int64_t{::sysconf(_SC_NPROCESSORS_ONLN)}},
                 {"usable_cpus", known ? Fact(std::int64_t{CPU_COUNT(&allowed)}) : Fact()},
                 {"smt", smt ? Fact(*smt != 0) : Fact()}};
  for (auto& fact : topology_facts()) facts.push_back(std::move(fact));
  facts.emplace_back("governor", fact_of(first_line(cpufreq + "scaling_governor")));
  facts.emplace_back("frequency_max_khz",
                     fact_of(number_in<std::int64_t>(first_line(cpufreq + "cpuinfo_max_freq"))));
  facts.emplace_back("turbo", turbo());
  return facts;
}

Facts memory_facts() {
  const auto bytes = [](std::string_view key) -> std::optional<std::int64_t> {
    const auto kib = number_in<std::int64_t>(value_in("/proc/meminfo", key));
    return kib ? std::optional<std::int64_t>(*kib * 1024) : std::nullopt;
  };
  return {{"total_bytes", fact_of(bytes("MemTotal"))},
          {"available_bytes", fact_of(bytes("MemAvailable"))},
          {"page_bytes", std::int64_t{::sysconf(_SC_PAGESIZE)}},
          {"transparent_huge_pages", chosen_in("/sys/kernel/mm/transparent_hugepage/enabled")},
          {"pipe_buf_bytes", std::int64_t{PIPE_BUF}},
          {"pipe_max_bytes", fact_of(number_in<std::int64_t>(first_line("/proc/sys/fs/pipe-max-size")))}};
}

Facts clock_facts() {
  const ClockFacts clock = measure_clock();
  return {{"source", fact_of(first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource"))},
          {"resolution_ns", static_cast<std::int64_t>(clock.resolution_ns)},
          {"cost_ns", clock.cost_ns}};
}

/// CPUs that the control group may use; nullopt: no limit, or none that can be read.
std::optional<double> cgroup_cpus() {
  auto quota = number_in<double>(first_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"));
  auto period = number_in<double>(first_line("/sys/fs/cgroup/cpu/cpu.cfs_period_us"));
  const std::string own = value_in("/proc/self/cgroup", "0::").value_or("/");
  for (const std::string& folder : {"/sys/fs/cgroup" + own, std::string("/sys/fs/cgroup")})
    if (const auto line = first_line(folder + "/cpu.max")) {
      quota = number_in<double>(line);  // "max" is no number
      period = number_in<double>(line->substr(std::min(line->find(' ') + 1, line->size())));
      break;
    }
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return *quota / *period;
}

Facts noise_facts() {
  Fact load_1min, load_5min;
  Fact running;
  if (const auto line = first_line("/proc/loadavg")) {
    std::istringstream text(*line);
    double one = 0, five = 0, fifteen = 0;
    std::int64_t tasks = 0;
    if (text >> one >> five >> fifteen >> tasks) load_1min = one, load_5min = five, running = tasks;
  }
  Fact steal;
  if (const auto line = value_in("/proc/stat", "cpu ")) {
    std::istringstream text(*line);
    std::int64_t ticks[8] = {};  // user nice system idle iowait irq softirq steal
    for (std::int64_t& value : ticks) text >> value;
    if (text) steal = static_cast<double>(ticks[7]) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  return {{"load_1min", load_1min},
          {"load_5min", load_5min},
          {"running_tasks", running},
          {"steal_since_boot_s", steal},
          {"cgroup_cpus", fact_of(cgroup_cpus())},
          {"aslr", fact_of(number_in<std::int64_t>(first_line("/proc/sys/kernel/randomize_va_space")))}};
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

Environment read_environment() {
  return {{{"host", host_facts()},
           {"cpu", cpu_facts()},
           {"kernel", {{"", kernel()}}},
           {"memory", memory_facts()},
           {"clock", clock_facts()},
           {"noise", noise_facts()},
           {"build", build_facts()}}};
}

}  // namespace pcbench
