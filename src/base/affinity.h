// Affinity: which CPUs a thread may use, and binding it to one of them.
#pragma once

#include <sched.h>

#include <cstddef>
#include <vector>

namespace pcbench {

/// The CPUs that the calling thread may use, in rising order; empty: the kernel does not say.
[[nodiscard]] std::vector<std::size_t> allowed_cpus();

/// Binds the calling thread to CPU alone. False: it may not run there, and errno says why.
bool bind_to_cpu(std::size_t cpu) noexcept;

/// Gives the calling thread the CPUs back that it had at first. Requires: destroyed by the same thread.
class KeptAffinity {
 public:
  KeptAffinity() noexcept;
  KeptAffinity(const KeptAffinity&) = delete;
  KeptAffinity& operator=(const KeptAffinity&) = delete;
  ~KeptAffinity();

 private:
  cpu_set_t before_{};
  bool known_;
};

}  // namespace pcbench
