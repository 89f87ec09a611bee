// Topology: the machine as hwloc sees it.
#pragma once

#include <hwloc.h>

#include <memory>

namespace pcbench {

struct TopologyDeleter {
  void operator()(hwloc_topology_t topology) const noexcept { hwloc_topology_destroy(topology); }
};
using Topology = std::unique_ptr<hwloc_topology, TopologyDeleter>;

/// With hwloc's FLAGS. Errors: Error where hwloc cannot read it.
[[nodiscard]] Topology load_topology(unsigned long flags = 0);

}  // namespace pcbench
