// `ab` with scripts in the place of `bench`: what it runs, what it concludes, what it leaves behind.
#include "compare/ab_command.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <set>
#include <sstream>

#include "base/error.h"
#include "compare/ab_report.h"
#include "stored_reports.h"

namespace pcbench {
namespace {

using namespace test;

class AbCommand : public testing::Test {
 protected:
  AbCommand() {
    std::filesystem::create_directory(folder.path("tmp"));
    ::setenv("TMPDIR", folder.path("tmp").c_str(), 1);
    options.config = folder.write("config.json", std::string("{\"timeout_s\": 5}"));
    options.output.outs = {folder.path("ab.json")};
    options.rules.pairs = 12;
  }
  ~AbCommand() override { ::unsetenv("TMPDIR"); }

  /// A program that is SLOWDOWN times as slow as another.
  std::string program(const std::string& name, double slowdown, const std::string& mode = "ok",
                      const std::string& log = "") {
    std::ifstream body(FAKE_BENCH);
    const std::string text(std::istreambuf_iterator<char>(body), {});
    const std::string settings =
        "#!/bin/sh\nSLOWDOWN=" + std::to_string(slowdown) + "\nMODE=" + mode + "\nLOG=" + log + "\n";
    return folder.write(name, settings + text);
  }

  int ab(double slowdown, const std::string& mode = "ok") {
    options.base = program("base", 1);
    options.next = program("new", slowdown, mode);
    return ab_command(options, out, err);
  }

  [[nodiscard]] Json file() const { return Json::parse(std::ifstream(folder.path("ab.json"))); }
  [[nodiscard]] bool nothing_left() const { return std::filesystem::is_empty(folder.path("tmp")); }

  TemporaryFolder folder;
  AbOptions options;
  std::ostringstream out, err;
};

TEST_F(AbCommand, a_slower_program_is_a_regression_in_every_claim) {
  EXPECT_EQ(ab(1.2), 4);
  EXPECT_NE(out.str().find("4 regressions"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("pairs are not stratified"), std::string::npos) << out.str();
  const Json report = file();
  EXPECT_EQ(report["schema"], "pcbench/ab");
  EXPECT_EQ(report["comparisons"][0]["claims"][0]["verdict"], "regression");
  EXPECT_EQ(report["control_alarm"], false);
  EXPECT_TRUE(nothing_left());
}

TEST_F(AbCommand, alike_programs_are_equivalent) {
  EXPECT_EQ(ab(1), 0);
  EXPECT_NE(out.str().find("4 equivalent"), std::string::npos) << out.str();
}

TEST_F(AbCommand, every_pair_and_the_verdicts_inputs_are_in_the_file) {
  EXPECT_EQ(ab(1.2), 4);
  const Json report = file();
  ASSERT_EQ(report["cases"][0]["slots"].size(), 12U);
  // Computed again from nothing but the file: the least p of 12 pairs, for 4 claims.
  std::vector<double> worse;
  for (const Json& slot : report["cases"][0]["slots"]) {
    EXPECT_EQ(slot["order"].size(), 3U);
    const Json& one = slot["tries"].back();
    worse.push_back(
        std::log(one["new"]["service_ns_p50"].get<double>() / one["base"]["service_ns_p50"].get<double>()));
  }
  const Json& claims = report["comparisons"][0]["claims"];
  const auto claim = std::find_if(claims.begin(), claims.end(),
                                  [](const Json& c) { return c["metric"] == "service_ns_p50"; });
  EXPECT_DOUBLE_EQ((*claim)["p"].get<double>(), signed_rank_test(worse).p);
  EXPECT_NEAR((*claim)["change"].get<double>(), std::expm1(sorted_median(walsh_averages(worse))), 1e-12);
  EXPECT_DOUBLE_EQ((*claim)["p_holm"].get<double>(), 4 * signed_rank_test(worse).p);
}

TEST_F(AbCommand, no_side_has_a_longer_path_command_line_or_environment) {
  const std::string log = folder.path("log");
  options.base = program("a-base-with-a-long-name", 1, "ok", log);
  options.next = program("b", 1, "ok", log);
  options.rules.pairs = 2;
  EXPECT_EQ(ab_command(options, out, err), 0);
  std::ifstream lines(log);
  std::set<std::string> surveys, calls;
  std::string line;
  for (int i = 0; std::getline(lines, line); ++i) (i < 2 ? surveys : calls).insert(line);
  EXPECT_EQ(surveys.size(), 1U);
  EXPECT_EQ(calls.size(), 1U);
}

TEST_F(AbCommand, an_incorrect_program_is_never_compared) {
  EXPECT_EQ(ab(0.5, "incorrect"), 1);
  EXPECT_NE(out.str().find("0 improvements"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("delivery: fail (3 lost)"), std::string::npos) << out.str();
}

TEST_F(AbCommand, a_program_that_becomes_incorrect_or_hangs_or_breaks_ends_its_case_only) {
  EXPECT_EQ(ab(0.5, "incorrect_later"), 1);
  EXPECT_EQ(ab(0.5, "hung_later"), 3);
  EXPECT_EQ(ab(0.5, "garbage_later"), 3);
  EXPECT_TRUE(nothing_left());
}

TEST_F(AbCommand, a_case_that_only_one_program_knows_is_named) {
  EXPECT_EQ(ab(1, "other_case"), 0);
  EXPECT_NE(out.str().find("two/b: not compared, the new program has no such case"), std::string::npos)
      << out.str();
  EXPECT_NE(out.str().find("three/c: not compared, the base program has no such case"), std::string::npos)
      << out.str();
}

TEST_F(AbCommand, a_program_that_does_not_run_is_an_error_with_its_words) {
  try {
    (void)ab(1, "no_report");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message.find("cannot run here"), std::string::npos) << error.message;
  }
  options.base = folder.path("nothing");
  EXPECT_THROW((void)ab_command(options, out, err), Error);
  options.base = folder.write("text", std::string("no program"));
  EXPECT_THROW((void)ab_command(options, out, err), Error);
  EXPECT_TRUE(nothing_left());
}

TEST_F(AbCommand, when_the_time_is_over_there_are_verdicts) {
  options.rules.pairs = 1000;
  options.rules.max_time_s = 3;
  const int status = ab(1.2);
  EXPECT_TRUE(status == 4 || status == 0) << status;  // by how many pairs this machine does in the time
  EXPECT_EQ(file()["out_of_time"], status == 4 ? file()["out_of_time"] : Json(true));
  EXPECT_FALSE(file()["looks"].empty());
}

TEST_F(AbCommand, an_unwritable_report_is_refused_before_anything_runs) {
  options.output.outs = {"/nonexistent/ab.json"};
  EXPECT_THROW((void)ab(1), Error);
}

TEST_F(AbCommand, ctrl_c_leaves_a_report_and_nothing_else) {
  options.base = program("base", 1, "slow", folder.path("log"));
  options.next = program("new", 1, "slow", folder.path("log"));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::ostringstream ignored;
    ::_exit(ab_command(options, ignored, ignored));
  }
  // The third line of the log says that a run of one case is under way.
  for (int lines = 0; lines < 3;) {
    std::ifstream log(folder.path("log"));
    lines = static_cast<int>(std::count(std::istreambuf_iterator<char>(log), {}, '\n'));
    ::usleep(1000);
  }
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_EQ(file()["complete"], false);
  EXPECT_TRUE(nothing_left());
}

TEST(AbReport, its_file_tells_a_history_whether_the_control_alarmed) {
  AbReport report;
  report.base_survey = {{"config_hash", "12"}, {"environment", {{"kernel", "Linux"}}}};
  report.new_survey = {{"tool", {{"git_commit", "abc"}}}};
  report.started_at = "2024-01-01T00:00:00Z";
  report.record.control_alarm = true;
  report.record.looks = {{16, 0.5}};
  const Json json = ab_json(report, comparison_of(report));
  const ControlReport read = control_report_of(json, "ab.json");
  EXPECT_TRUE(read.control_alarm);
  EXPECT_EQ(read.git_commit, "abc");
  EXPECT_EQ(read.machine, machine_digest(fingerprint_of(Json(report.base_survey))));
}

TEST_F(AbCommand, a_comparison_that_measured_nothing_is_no_pass_and_no_clean_control) {
  options.rules.max_time_s = 0.001;
  EXPECT_EQ(ab(1), 6);
  EXPECT_TRUE(file()["looks"].empty());
  try {
    (void)control_report_of(file(), "ab.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message.find("measured no pair"), std::string::npos) << error.message;
  }
}

TEST(AbCommand_limits, a_survey_may_take_as_long_as_all_its_rounds) {
  const ConfigSize config{100, 5, 30};
  EXPECT_GE(limit_s(config, config.cases, 1), 100 * (1 + 5) * 30);
  EXPECT_GE(limit_s(config, 1, 10), (10 + 5) * 30);
}

TEST(AbReport, an_interrupted_one_is_no_history) {
  AbReport report;  // interrupted in its survey: there is nothing of the machine in it
  report.record.interrupted = true;
  try {
    (void)control_report_of(ab_json(report, comparison_of(report)), "ab.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message.find("interrupted"), std::string::npos) << error.message;
  }
}

/// A report of one case whose new and control sides are so many times as slow as the base, within SPREAD.
AbReport decided(double slowdown, double control, double control_spread) {
  class Runner : public CaseRunner {
   public:
    Runner(double a, double b, double s) : slowdown(a), control_(b), spread(s) {}
    CaseRun run(std::size_t, Side side) override {
      std::normal_distribution<double> normal;
      CaseRun run;
      const double noise = std::exp((side == Side::control ? spread : 0.005) * normal(random));
      run.values = {100 * noise * (side == Side::next ? slowdown : side == Side::control ? control_ : 1)};
      return run;
    }
    double elapsed_s() override { return 0; }
    double slowdown, control_, spread;
    std::mt19937_64 random{1};
  } runner(slowdown, control, control_spread);
  AbReport report;
  report.cases = {{"one", {{"service_ns_p50", "ns", false}}}};
  report.rounds = {1};
  report.record = run_ab_session(report.cases, report.rules, runner);
  return report;
}

TEST(AbReport, an_alarm_of_the_control_silences_every_failure) {
  EXPECT_EQ(comparison_of(decided(1.2, 1, 0.005)).claims[0].verdict, GateVerdict::regression);
  const Comparison comparison = comparison_of(decided(1.2, 1.3, 0.005));
  EXPECT_EQ(comparison.claims[0].verdict, GateVerdict::inconclusive);
  EXPECT_NE(comparison.claims[0].notes[0].find("the control alarmed"), std::string::npos);
}

TEST(AbReport, a_wide_control_silences_a_change_of_its_own_size_only) {
  EXPECT_EQ(comparison_of(decided(1.04, 1, 0.4)).claims[0].verdict, GateVerdict::inconclusive);
  EXPECT_EQ(comparison_of(decided(3, 1, 0.4)).claims[0].verdict, GateVerdict::regression);
}

bool any_caveat(const Comparison& comparison, const std::string& part) {
  return std::any_of(comparison.caveats.begin(), comparison.caveats.end(),
                     [&](const std::string& caveat) { return caveat.find(part) != std::string::npos; });
}

TEST(AbReport, a_comparison_out_of_time_says_how_much_it_needs) {
  AbReport report = decided(1, 1, 0.005);
  report.record.out_of_time = true;
  report.elapsed_s = 60;
  EXPECT_TRUE(any_caveat(comparison_of(report), "with 16 pairs a case; more --max-time"));
  report.record.cases[0].slots.resize(4);
  report.record.cases[0].claims[0].slots = 4;
  EXPECT_TRUE(any_caveat(comparison_of(report),
                         "to find anything among 1 claim takes at least 8: give --max-time 120"));
}

TEST(AbReport, a_metric_that_was_not_measured_is_named) {
  AbReport report = decided(1, 1, 0.005);
  report.gated = {"service_ns_p50", "service_ns_p99"};
  EXPECT_TRUE(any_caveat(comparison_of(report), "service_ns_p99 is not compared in 1 of 1 cases"));
  EXPECT_FALSE(any_caveat(comparison_of(report), "service_ns_p50"));
}

TEST(AbReport, a_claim_that_found_nothing_says_what_it_could_have_found) {
  const Comparison comparison = comparison_of(decided(1, 1, 0.005));
  EXPECT_EQ(comparison.claims[0].verdict, GateVerdict::equivalent);
  ASSERT_TRUE(comparison.claims[0].detectable);
  EXPECT_GT(*comparison.claims[0].detectable, 0.001);
  EXPECT_LT(*comparison.claims[0].detectable, 0.02);
}

}  // namespace
}  // namespace pcbench
