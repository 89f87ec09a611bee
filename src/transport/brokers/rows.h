// Other people's servers as transports, each where its package is.
#pragma once

#include <vector>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::vector<TransportRow> broker_transports();

}  // namespace pcbench
