// What a reader must know of the machine and the build to judge a number.
#pragma once

#include <vector>

#include "base/system_files.h"
#include "model/record.h"

namespace pcbench {

/// Host, CPU, kernel, memory, clock and noise facts of the report's `environment`, read now.
[[nodiscard]] Environment read_environment(const SystemFiles& files = SystemFiles());

/// What of it will spoil a measurement, each with a remedy (debug build, sanitizers, powersave governor, high
/// load …).
[[nodiscard]] std::vector<Warning> environment_warnings(const Environment& environment);

}  // namespace pcbench
