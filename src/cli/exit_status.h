// What the exit status of every command means. Scripts rely on these numbers.
#pragma once

#include <cstdint>

#include "model/report.h"

namespace pcbench {

enum class ExitStatus : std::uint8_t {
  ok = 0,
  incorrect = 1,     ///< a verdict that was not expected
  usage = 2,         ///< usage or config error; nothing was run
  unfinished = 3,    ///< a hang or a worker that died unasked, where that was not expected
  regression = 4,    ///< compare, ab, history trend
  inconclusive = 5,  ///< compare, ab: with --strict
  refused = 6,       ///< reports that are not comparable, or a machine that is not quiet
  not_written = 7,   ///< the report could not be written
  interrupted = 130,
};

/// The one of two that is told when both apply.
[[nodiscard]] ExitStatus worse(ExitStatus a, ExitStatus b) noexcept;

/// What a finished run comes to, by its verdicts alone.
[[nodiscard]] ExitStatus status_of(const Report& report);

}  // namespace pcbench
