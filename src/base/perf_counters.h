// Perf counters: what a CPU counts while the calling thread runs in user mode, where the kernel permits it
// and the machine has them; most virtual machines do not.
// Source      perf_event_open(2)
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/file_descriptor.h"

namespace pcbench {

/// As perf_event_open numbers them.
struct PerfEvent {
  std::uint32_t type;
  std::uint64_t config;
};
inline constexpr std::size_t kPerfEvents = 4;
using PerfEvents = std::array<PerfEvent, kPerfEvents>;
using PerfCounts = std::array<std::uint64_t, kPerfEvents>;

extern const PerfEvents kHardwareEvents;
/// Their names in reports.
inline constexpr std::array<const char*, kPerfEvents> kHardwareNames = {"cycles", "instructions",
                                                                        "cache_misses", "branch_misses"};

class PerfCounters {
 public:
  /// Of the calling thread; they stand still at first.
  explicit PerfCounters(const PerfEvents& events = kHardwareEvents) noexcept;

  /// Why they do not count, as errno; 0: they do.
  [[nodiscard]] int error() const noexcept { return error_; }
  /// They count from now on.
  void start() noexcept;
  /// What they have counted since; extrapolated where the kernel had to share them. Requires: error() == 0.
  [[nodiscard]] PerfCounts read() noexcept;

 private:
  std::array<FileDescriptor, kPerfEvents> counters_;  // the first leads the group
  int error_ = 0;
};

/// ERROR of PerfCounters in words, with what may help; empty: they count.
[[nodiscard]] std::string perf_refusal(int error);

}  // namespace pcbench
