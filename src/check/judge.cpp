#include "check/judge.h"

#include <algorithm>
#include <exception>
#include <optional>

#include "check/fate.h"
#include "check/rounds.h"

namespace pcbench {
namespace {

bool needs_history(const CheckRow& row) {
  return row.judge == nullptr || row.name == "delivery" || row.name == "order";
}

Verdict run_check(const CheckRow& row, const CaseRecord& record) {
  Verdict verdict;
  if (record.rounds.empty()) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = "no round was run";
  } else if (row.judge == nullptr) {
    verdict.reason = switched_off(record, row.name);
    verdict.outcome = verdict.reason.empty() ? Outcome::pass : Outcome::unknown;
  } else {
    try {
      verdict = row.judge(record);
    } catch (const std::exception& error) {
      verdict = {};
      verdict.outcome = Outcome::unknown;
      verdict.reason = std::string("checker_error: ") + error.what();
    }
  }
  verdict.check = row.name;
  return verdict;
}

/// Where verify is history, what was counted is not all.
void add_history(const CheckRow& row, const CaseRecord& record, const CaseHistory* history,
                 Verdict& verdict) {
  if (record.rounds.empty() || !needs_history(row) || !switched_off(record, row.name).empty()) return;
  if (history != nullptr && history->rounds() == record.rounds.size() + record.histories_not_kept)
    return history->merge_into(verdict);
  if (verdict.outcome == Outcome::fail) return;
  verdict.outcome = Outcome::unknown;
  verdict.reason = "the history of a round is missing";
}

/// A round of ping_pong is judged as two: what went there, and what came back.
CaseRecord with_both_ways(const CaseRecord& record) {
  CaseRecord both = record;
  both.rounds.clear();
  for (const RoundRecord& round : record.rounds) {
    both.rounds.push_back(round);
    for (const RoundRecord& pongs : round.pongs) both.rounds.emplace_back(pongs).index = round.index;
  }
  return both;
}

bool contains(const std::vector<Outcome>& outcomes, Outcome outcome) {
  return std::find(outcomes.begin(), outcomes.end(), outcome) != outcomes.end();
}

}  // namespace

std::vector<Verdict> judge(const CaseRecord& record, const CaseHistory* history,
                           std::span<const CheckRow> rows) {
  const bool has_history = record.config.verify == Verify::history;
  std::optional<CaseRecord> both;
  if (record.config.workload == Workload::ping_pong) both = with_both_ways(record);
  std::vector<Verdict> verdicts;
  for (const CheckRow& row : rows) {
    if (!asks(row, record.config.workload) || (row.judge == nullptr && !has_history)) continue;
    verdicts.push_back(run_check(row, both ? *both : record));
    if (has_history) add_history(row, record, history, verdicts.back());
  }
  return verdicts;
}

std::vector<Outcome> allowed_outcomes(const CaseRecord& record, std::string_view check) {
  const Expectation& expect = record.config.expect;
  const auto said = expect.find(std::string(check));
  const bool off = !switched_off(record, check).empty();
  std::vector<Outcome> allowed;
  if (said != expect.end()) allowed = said->second;
  else if (!off) allowed = {Outcome::pass};

  const auto termination = expect.find("termination");
  const bool may_hang = termination != expect.end() && contains(termination->second, Outcome::fail);
  const bool silent = said == expect.end();
  // the case itself chose to look at a part that may hold no failed attempt
  const bool bursts = record.config.history_burst_every_ms && (check == "empty" || check == "capacity");
  if ((off || (silent && (may_hang || bursts))) && !contains(allowed, Outcome::unknown))
    allowed.push_back(Outcome::unknown);
  return allowed;
}

CaseReport judge_case(const CaseRecord& record, const CaseHistory* history) {
  CaseReport report;
  report.verdicts = judge(record, history);
  for (Verdict& verdict : report.verdicts) {
    const std::vector<Outcome> allowed = allowed_outcomes(record, verdict.check);
    verdict.allowed = contains(allowed, verdict.outcome);
    report.outcome = worst(report.outcome, verdict.outcome);
    for (const Outcome outcome : allowed) report.expected = worst(report.expected, outcome);
    report.as_expected = report.as_expected && verdict.allowed;
  }
  report.fate = fate_of(record, report);
  return report;
}

}  // namespace pcbench
