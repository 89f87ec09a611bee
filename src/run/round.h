// Round: one timed execution of a case with a fresh channel and fresh workers, from creation to the last
// drop.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "model/history.h"
#include "run/execute.h"
#include "run/setup.h"
#include "run/signals.h"

namespace pcbench {

/// Called a few times a second with (messages consumed, time since the gate).
using RoundProgress = std::function<void(std::uint64_t messages, std::uint64_t elapsed_ns)>;

struct RoundResult {
  RoundRecord record;
  Effective effective;
  std::optional<History> history;  ///< verify history only
};

/// Runs one round and always comes back, at the latest a little after TIMEOUT_NS past the gate. Errors: Error
/// when the channel or a worker cannot be created at all (nothing is left behind then).
[[nodiscard]] RoundResult run_round(const Setup& setup, std::uint64_t timeout_ns, Signals& signals,
                                    const RoundProgress& progress);

}  // namespace pcbench
