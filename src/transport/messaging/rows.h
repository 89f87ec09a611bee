// Messaging libraries and io_uring, one row each.
#pragma once

#include <vector>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::vector<TransportRow> messaging_transports();

}  // namespace pcbench
