// Other people's queues from Debian's packages, each there where its package was when pcbench was configured, one row each.
#pragma once

#include <vector>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::vector<TransportRow> peer_transports();

}  // namespace pcbench
