// The formats that other programs read, against the shapes their documentation gives.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/markup.h"
#include "report/writers.h"
#include "sample.h"

namespace pcbench {
namespace {

using Json = nlohmann::json;
using Writer = void (*)(const Report&, const FormatOptions&, std::ostream&);

std::string text_of(Writer write, const Report& report) {
  std::ostringstream text;
  write(report, {}, text);
  return text.str();
}

Json json_of(Writer write, const Report& report) { return Json::parse(text_of(write, report)); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The lines of TEXT.
TEST(Gbench, every_round_is_a_repetition_timed_per_message) {
  const Json json = json_of(write_gbench, sample::report());
  EXPECT_EQ(json["context"]["library_build_type"], "release");
  EXPECT_EQ(json["context"]["num_cpus"], 2);
  const Json& first = json["benchmarks"][0];
  EXPECT_EQ(first["name"], "shm_mpmc_ring/2x1/process/pill/64B/1024");
  EXPECT_EQ(first["run_type"], "iteration");
  EXPECT_EQ(first["repetitions"], 3);
  EXPECT_EQ(first["repetition_index"], 0);
  EXPECT_EQ(first["threads"], 3);
  EXPECT_EQ(first["time_unit"], "ns");
  EXPECT_NEAR(first["real_time"].get<double>(), 1e9 / (4.2e6 * 0.97), 1e-6);
  EXPECT_NEAR(first["items_per_second"].get<double>(), 4.2e6 * 0.97, 1e-3);
  for (const Json& entry : json["benchmarks"])
    EXPECT_EQ(entry.contains("real_time"), !entry.contains("error_occurred")) << entry;
}

TEST(Gbench, latencies_are_entries_of_their_own) {
  const Json json = json_of(write_gbench, sample::report());
  const Json& entry = json["benchmarks"][6];
  EXPECT_EQ(entry["name"], "shm_mpmc_ring/2x1/process/pill/64B/1024/p99");
  EXPECT_EQ(entry["real_time"], 40'000);
}

TEST(Gbench, a_wrong_case_has_an_error_and_no_times) {
  const Json json = json_of(write_gbench, sample::report_with_loss());
  ASSERT_EQ(json["benchmarks"].size(), 1U);
  EXPECT_EQ(json["benchmarks"][0]["error_occurred"], true);
  EXPECT_EQ(json["benchmarks"][0]["error_message"], "verdict: fail");
}

TEST(GithubActionBenchmark, smaller_is_better_in_every_entry) {
  const Json json = json_of(write_gha, sample::report());
  ASSERT_EQ(json.size(), 9U);  // of four cases one hangs
  EXPECT_EQ(json[0]["name"], "shm_mpmc_ring/2x1/process/pill/64B/1024 ns_per_msg");
  EXPECT_EQ(json[0]["unit"], "ns/msg");
  EXPECT_NEAR(json[0]["value"].get<double>(), 1e9 / 4.2e6, 1e-6);
  EXPECT_EQ(json[0]["range"], "± 6.01615");
  EXPECT_EQ(json[1]["unit"], "ns");
  EXPECT_EQ(json_of(write_gha, sample::report_with_loss()), Json::array());
}

TEST(BencherMetricFormat, each_measure_has_a_value_and_its_bounds) {
  const Json json = json_of(write_bmf, sample::report());
  EXPECT_EQ(json.size(), 3U);
  const Json& measure = json["shm_mpmc_ring/2x1/process/pill/64B/1024"]["service_ns_p50"];
  EXPECT_EQ(measure, Json({{"value", 1230}, {"lower_value", 1100}, {"upper_value", 1300}}));
  EXPECT_EQ(json_of(write_bmf, sample::report_with_loss()), Json::object());
}

TEST(Junit, each_check_of_each_case_is_a_test_case) {
  const std::string text = text_of(write_junit, sample::report());
  EXPECT_TRUE(contains(text, "tests=\"8\" failures=\"2\" errors=\"0\" skipped=\"1\"")) << text;
  EXPECT_TRUE(contains(text, "<testcase classname=\"pipe/2x1/process/pill/64B/1024\" name=\"delivery\""));
  EXPECT_TRUE(contains(text, "<skipped message=\"unknown: floor\"/>"));
  EXPECT_TRUE(contains(text, "<failure type=\"fail\" message=\"fail: 1 of 3 workers did not end\"/>"));
  EXPECT_TRUE(contains(text, "timestamp=\"2026-01-02T03:04:05\""));
}

TEST(Junit, a_failure_that_was_expected_passes) {
  Report report = sample::report_with_loss();
  report.cases[0].verdicts[0].allowed = true;
  const std::string text = text_of(write_junit, report);
  EXPECT_TRUE(contains(text, "failures=\"0\"")) << text;
  EXPECT_TRUE(contains(text, "as expected: fail"));
}

TEST(Junit, a_pass_where_a_failure_was_expected_fails) {
  Report report = sample::report();
  report.record.cases.resize(1);
  report.cases.resize(1);
  report.cases[0].verdicts[0].allowed = false;
  EXPECT_TRUE(contains(text_of(write_junit, report), "failures=\"1\""));
}

TEST(Markdown, the_table_has_a_row_a_case_and_problems_follow) {
  const std::string text = text_of(write_markdown, sample::report());
  EXPECT_TRUE(contains(text, "## sample: 3 of 4 cases as expected"));
  EXPECT_TRUE(contains(text, "4.20 M msg/s (4.07 M msg/s … 4.28 M msg/s)"));
  EXPECT_TRUE(contains(text, "| **fail** |")) << text;
  EXPECT_TRUE(contains(text, "did not end"));
  std::size_t rows = 0;
  for (const std::string& line : sample::lines_of(text)) {
    if (!line.starts_with("| ")) continue;
    ++rows;
    EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 6) << line;
  }
  EXPECT_EQ(rows, 5U);
}

TEST(Markdown, what_the_cases_warn_of_is_in_it_and_among_the_annotations) {
  Report report = sample::report();
  report.record.cases[0].warnings = {{"rounded", "capacity was rounded up", "ask for 1024", {}}};
  report.cases[1].summary.warnings = {{"not_steady", "no steady state", "more warmup_rounds", {}}};
  EXPECT_TRUE(contains(text_of(write_markdown, report), "capacity was rounded up (shm"));
  EXPECT_TRUE(contains(text_of(write_markdown, report), "no steady state (pipe"));
  EXPECT_TRUE(
      contains(text_of(write_github, report), "::warning title=rounded::capacity was rounded up (shm"));
}

TEST(Markdown, a_failed_case_has_no_number) {
  const std::string text = text_of(write_markdown, sample::report_with_loss());
  EXPECT_FALSE(contains(text, "msg/s (")) << text;
}

TEST(Github, problems_are_errors_and_warnings_warnings) {
  const std::string text = text_of(write_github, sample::report());
  EXPECT_TRUE(contains(text, "::error title=locked_queue/2x1/process/pill/64B/1024::delivery: unknown"))
      << text;
  EXPECT_TRUE(contains(text, "::warning title=busy_machine::1.5 tasks wanted the 2 CPUs; end them\n"));
  for (const std::string& line : sample::lines_of(text)) EXPECT_TRUE(line.starts_with("::")) << line;
}

TEST(Hgrm, percentiles_rise_to_all_of_the_values) {
  Report report = sample::report();
  report.record.cases.resize(1);
  report.cases.resize(1);
  const auto lines = sample::lines_of(text_of(write_hgrm, report));
  EXPECT_EQ(lines[0], "       Value     Percentile TotalCount 1/(1-Percentile)");
  EXPECT_EQ(lines[1], "");
  double last_value = 0, last_percentile = -1;
  std::size_t at = 2;
  for (; !lines[at].starts_with("#"); ++at) {
    std::istringstream fields(lines[at]);
    double value = 0, percentile = 0;
    std::uint64_t count = 0;
    ASSERT_TRUE(fields >> value >> percentile >> count) << lines[at];
    EXPECT_GE(value, last_value);
    EXPECT_GT(percentile, last_percentile);
    EXPECT_GE(static_cast<double>(count), percentile * 100 - 1e-9);  // what is at or below it
    last_value = value;
    last_percentile = percentile;
  }
  EXPECT_EQ(last_percentile, 1);
  EXPECT_NEAR(last_value, 2.051, 1e-9);  // the bucket of 2048 ns ends at 2051
  EXPECT_TRUE(lines[at].starts_with("#[Mean    ="));
  EXPECT_TRUE(contains(lines[at + 1], "Total count    =          100]")) << lines[at + 1];
}

TEST(Hgrm, what_has_no_times_says_so) {
  Report report = sample::report_with_loss();
  EXPECT_TRUE(contains(text_of(write_hgrm, report), "1024: no service times, as it failed]"));
  report = sample::report();
  report.record.cases.resize(1);
  report.cases.resize(1);
  report.cases[0].summary.service_ns = {};
  EXPECT_TRUE(contains(text_of(write_hgrm, report), "no service times, as none were taken"));
}

TEST(Markup, text_that_means_something_to_the_reader_is_quoted) {
  EXPECT_EQ(xml_escaped("<a & \"b\">\n\x01"), "&lt;a &amp; &quot;b&quot;&gt;&#10;\xEF\xBF\xBD");
  EXPECT_EQ(markdown_cell("a|b_c\nd"), "a\\|b\\_c d");
  EXPECT_EQ(github_line("error", "a:b,c", "50%\nx: y"), "::error title=a%3Ab%2Cc::50%25%0Ax: y\n");
}

}  // namespace
}  // namespace pcbench
