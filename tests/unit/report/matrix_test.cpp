#include <gtest/gtest.h>

#include <sstream>

#include "report/writers.h"
#include "sample.h"

namespace pcbench {
namespace {

/// One case whose producer p0 was killed by order in each round, and that ended well.
Report struck() {
  Report report = sample::report();
  report.record.cases.resize(1);
  report.cases.resize(1);
  CaseRecord& record = report.record.cases.front();
  const FaultSpec fault{FaultKind::kill, false, 0, FaultPhase::in_push, 10};
  record.config.faults = {fault};
  for (RoundRecord& round : record.rounds) {
    round.faults = {{fault, 5000}};
    round.workers.front().exit = {ExitKind::signaled, 9, true};
  }
  return report;
}

/// As struck(), and then the one consumer was told that the channel is broken.
Report told() {
  Report report = struck();
  report.record.cases.front().rounds.back().workers.back().error = "the channel ended within a message";
  report.cases.front().outcome = Outcome::fail;
  report.cases.front().verdicts.back().outcome = Outcome::fail;
  return report;
}

std::string matrix_of(const Report& report) {
  std::ostringstream text;
  write_matrix(report, {}, text);
  return text.str();
}

/// The first row's only cell.
std::string cell_of(const Report& report) {
  std::istringstream lines(matrix_of(report));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line.find("fault            shm_mpmc_ring"), 0U) << line;
  std::getline(lines, line);
  const std::string fault = "kill p0 in_push  ";
  EXPECT_EQ(line.substr(0, fault.size()), fault);
  const std::size_t end = line.find_last_not_of(' ');
  return line.substr(fault.size(), end + 1 - fault.size());
}

TEST(Matrix, says_conserved_degraded_and_hang) {
  Report report = struck();
  EXPECT_EQ(cell_of(report), "conserved");
  report.cases.front().verdicts.front().facts.emplace_back("lost_in_flight", std::int64_t{2});
  EXPECT_EQ(cell_of(report), "degraded(2)");
  sample::make_hang(report.record.cases.front(), report.cases.front());
  EXPECT_EQ(cell_of(report), "hang(deadlock) !");
}

TEST(Matrix, says_fail_stop_where_a_survivor_was_told_and_everybody_left) {
  Report report = told();
  EXPECT_EQ(cell_of(report), "fail-stop");
  report.cases.front().as_expected = false;
  EXPECT_EQ(cell_of(report), "fail-stop !");
}

TEST(Matrix, says_which_check_failed_where_more_is_wrong_than_that) {
  Report report = told();
  report.cases.front().verdicts.front().outcome = Outcome::fail;
  EXPECT_EQ(cell_of(report), "fail delivery");
}

TEST(Matrix, says_fail_stop_of_nobody_who_was_killed_and_of_no_fault_that_never_struck) {
  Report killed = told();
  killed.record.cases.front().rounds.back().workers.back().exit = {ExitKind::signaled, 9, true};
  EXPECT_EQ(cell_of(killed), "fail termination");
  Report idle = told();
  for (RoundRecord& round : idle.record.cases.front().rounds) round.faults.front().struck_at_ns.reset();
  EXPECT_EQ(cell_of(idle), "fail termination");
}

TEST(Matrix, tells_what_its_words_mean) {
  for (const char* word : {"conserved:", "degraded(n):", "fail-stop:", "hang(kind):", "!:"})
    EXPECT_NE(matrix_of(struck()).find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace pcbench
