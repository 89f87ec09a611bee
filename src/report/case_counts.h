// How a report's cases came out: the numbers of its `summary`, and of the console's last line.
#pragma once

#include <cstddef>

#include "model/report.h"

namespace pcbench {

struct CaseCounts {
  std::size_t cases = 0;
  std::size_t passed = 0;   ///< as expected, whatever the outcome
  std::size_t failed = 0;   ///< not as expected: a fail, or a pass where only another outcome was allowed
  std::size_t unknown = 0;  ///< not as expected: nothing could be concluded
};

[[nodiscard]] inline CaseCounts count_cases(const Report& report) noexcept {
  CaseCounts counts;
  for (const CaseReport& one : report.cases) {
    ++counts.cases;
    if (one.as_expected) ++counts.passed;
    else if (one.outcome == Outcome::unknown) ++counts.unknown;
    else ++counts.failed;
  }
  return counts;
}

}  // namespace pcbench
