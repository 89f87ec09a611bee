// The parts of the console report below its table.
#pragma once

#include <functional>
#include <ostream>
#include <string>

#include "report/formats.h"
#include "report/text.h"

namespace pcbench {

/// The verdict in a word or two, with the checks behind it; what was not expected is in capitals.
[[nodiscard]] Cell verdict_cell(const CaseRecord& record, const CaseReport& report);

/// Of which placement class the numbers are, and what the rounds of others came to. LABEL names a case.
void write_placement(const Report& report, const std::function<std::string(const Case&)>& label,
                     const FormatOptions& options, std::ostream& out);

/// One block for each case that failed or is not as expected: rounds, blocked workers, first
/// counter-examples.
void write_failures(const Report& report, const FormatOptions& options, std::ostream& out);

/// Of each kind of warning the first, with its remedy and how often it was given.
void write_warnings(const Report& report, const FormatOptions& options, std::ostream& out);

/// The last line: how many cases are as expected, and how long it took.
void write_summary_line(const Report& report, const FormatOptions& options, std::ostream& out);

}  // namespace pcbench
