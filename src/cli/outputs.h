// Where a run's reports go: files, stdout, or both.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "report/formats.h"

namespace pcbench {

struct ReportTarget {
  const FormatRow* format;
  std::string path;
};

struct Outputs {
  std::vector<ReportTarget> files;
  const FormatRow* on_stdout = nullptr;  ///< nullptr: nothing
  bool table_on_stderr = false;          ///< stdout carries data, so people read the table elsewhere
};

/// What OPTIONS ask for in the run of a config called NAME. Errors: Error for an unknown format, for two
/// reports in one place.
[[nodiscard]] Outputs choose_outputs(const RunOptions& options, const std::string& name);

/// Creates results/ where it is used, and tries whether each file can be written. Errors: Error naming the
/// path.
void check_outputs(const Outputs& outputs);

}  // namespace pcbench
