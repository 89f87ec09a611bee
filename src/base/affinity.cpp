#include "base/affinity.h"

#include <cerrno>

namespace pcbench {

std::vector<std::size_t> allowed_cpus() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::vector<std::size_t> cpus;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return cpus;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &allowed)) cpus.push_back(cpu);
  return cpus;
}

bool bind_to_cpu(std::size_t cpu) noexcept {
  if (cpu >= CPU_SETSIZE) {
    errno = EINVAL;
    return false;
  }
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  return ::sched_setaffinity(0, sizeof one, &one) == 0;
}

KeptAffinity::KeptAffinity() noexcept : known_(::sched_getaffinity(0, sizeof before_, &before_) == 0) {}

KeptAffinity::~KeptAffinity() {
  if (known_) ::sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace pcbench
