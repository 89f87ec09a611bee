// The transport whose workers are ranks of an MPI job.
#pragma once

#include <vector>

#include "transport/transport.h"

namespace pcbench {

[[nodiscard]] std::vector<TransportRow> mpi_transports();

}  // namespace pcbench
