// history_command: `bench history add|list|trend`.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "compare/history_trend.h"
#include "report/formats.h"

namespace pcbench {

struct HistoryOptions {
  std::string database = "results/history.sqlite";
  std::vector<std::string> reports;  ///< add
  std::string name;                  ///< trend: of the config; empty: the newest session's
  std::string case_part;             ///< trend: only cases whose id contains it
  std::vector<std::string> metrics;  ///< trend: besides the gated ones
  std::size_t last = 100;            ///< trend: sessions looked at
  TrendRule rule;
  bool as_json = false;
  FormatOptions text;
};

/// Each returns the exit status: 0, 4 (trend: a regression) or 7 (add: not all could be written). Errors:
/// Error for reports or databases that cannot be read (exit 2).
[[nodiscard]] int history_add(const HistoryOptions& options, std::ostream& out, std::ostream& err);
[[nodiscard]] int history_list(const HistoryOptions& options, std::ostream& out);
[[nodiscard]] int history_trend(const HistoryOptions& options, std::ostream& out);

}  // namespace pcbench
