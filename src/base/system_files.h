// SystemFiles: the small text files of /proc and /sys, under a root of choice so that a test can bring its
// own machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pcbench {

class SystemFiles {
 public:
  /// ROOT stands for "/"; it does not end with one.
  explicit SystemFiles(std::string root = {}) : root_(std::move(root)) {}

  /// The whole file, up to 1 MiB; nullopt: it cannot be read. PATH is absolute.
  [[nodiscard]] std::optional<std::string> text(const std::string& path) const;
  /// Its first line.
  [[nodiscard]] std::optional<std::string> line(const std::string& path) const;
  /// The number its first line begins with.
  [[nodiscard]] std::optional<double> number(const std::string& path) const;
  /// What follows KEY and blanks, colons or equals signs on the first line that begins with KEY.
  [[nodiscard]] std::optional<std::string> value(const std::string& path, std::string_view key) const;
  /// The same as numbers, one a word, up to the first word that is none.
  [[nodiscard]] std::vector<double> numbers(const std::string& path, std::string_view key) const;

  /// The CPUs of a list such as "0-3,8", as "/sys" and "/proc" write it; nullopt: there is no such file or
  /// key. Without KEY the first line is the list.
  [[nodiscard]] std::optional<std::size_t> count_of_list(const std::string& path,
                                                         std::string_view key = {}) const;

  /// The folder of this process's control group for CONTROLLER, of version 2 or 1.
  [[nodiscard]] std::string group(const std::string& controller) const;
  [[nodiscard]] std::string cpu_group() const { return group("cpu"); }

 private:
  std::string root_;
};

/// How many CPUs the control groups of this process let it use, the least of its own and all above it;
/// nullopt: none of them sets a limit.
[[nodiscard]] std::optional<double> group_cpus(const SystemFiles& files);

/// How much memory could be given out without swapping or ending somebody (proc(5), MemAvailable), and
/// without one of the control groups running into its limit; nullopt: the system says neither.
[[nodiscard]] std::optional<std::uint64_t> available_memory_bytes(const SystemFiles& files);

/// The number TEXT begins with.
[[nodiscard]] std::optional<double> leading_number(std::string_view text);

}  // namespace pcbench
