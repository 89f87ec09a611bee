// From a record to a report: judged, summarized, with all warnings in one place.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "check/history/case_history.h"
#include "model/report.h"

namespace pcbench {

/// Assembles the reports of one run, again and again while it goes on: a case is judged anew only when it has
/// new rounds.
class Assembler {
 public:
  /// The report of RUN. Of a run that goes on or was interrupted it has the cases that were begun.
  [[nodiscard]] Report assemble(RunRecord run);

  /// Judges the HISTORY of the last round of RECORD; the case's next report has it. Returns the worst
  /// verdict.
  Outcome judge_history(const CaseRecord& record, const History& history);

 private:
  const CaseReport& judged(const CaseRecord& record);

  struct Judged {
    std::size_t rounds;
    std::string stop_reason;
    CaseReport report;
  };
  std::map<std::string, Judged> known_;  ///< by the case's id
  std::map<std::string, CaseHistory> histories_;
  std::map<std::string, RoundSeries> series_;  ///< of the case's last round that has one
};

}  // namespace pcbench
