// compare_command: `bench compare BASE.json NEW.json [MORE.json ...]`.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "compare/comparison_output.h"
#include "stats/gate.h"

namespace pcbench {

struct CompareOptions {
  std::vector<std::string> reports;  ///< the base first; at least two
  std::vector<std::string> metrics;  ///< gated besides the usual ones
  GateRule rule;
  std::string history;         ///< a store to learn from how far alike sessions lie apart; empty: none
  bool strict = false;         ///< inconclusive claims exit 5
  bool informational = false;  ///< compare what differs in machine or config, and never exit 4 or 5
  ComparisonOutput output;
};

/// Returns the exit status: 0, 1, 3, 4, 5, 6, or 7 where a file could not be written. Text about refusals
/// goes to ERR. Errors: Error for usage and for reports that cannot be read (exit 2).
[[nodiscard]] int compare_command(const CompareOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pcbench
