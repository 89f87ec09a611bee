// Collect: from shared memory and exit statuses to a RoundRecord, once nobody writes any more.
#pragma once

#include <cstdint>
#include <string>

#include "model/record.h"
#include "run/crew.h"
#include "run/setup.h"
#include "worker/control.h"

namespace pcbench {

/// When the first producer was released: the zero of the round's times. 0: none was.
[[nodiscard]] std::uint64_t round_start_ns(const Control& control) noexcept;

/// Fills the times of ROUND as a whole from those of its workers.
void collect_times(RoundRecord& round);

/// Runs the final drain where that is possible. Returns why there is none; empty: there is one.
[[nodiscard]] std::string drain_round(const Setup& setup, const Control& control, Crew& crew, RoundEnd end);

/// Fills workers, drain, times, bitmap and histogram of ROUND, whose end and drain_missing are set, as far as
/// shared memory tells: the workers' processes and how they ended are not in it.
/// Requires: every worker has ended.
void collect_evidence(const Control& control, std::uint64_t start_ns, RoundRecord& round);

/// The same, and what CREW knows of the workers.
void collect(const Control& control, const Crew& crew, std::uint64_t start_ns, RoundRecord& round);

/// Fills the pongs and the round trips of ROUND, whose way there has been collected, from BACK, the evidence
/// of its way back.
void collect_pongs(const Control& back, std::uint64_t start_ns, RoundRecord& round);

}  // namespace pcbench
