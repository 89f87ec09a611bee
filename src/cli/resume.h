// resume: what a run that ended early has left to be gone on with.
#pragma once

#include <string>

#include "model/record.h"

namespace pcbench {

/// What PAST contributes to a run that goes on with its plan HERE: every round that ended by itself. Dropped
/// are rounds that were interrupted, and all of a case that logs histories, which no record keeps. Warns in
/// the record where rounds of two sessions come together. Errors: Error where PAST was run by another program
/// or on another machine than HERE, and for a plan with searches, whose rates are of one session.
[[nodiscard]] RunRecord taken_over(RunRecord past, const Environment& here);

/// Rounds that are kept and cases that need more, in words.
[[nodiscard]] std::string resumed_text(const RunRecord& past);

}  // namespace pcbench
