// process_tree: who descends from a process, as /proc tells.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace pcbench {

struct Descendant {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string name;  ///< as ps shows it
};

/// All that descend from ANCESTOR now and are no zombies, in no order. Whoever is born meanwhile may be
/// missing.
[[nodiscard]] std::vector<Descendant> descendants_of(pid_t ancestor);

}  // namespace pcbench
