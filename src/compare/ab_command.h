// ab_command: `bench ab --base BENCH --new BENCH --config FILE`.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "compare/ab_session.h"
#include "compare/bench_runner.h"
#include "compare/comparison_output.h"

namespace pcbench {

struct AbOptions {
  std::string base;  ///< a `bench` program
  std::string next;  ///< another
  std::string config;
  std::vector<std::string> metrics;  ///< gated besides the usual ones
  ConfigSize config_size;
  AbRules rules;
  bool strict = false;    ///< inconclusive claims exit 5
  bool progress = false;  ///< redraw a line on ERR: only on a terminal
  ComparisonOutput output;
};

/// Runs both programs on this machine until every claim is decided or the time is over. Returns the exit
/// status: 0, 1, 3, 4, 5, 6, 7 or 130. Its report is written in every case but 2. Nothing is left behind, on
/// Ctrl-C neither. Errors: Error for usage, programs and configs that do not work (exit 2). Requires: one
/// thread.
[[nodiscard]] int ab_command(const AbOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pcbench
