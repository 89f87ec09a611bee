// external: a round that a program plays, with workers of its own. It reads the case as JSON from standard
// input; what it writes as JSON to standard output becomes the round's record, which the same checks judge
// (docs/external-programs.md).
#pragma once

#include <cstdint>

#include "run/round.h"
#include "run/setup.h"
#include "run/signals.h"

namespace pcbench {

/// Has the program of SETUP's transport play one round. TIMEOUT_NS counts from its start. A program that
/// fails, hangs or writes no record leaves a record of that; nothing of it is left behind. Errors: Error when
/// it cannot be started at all. Requires: setup.transport->program.
[[nodiscard]] RoundResult run_external(const Setup& setup, std::uint64_t timeout_ns, Signals& signals,
                                       const RoundProgress& progress);

}  // namespace pcbench
