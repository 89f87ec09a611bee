#include "base/perf_counters.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace pcbench {
namespace {

/// As read(2) gives a whole group.
struct GroupReading {
  std::uint64_t count;
  std::uint64_t enabled_ns;
  std::uint64_t running_ns;
  PerfCounts values;
};

int open_counter(const PerfEvent& event, int leader) noexcept {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = event.type;
  attributes.config = event.config;
  if (leader < 0) attributes.disabled = 1;  // the others go with it
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format =
      PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return static_cast<int>(::syscall(SYS_perf_event_open, &attributes, 0, -1, leader, PERF_FLAG_FD_CLOEXEC));
}

}  // namespace

const PerfEvents kHardwareEvents = {{{PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
                                     {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
                                     {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
                                     {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES}}};

PerfCounters::PerfCounters(const PerfEvents& events) noexcept {
  for (std::size_t i = 0; i < kPerfEvents && error_ == 0; ++i) {
    const int counter = open_counter(events[i], i == 0 ? -1 : counters_[0].get());
    if (counter < 0) error_ = errno;
    else counters_[i] = FileDescriptor(counter);
  }
}

void PerfCounters::start() noexcept {
  if (error_ == 0) ::ioctl(counters_[0].get(), PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
}

PerfCounts PerfCounters::read() noexcept {
  GroupReading reading{};
  ::ioctl(counters_[0].get(), PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
  if (::read(counters_[0].get(), &reading, sizeof reading) != sizeof reading) error_ = errno;
  if (reading.running_ns != 0 && reading.running_ns < reading.enabled_ns)
    for (std::uint64_t& value : reading.values)
      value =
          static_cast<std::uint64_t>(static_cast<double>(value) * static_cast<double>(reading.enabled_ns) /
                                     static_cast<double>(reading.running_ns));
  return reading.values;
}

std::string perf_refusal(int error) {
  switch (error) {
    case 0:
      return {};
    case ENOENT:
    case EOPNOTSUPP:
      return "this machine has no hardware counters, as most virtual machines";
    case EACCES:
    case EPERM:
      return "the kernel does not permit them: sudo sysctl kernel.perf_event_paranoid=2, or a container's "
             "seccomp "
             "profile that allows perf_event_open";
    default:
      return std::string("perf_event_open: ") + std::strerror(error);
  }
}

}  // namespace pcbench
