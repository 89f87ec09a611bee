// Trace: one round as Chrome's trace-event JSON, to be looked at in Perfetto (ui.perfetto.dev) or
// chrome://tracing.
//   processes  "producers", "consumers", "channel"; a worker is a thread of its side
//   slices     a worker's life in its loop; in it each push and pop (a batch is one) and each wait for room
//              or for a message; what never returned goes on until the end
//   instants   faults, and who was blocked at the end of a round that hung
//   counter    occupancy: how many messages are inside for certain, and at most
// Times are microseconds since the round's start.
#pragma once

#include <ostream>

#include "model/history.h"
#include "model/record.h"

namespace pcbench {

/// Requires: HISTORY is what ROUND of RECORD logged.
void write_trace(const CaseRecord& record, const RoundRecord& round, const History& history,
                 std::ostream& out);

}  // namespace pcbench
