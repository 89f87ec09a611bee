// One function a command. Each takes what the command line said and returns the exit status.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/exit_status.h"
#include "plan/plan.h"

namespace pcbench {

struct RunOptions {
  std::vector<std::string> configs;
  std::string resume;             ///< the record to go on with, instead of configs; empty: none
  std::vector<std::string> outs;  ///< FILE, "-" or FORMAT:FILE; empty: results/NAME.json
  std::string history_out;        ///< where a round's history goes, for recheck; empty: nowhere
  std::string trace;              ///< where a picture of that round goes, as trace events; empty: nowhere
  std::string format;             ///< of stdout; empty: the console's, where nothing else goes there
  PlanOptions plan;
  std::string launcher;  ///< mpi: the workers are ranks of an MPI job; empty: they are started here
  bool dry_run = false;
  bool quiet = false;
  bool no_color = false;
};

[[nodiscard]] ExitStatus run_command(const RunOptions& options);

/// TOPIC: transports, stops, waits, codecs, checks or formats; empty: all of them.
[[nodiscard]] ExitStatus list_command(const std::string& topic, bool as_json);
struct RecheckOptions {
  std::string file;      ///< a history in either form, "-" is standard input; or a run's record
  bool as_json = false;  ///< verdicts as in a report
  std::string to_json;   ///< also write the history there as JSON; "-" is stdout
};
/// Judges a stored history again: incorrect only where a verdict fails; or a run's record: where one fails
/// that was not expected to. Errors: Error for a file that is neither.
[[nodiscard]] ExitStatus recheck_command(const RecheckOptions& options);
struct ReportOptions {
  std::vector<std::string> files;  ///< JSON of run, ab, compare and history trend
  std::string html;                ///< the page; "-" is stdout
};
/// Writes one page that holds FILES. Errors: Error for a file that is none of these.
[[nodiscard]] ExitStatus report_command(const ReportOptions& options);
[[nodiscard]] ExitStatus validate_command(const std::vector<std::string>& files);

}  // namespace pcbench
