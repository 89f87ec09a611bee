// Searches: before a plan is run, each case with a `search` finds its rate in runs of its own.
#pragma once

#include <string>
#include <vector>

#include "model/case.h"
#include "model/record.h"

namespace pcbench {

/// What SEARCH says of one rate: of CASE's rounds as a report has them.
[[nodiscard]] SearchPoint search_point(const Search& search, const CaseRecord& record);

/// Why none of POINTS is a rate that was found: their reasons, the most frequent one first, and at how many.
[[nodiscard]] std::string why_none_was_found(const std::vector<SearchPoint>& points);

struct SearchedCase {
  std::string case_id;
  SearchRecord record;
};

/// Searches for every case of PLAN that asks for it and sets its rate to what was found (or leaves it at its
/// start). Says each step on stderr unless QUIET. Ends early when a signal asks for it, which is then raised
/// again. Requires: stop signals are blocked.
[[nodiscard]] std::vector<SearchedCase> search_rates(Plan& plan, bool quiet);

/// Puts the searches of a run to its cases, and says where the run itself did not keep what its search found.
void add_searches(const std::vector<SearchedCase>& searches, RunRecord& run);

}  // namespace pcbench
