#include "transport/peers/rows.h"

namespace pcbench {

std::vector<TransportRow> peer_transports() { return {}; }

}  // namespace pcbench
