#include "run/topology.h"

#include "base/error.h"

namespace pcbench {

Topology load_topology(unsigned long flags) {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw system_error("hwloc_topology_init");
  Topology topology(raw);
  if (flags != 0) hwloc_topology_set_flags(raw, flags);
  if (hwloc_topology_load(raw) != 0) throw system_error("hwloc_topology_load");
  return topology;
}

}  // namespace pcbench
