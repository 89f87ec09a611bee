// Transports whose rounds a program plays: somebody's own, and CPython's multiprocessing
// (docs/external-programs.md).
#pragma once

#include <vector>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::vector<TransportRow> external_transports();

}  // namespace pcbench
