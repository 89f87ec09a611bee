// overrides: what the command line changes in a config before it is validated.
#pragma once

#include "plan/json_text.h"
#include "plan/plan.h"

namespace pcbench {

/// Applies OPTIONS' set in order, then rounds, max_time_s and seed, to DOCUMENT. Objects on the way to a new
/// key are made; elements of lists must exist. Errors: Error naming the assignment that cannot be made.
void apply_overrides(Json& document, const PlanOptions& options);

}  // namespace pcbench
