// Timelines of the console: who did what when, a line a worker or operation, for an eye that looks for the
// moment at which things went wrong.
#pragma once

#include <ostream>

#include "report/formats.h"

namespace pcbench {

/// The operations of EXAMPLE, each from its call until its return; nothing where it has none.
void write_operations(const CounterExample& example, const FormatOptions& options, std::ostream& out);

/// The workers of the round that RECORD's first counter-example is about, or that did not end well: until
/// when each moved messages, waited, left or was struck. Nothing where no round is to blame.
void write_round_timeline(const CaseRecord& record, const CaseReport& report, const FormatOptions& options,
                          std::ostream& out);

}  // namespace pcbench
