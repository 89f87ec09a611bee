// ab_report: from what a comparison of two programs recorded to its verdicts, and to its file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compare/ab_session.h"
#include "compare/comparison.h"
#include "compare/history_store.h"

namespace pcbench {

/// Everything an `ab` report tells.
struct AbReport {
  std::string base_path;
  std::string new_path;
  nlohmann::json base_survey;  ///< the report of the base program's first run: machine, build, config
  nlohmann::json new_survey;
  AbRules rules;
  std::vector<std::string> gated;  ///< metrics that were asked for; a case may lack some
  std::vector<AbCase> cases;
  std::vector<std::uint32_t> rounds;  ///< timed in each process, one a case
  std::vector<NotCompared> left_out;  ///< before anything was timed
  AbRecord record;
  std::string started_at;  ///< UTC, ISO 8601 with Z
  double elapsed_s = 0;
};

/// The verdicts, with the control's word on them. A found change is inconclusive where the control alarmed
/// anywhere, or where the claim's own control is spread wider than the margin and reaches the claim's
/// interval.
[[nodiscard]] Comparison comparison_of(const AbReport& report);

/// Schema "pcbench/ab" 1.0. Every pair's values, order and dropped tries are in it, so that the verdicts can
/// be computed again.
[[nodiscard]] nlohmann::ordered_json ab_json(const AbReport& report, const Comparison& comparison);

/// What a history keeps of an "pcbench/ab" file. Errors: Error with the JSON pointer, or for one that was
/// interrupted or judged nothing: its control says nothing of this machine.
[[nodiscard]] ControlReport control_report_of(const nlohmann::json& json, const std::string& path);

}  // namespace pcbench
