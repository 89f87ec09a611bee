#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "report/writers.h"
#include "sample.h"

namespace pcbench {
namespace {

std::vector<std::string> csv_lines(const Report& report) {
  std::stringstream text;
  write_csv(report, {}, text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST(Csv, one_row_a_case_and_metric) {
  const auto lines = csv_lines(sample::report());
  ASSERT_EQ(lines.size(), 1U + 3 * 3 + 1);
  EXPECT_EQ(lines[0],
            "case,transport,topology,producers,consumers,workers,start,stop,wait,payload_bytes,capacity_"
            "slots,verify,"
            "outcome,expected,as_expected,metric,unit,better,samples,median,ci95_low,ci95_high");
  EXPECT_EQ(lines[1],
            "shm_mpmc_ring/2x1/process/pill/64B/"
            "1024,shm_mpmc_ring,2x1,2,1,process,fork,pill,backoff,64,1024,online,"
            "pass,pass,true,throughput_msgs_per_s,msg/s,higher,3,4200000,4074000,4284000");
}

TEST(Csv, every_row_has_as_many_fields_as_the_header) {
  Report report = sample::report();
  report.cases[0].summary.metrics.clear();
  for (const std::string& line : csv_lines(report))
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), 21) << line;
}

TEST(Csv, number_that_does_not_exist_is_an_empty_field) {
  const std::string last = csv_lines(sample::report()).back();
  EXPECT_NE(last.find("fail,pass,false,throughput_msgs_per_s,msg/s,higher,0,,,"), std::string::npos) << last;
}

TEST(Csv, commas_and_quotes_are_quoted) {
  Report report = sample::report();
  report.record.cases[0].config.id = R"(a,"b")";
  EXPECT_EQ(csv_lines(report)[1].rfind(R"("a,""b""",)", 0), 0U) << csv_lines(report)[1];
}

}  // namespace
}  // namespace pcbench
