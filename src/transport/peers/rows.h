// Other people's queues, one row each, whether or not their packages were there when pcbench was configured.
#pragma once

#include <vector>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::vector<TransportRow> peer_transports();

}  // namespace pcbench
