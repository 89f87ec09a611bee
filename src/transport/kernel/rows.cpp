#include "transport/kernel/rows.h"

namespace pcbench {

std::vector<TransportRow> kernel_transports() { return {}; }

}  // namespace pcbench
