// The kernel's own ways between processes, one row each.
#pragma once

#include <vector>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::vector<TransportRow> kernel_transports();

}  // namespace pcbench
