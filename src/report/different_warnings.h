// different_warnings: a report's warnings, of the run and of its cases, for people.
#pragma once

#include <vector>

#include "model/report.h"

namespace pcbench {

/// Of each kind of warning the first, its text followed by the case and how many more were given: "text (CASE
/// and 3 more)".
[[nodiscard]] std::vector<Warning> different_warnings(const Report& report);

}  // namespace pcbench
