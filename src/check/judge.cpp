#include "check/judge.h"

#include <algorithm>
#include <exception>

#include "check/rounds.h"

namespace pcbench {
namespace {

Verdict run_check(const CheckRow& row, const CaseRecord& record) {
  Verdict verdict;
  if (record.rounds.empty()) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = "no round was run";
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

bool contains(const std::vector<Outcome>& outcomes, Outcome outcome) {
  return std::find(outcomes.begin(), outcomes.end(), outcome) != outcomes.end();
}

}  // namespace

std::vector<Verdict> judge(const CaseRecord& record) {
  std::vector<Verdict> verdicts;
  for (const CheckRow& row : checks()) verdicts.push_back(run_check(row, record));
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
  if ((off || (silent && may_hang)) && !contains(allowed, Outcome::unknown))
    allowed.push_back(Outcome::unknown);
  return allowed;
}

CaseReport judge_case(const CaseRecord& record) {
  CaseReport report;
  report.verdicts = judge(record);
  for (const Verdict& verdict : report.verdicts) {
    const std::vector<Outcome> allowed = allowed_outcomes(record, verdict.check);
    report.outcome = worst(report.outcome, verdict.outcome);
    for (const Outcome outcome : allowed) report.expected = worst(report.expected, outcome);
    report.as_expected = report.as_expected && contains(allowed, verdict.outcome);
  }
  return report;
}

}  // namespace pcbench
