#include "cli/exit_status.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

/// A report of one case whose termination came to OUTCOME, after a round that ended like END.
Report report_of(RoundEnd end, Outcome outcome, const Expectation& expect = {}) {
  CaseRecord record;
  record.config.expect = expect;
  record.rounds.resize(1);
  record.rounds[0].end = end;
  CaseReport report;
  report.verdicts = {{"termination", outcome, {}, {}, {}, {}}};
  report.outcome = outcome;
  const auto said = expect.find("termination");
  report.as_expected = said == expect.end() ? outcome == Outcome::pass : said->second.front() == outcome;
  report.verdicts[0].allowed = report.as_expected;
  Report result;
  result.record.cases = {record};
  result.cases = {report};
  return result;
}

const Expectation kMayFail = {{"termination", {Outcome::fail}}};

TEST(ExitStatus, everything_as_expected_is_0) {
  EXPECT_EQ(status_of(report_of(RoundEnd::completed, Outcome::pass)), ExitStatus::ok);
  EXPECT_EQ(status_of(report_of(RoundEnd::hung, Outcome::fail, kMayFail)), ExitStatus::ok);
  EXPECT_EQ(status_of(Report{}), ExitStatus::ok);
}

TEST(ExitStatus, hang_and_death_are_3_and_other_failures_1) {
  EXPECT_EQ(status_of(report_of(RoundEnd::hung, Outcome::fail)), ExitStatus::unfinished);
  EXPECT_EQ(status_of(report_of(RoundEnd::worker_died, Outcome::fail)), ExitStatus::unfinished);
  EXPECT_EQ(status_of(report_of(RoundEnd::completed, Outcome::fail)), ExitStatus::incorrect);
  EXPECT_EQ(status_of(report_of(RoundEnd::completed, Outcome::unknown)), ExitStatus::incorrect);
  EXPECT_EQ(status_of(report_of(RoundEnd::completed, Outcome::pass, kMayFail)), ExitStatus::incorrect);
}

TEST(ExitStatus, expected_hang_with_an_unexpected_loss_is_1) {
  Report report = report_of(RoundEnd::hung, Outcome::fail, kMayFail);
  report.cases[0].verdicts.push_back({"delivery", Outcome::fail, {}, {}, {}, {}, false});
  report.cases[0].as_expected = false;
  EXPECT_EQ(status_of(report), ExitStatus::incorrect);
}

TEST(ExitStatus, interruption_comes_before_everything) {
  Report report = report_of(RoundEnd::hung, Outcome::fail);
  report.record.interrupted = true;
  EXPECT_EQ(status_of(report), ExitStatus::interrupted);
}

TEST(ExitStatus, worse_follows_the_order_of_the_contract) {
  constexpr ExitStatus kOrder[] = {ExitStatus::interrupted, ExitStatus::unfinished, ExitStatus::incorrect,
                                   ExitStatus::not_written, ExitStatus::ok};
  for (std::size_t i = 0; i < std::size(kOrder); ++i)
    for (std::size_t j = i; j < std::size(kOrder); ++j) {
      EXPECT_EQ(worse(kOrder[i], kOrder[j]), kOrder[i]);
      EXPECT_EQ(worse(kOrder[j], kOrder[i]), kOrder[i]);
    }
}

}  // namespace
}  // namespace pcbench
