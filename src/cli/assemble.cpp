#include "cli/assemble.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "check/judge.h"
#include "run/environment.h"
#include "stats/history_cost.h"
#include "stats/series.h"
#include "stats/summarize.h"

namespace pcbench {
namespace {

bool was_begun(const CaseRecord& record) {
  return !record.rounds.empty() || (!record.stop_reason.empty() && record.stop_reason != "interrupted");
}

void add_new(std::vector<Warning>& warnings, const Warning& warning) {
  const auto same = [&](const Warning& other) {
    return other.id == warning.id && other.text == warning.text;
  };
  if (std::none_of(warnings.begin(), warnings.end(), same)) warnings.push_back(warning);
}

}  // namespace

const CaseReport& Assembler::judged(const CaseRecord& record) {
  const auto known = known_.find(record.config.id);
  if (known != known_.end() && known->second.rounds == record.rounds.size() &&
      known->second.stop_reason == record.stop_reason)
    return known->second.report;
  const auto history = histories_.find(record.config.id);
  const CaseHistory* logged = history == histories_.end() ? nullptr : &history->second;
  CaseReport report = judge_case(record, logged);
  report.summary = summarize(record);
  if (const auto series = series_.find(record.config.id); series != series_.end())
    report.summary.series = series->second;
  if (logged != nullptr)
    for (const Warning& warning : logged->warnings(record)) report.summary.warnings.push_back(warning);
  Judged& entry = known_[record.config.id];
  entry = {record.rounds.size(), record.stop_reason, std::move(report)};
  return entry.report;
}

Outcome Assembler::judge_history(const CaseRecord& record, const History& history) {
  if (std::optional<RoundSeries> series = series_of(record.rounds.back(), history))
    series_[record.config.id] = std::move(*series);
  return histories_[record.config.id].add(record.rounds.back(), history);
}

Report Assembler::assemble(RunRecord run) {
  if (!run.complete) std::erase_if(run.cases, [](const CaseRecord& record) { return !was_begun(record); });
  Report report;
  for (const CaseRecord& record : run.cases) {
    report.cases.push_back(judged(record));
    report.cases.back().summary.history_cost = history_cost(record, run.cases);
  }
  std::vector<Warning> warnings = run.warnings;
  for (const auto& list : {run.plan.warnings, environment_warnings(run.environment)})
    warnings.insert(warnings.end(), list.begin(), list.end());
  for (const Warning& warning : warnings) {
    const auto owner = std::find_if(run.cases.begin(), run.cases.end(), [&](const CaseRecord& record) {
      return !warning.case_id.empty() && record.config.id == warning.case_id;
    });
    if (owner != run.cases.end()) add_new(owner->warnings, warning);
    else if (warning.case_id.empty()) add_new(report.warnings, warning);
  }
  report.record = std::move(run);
  return report;
}

}  // namespace pcbench
