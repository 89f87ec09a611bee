#include "base/system_files.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace pcbench {
namespace {

const std::string kGroups = "/sys/fs/cgroup";

/// GROUP and all above it.
std::vector<std::string> up_from(std::string group) {
  std::vector<std::string> groups;
  for (; group.starts_with(kGroups); group.resize(group.rfind('/'))) groups.push_back(group);
  return groups;
}

}  // namespace

std::optional<double> leading_number(std::string_view text) {
  double number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return std::nullopt;
  return number;
}

std::optional<std::string> SystemFiles::text(const std::string& path) const {
  constexpr std::size_t kBytesMax = 1 << 20, kChunkBytes = 1 << 12;
  std::ifstream file(root_ + path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes;
  while (file && bytes.size() < kBytesMax) {
    const std::size_t had = bytes.size();
    bytes.resize(had + kChunkBytes);
    file.read(bytes.data() + had, kChunkBytes);
    bytes.resize(had + static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad() || (bytes.empty() && !file.eof())) return std::nullopt;
  return bytes;
}

std::optional<std::string> SystemFiles::line(const std::string& path) const {
  std::optional<std::string> whole = text(path);
  if (whole) whole->resize(std::min(whole->find('\n'), whole->size()));
  return whole;
}

std::optional<double> SystemFiles::number(const std::string& path) const {
  const auto first = line(path);
  return first ? leading_number(*first) : std::nullopt;
}

std::optional<std::string> SystemFiles::value(const std::string& path, std::string_view key) const {
  std::istringstream lines(text(path).value_or(""));
  for (std::string one; std::getline(lines, one);) {
    if (!one.starts_with(key)) continue;
    const std::size_t begin = one.find_first_not_of(" \t:=", key.size());
    return begin == std::string::npos ? std::string() : one.substr(begin);
  }
  return std::nullopt;
}

std::vector<double> SystemFiles::numbers(const std::string& path, std::string_view key) const {
  std::istringstream words(value(path, key).value_or(""));
  std::vector<double> numbers;
  for (std::string word; words >> word;) {
    const auto number = leading_number(word);
    if (!number) break;
    numbers.push_back(*number);
  }
  return numbers;
}

std::optional<std::size_t> SystemFiles::count_of_list(const std::string& path, std::string_view key) const {
  const auto list = key.empty() ? line(path) : value(path, key);
  if (!list) return std::nullopt;
  std::size_t count = 0;
  std::istringstream ranges(*list);
  for (std::string range; std::getline(ranges, range, ',');) {
    const auto first = leading_number(range);
    if (!first) continue;
    const std::size_t dash = range.find('-');
    const auto last =
        dash == std::string::npos ? first : leading_number(std::string_view(range).substr(dash + 1));
    if (last && *last >= *first) count += static_cast<std::size_t>(*last - *first) + 1;
  }
  return count;
}

std::string SystemFiles::group(const std::string& controller) const {
  std::istringstream groups(text("/proc/self/cgroup").value_or(""));
  const bool is_v2 = line(kGroups + "/cgroup.controllers").has_value();
  // "0::/path", or in version 1 "4:cpu,cpuacct:/path"
  for (std::string group; std::getline(groups, group);) {
    const std::size_t names = group.find(':') + 1, path = group.find(':', names) + 1;
    if (names == 0 || path == 0) continue;
    const std::string own = group.substr(path) == "/" ? std::string() : group.substr(path);
    const std::string controllers = "," + group.substr(names, path - 1 - names) + ",";
    if (is_v2 && controllers == ",,") return kGroups + own;
    if (!is_v2 && controllers.find("," + controller + ",") != std::string::npos)
      return kGroups + "/" + controller + own;
  }
  return is_v2 ? kGroups : kGroups + "/" + controller;
}

std::optional<double> group_cpus(const SystemFiles& files) {
  std::optional<double> allowed;
  const auto limit = [&allowed](std::optional<double> quota, std::optional<double> period) {
    if (!quota || !period || *quota <= 0 || *period <= 0) return;
    allowed = std::min(allowed.value_or(*quota / *period), *quota / *period);
  };
  for (const std::string& group : up_from(files.group("cpu"))) {
    if (const auto line = files.line(group + "/cpu.max")) {  // "QUOTA PERIOD"; a quota "max" is no number
      const std::size_t blank = line->find(' ');
      if (blank != std::string::npos) limit(leading_number(*line), leading_number(line->substr(blank + 1)));
    }
    limit(files.number(group + "/cpu.cfs_quota_us"), files.number(group + "/cpu.cfs_period_us"));
  }
  return allowed;
}

std::optional<std::uint64_t> available_memory_bytes(const SystemFiles& files) {
  std::optional<double> bytes;
  if (const auto kibibytes = files.value("/proc/meminfo", "MemAvailable:"))
    if (const auto number = leading_number(*kibibytes)) bytes = *number * 1024;
  const auto limit = [&](const std::string& group, const char* most, const char* used, const char* cached) {
    const auto most_bytes = files.number(group + most);
    const auto used_bytes = files.number(group + used);
    if (!most_bytes || !used_bytes) return;
    // Cached files count as used, but make room.
    const double cached_bytes =
        leading_number(files.value(group + "/memory.stat", cached).value_or("")).value_or(0);
    const double left_bytes = std::max(0.0, *most_bytes - *used_bytes + cached_bytes);
    bytes = std::min(bytes.value_or(left_bytes), left_bytes);
  };
  for (const std::string& group : up_from(files.group("memory"))) {
    limit(group, "/memory.max", "/memory.current", "inactive_file ");
    limit(group, "/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_inactive_file ");
  }
  if (!bytes) return std::nullopt;
  return static_cast<std::uint64_t>(*bytes);
}

}  // namespace pcbench
