#include <gtest/gtest.h>

#include <sstream>

#include "report/writers.h"
#include "sample.h"

namespace pcbench {
namespace {

/// One case whose producer p0 is killed.
Report struck() {
  Report report = sample::report();
  report.record.cases.resize(1);
  report.cases.resize(1);
  report.record.cases.front().config.faults = {{FaultKind::kill, false, 0, FaultPhase::in_push, 10}};
  report.cases.front().fate = "degraded(2)";
  return report;
}

std::string matrix_of(const Report& report) {
  std::ostringstream text;
  write_matrix(report, {}, text);
  return text.str();
}

TEST(Matrix, has_a_row_for_each_fault_and_a_column_for_each_transport) {
  Report report = struck();
  EXPECT_EQ(matrix_of(report).substr(0, matrix_of(report).find("\n\n")),
            "fault            shm_mpmc_ring\n"
            "kill p0 in_push  degraded(2)  ");
}

TEST(Matrix, marks_what_is_not_as_expected) {
  Report report = struck();
  report.cases.front().as_expected = false;
  EXPECT_NE(matrix_of(report).find("degraded(2) !"), std::string::npos);
}

TEST(Matrix, tells_what_its_words_mean) {
  for (const char* word : {"conserved:", "degraded(n):", "fail-stop:", "hang(kind):", "!:"})
    EXPECT_NE(matrix_of(struck()).find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace pcbench
