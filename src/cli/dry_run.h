// What `run --dry-run` prints instead of running.
#pragma once

#include <string>

#include "model/case.h"

namespace pcbench {

/// Each case of PLAN with a guess at its time, a line each.
[[nodiscard]] std::string dry_run_text(const Plan& plan);

}  // namespace pcbench
