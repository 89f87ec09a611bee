// What was in the hands of consumers that died: neither lost nor doubled by the transport.
#pragma once

#include <cstdint>

#include "model/record.h"

namespace pcbench {

/// How many messages the drain may have found although a consumer had noted them: those that consumers held
/// in their hands, noted but not yet released, when they were stopped.
[[nodiscard]] std::uint64_t held_at_most(const CaseRecord& record, const RoundRecord& round);

/// How many messages consumers that the case itself killed may have taken with them: none where at_least_once
/// is promised.
[[nodiscard]] std::uint64_t in_flight_at_most(const CaseRecord& record, const RoundRecord& round);

/// How many messages may have come late or twice, because whoever held them did not acknowledge them: none
/// where at_least_once is not promised, or nobody died.
[[nodiscard]] std::uint64_t redelivered_at_most(const CaseRecord& record, const RoundRecord& round);

}  // namespace pcbench
