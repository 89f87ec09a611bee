#include "cli/exit_status.h"

#include <algorithm>
#include <array>

namespace pcbench {
namespace {

constexpr std::array kWorstFirst = {ExitStatus::usage,      ExitStatus::interrupted,  ExitStatus::unfinished,
                                    ExitStatus::incorrect,  ExitStatus::not_written,  ExitStatus::refused,
                                    ExitStatus::regression, ExitStatus::inconclusive, ExitStatus::ok};

/// Whether the case could not finish although its termination was expected to be right.
bool is_unfinished(const CaseRecord& record, const CaseReport& report) {
  const bool ended = std::any_of(record.rounds.begin(), record.rounds.end(), [](const RoundRecord& round) {
    return round.end == RoundEnd::hung || round.end == RoundEnd::worker_died;
  });
  if (!ended) return false;
  return std::any_of(report.verdicts.begin(), report.verdicts.end(), [](const Verdict& verdict) {
    return verdict.check == "termination" && !verdict.allowed;
  });
}

}  // namespace

ExitStatus worse(ExitStatus a, ExitStatus b) noexcept {
  return *std::find_if(kWorstFirst.begin(), kWorstFirst.end(),
                       [&](ExitStatus status) { return status == a || status == b; });
}

ExitStatus status_of(const Report& report) {
  ExitStatus status = report.record.interrupted ? ExitStatus::interrupted : ExitStatus::ok;
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    if (report.cases[i].as_expected) continue;
    const bool unfinished = is_unfinished(report.record.cases[i], report.cases[i]);
    status = worse(status, unfinished ? ExitStatus::unfinished : ExitStatus::incorrect);
  }
  return status;
}

}  // namespace pcbench
