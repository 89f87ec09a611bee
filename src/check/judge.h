// check: from a case's record to its verdicts. Judges exactly what the transport promises, from what
// consumers popped.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "check/history/case_history.h"
#include "model/record.h"
#include "model/report.h"
#include "model/verdict.h"

namespace pcbench {

/// Whose question a check is.
enum class Asked : std::uint8_t { of_messages, of_numbers, of_both };

/// A row of the registry of checks.
struct CheckRow {
  std::string_view name;
  std::string_view help;
  Verdict (*judge)(const CaseRecord&);  ///< from the rounds' counts; nullptr: only a history can tell
  Asked asked = Asked::of_messages;
};

/// Whether a case of WORKLOAD may have a verdict of ROW.
[[nodiscard]] constexpr bool asks(const CheckRow& row, Workload workload) noexcept {
  const Asked other = workload == Workload::shared_state ? Asked::of_messages : Asked::of_numbers;
  return row.asked != other;
}

[[nodiscard]] std::span<const CheckRow> checks() noexcept;

/// One verdict for each of ROWS that this case has, in their order. A check that throws is `unknown:
/// checker_error`. HISTORY: what the rounds' histories came to, where verify is history; a case that lacks
/// one of them is `unknown` wherever a history tells more.
[[nodiscard]] std::vector<Verdict> judge(const CaseRecord& record, const CaseHistory* history = nullptr,
                                         std::span<const CheckRow> rows = checks());

/// The outcomes a check may have in this case: what `expect` says; where it is silent `pass`, or `unknown`
/// where the case itself switched the check off (the floor transport, verify none, integrity off). Two
/// consequences: a check that is switched off may always be `unknown`, and where `expect` lets termination
/// fail, so may the checks it is silent about, because a hang can leave them without evidence.
[[nodiscard]] std::vector<Outcome> allowed_outcomes(const CaseRecord& record, std::string_view check);

/// All of a case's report but its summary: verdicts, the worst of them, the worst allowed, whether each
/// verdict is one it was allowed, and what became of the case under its faults.
[[nodiscard]] CaseReport judge_case(const CaseRecord& record, const CaseHistory* history = nullptr);

}  // namespace pcbench
