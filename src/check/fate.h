// What became of a case under its faults, in a word: a cell of the fault matrix.
#pragma once

#include <string>

#include "model/record.h"
#include "model/report.h"

namespace pcbench {

/// Of RECORD with the verdicts and the outcome of REPORT, the first that holds:
///   hang(kind)   the watchdog ended a round
///   fail-stop    a fault struck, the channel told a survivor that it is broken, everybody left, and nothing
///                else is wrong
///   fail CHECK, unknown CHECK   the worst outcome, and the first check that came to it
///   degraded(n)  n messages died in the hands of a killed worker
///   conserved    all delivered once, in order, intact, and everybody left
[[nodiscard]] std::string fate_of(const CaseRecord& record, const CaseReport& report);

}  // namespace pcbench
