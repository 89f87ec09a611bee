// Report: the record with its verdicts and summaries; what every format writes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/record.h"
#include "model/summary.h"
#include "model/verdict.h"

namespace pcbench {

struct CaseReport {
  std::vector<Verdict> verdicts;
  Summary summary;
  Outcome outcome = Outcome::pass;   ///< the worst of the verdicts
  Outcome expected = Outcome::pass;  ///< the worst it was allowed
  bool as_expected = true;
  std::string fate;  ///< what became of it under its faults, as check/fate.h has it
};

struct Report {
  RunRecord record;  ///< record.cases[i] belongs to cases[i]
  std::vector<CaseReport> cases;
  std::vector<Warning> warnings;  ///< of the run and of the environment
};

}  // namespace pcbench
