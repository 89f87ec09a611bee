#include "compare/compare_command.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/error.h"
#include "stored_reports.h"
#include "support/thinned.h"

namespace pcbench {
namespace {

using namespace test;

/// A folder with reports and what comparing them came to.
class CompareCommand : public testing::Test {
 protected:
  int compare(const std::vector<Json>& reports) {
    for (std::size_t i = 0; i < reports.size(); ++i)
      options.reports.push_back(folder.write("report" + std::to_string(i) + ".json", reports[i]));
    out.str("");
    return compare_command(options, out, err);
  }

  TemporaryFolder folder;
  CompareOptions options;
  std::ostringstream out, err;
};

TEST_F(CompareCommand, alike_reports_are_equivalent) {
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), report({passed_case("a", 1, 50)})}), 0);
  EXPECT_NE(out.str().find("0 regressions, 0 improvements, 3 equivalent"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("cannot"), 0U);
  EXPECT_NE(out.str().find("caveat: rounds of one session"), std::string::npos);
}

TEST_F(CompareCommand, a_slower_report_is_a_regression_in_the_metrics_own_direction) {
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), report({passed_case("a", 1.2, 50)})}), 4);
  EXPECT_NE(out.str().find("-17."), std::string::npos) << out.str();  // the rate
  EXPECT_NE(out.str().find("+21."), std::string::npos) << out.str();  // the latency
}

TEST_F(CompareCommand, reports_without_a_case_in_common_are_no_pass) {
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), report({passed_case("b", 1, 50)})}), 6);
  EXPECT_NE(out.str().find("could be compared"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, a_faster_report_is_no_failure) {
  EXPECT_EQ(compare({report({passed_case("a", 1.2, 1)}), report({passed_case("a", 1, 50)})}), 0);
  EXPECT_NE(out.str().find("3 improvements"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, too_few_rounds_are_inconclusive_and_say_that_nothing_could_be_found) {
  EXPECT_EQ(compare({report({passed_case("a", 1, 1, 3)}), report({passed_case("a", 1.5, 50, 3)})}), 0);
  EXPECT_NE(out.str().find("3 inconclusive"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("can show no change, however large"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, inconclusive_exits_with_five_only_when_strict) {
  options.strict = true;
  EXPECT_EQ(compare({report({passed_case("a", 1, 1, 3)}), report({passed_case("a", 1.5, 50, 3)})}), 5);
}

TEST_F(CompareCommand, an_incorrect_case_is_never_compared_and_fails_first) {
  const Json good = passed_case("a", 1, 1), slow = passed_case("b", 1.5, 9);
  EXPECT_EQ(
      compare({report({good, passed_case("b", 1, 5)}), report({failed(passed_case("a", 0.5, 50)), slow})}),
      1);
  EXPECT_NE(out.str().find("not compared, new: delivery: fail (3 lost)"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("3 regressions, 0 improvements"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, a_known_bad_case_that_fails_as_expected_is_left_out) {
  Json bad = failed(passed_case("a", 1, 1)), good = passed_case("b", 1, 2);
  bad["as_expected"] = true;
  EXPECT_EQ(compare({report({bad, good}), report({bad, good})}), 0);
  EXPECT_NE(out.str().find("1 case not compared"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, the_floor_never_touches_the_exit_status) {
  Json floor = passed_case("null", 1, 1), slower = passed_case("null", 2, 2);
  for (Json* one : {&floor, &slower}) (*one)["floor"] = true, (*one)["outcome"] = "unknown";
  const Json good = passed_case("a", 1, 3);
  EXPECT_EQ(compare({report({floor, good}), report({slower, good})}), 0);
}

TEST_F(CompareCommand, to_have_compared_nothing_is_no_pass) {
  const Json good = passed_case("a", 1, 1);
  EXPECT_EQ(compare({report({failed(good)}), report({good})}), 6);
  Json floor = good;
  floor["floor"] = true;
  options.reports.clear();
  EXPECT_EQ(compare({report({floor}), report({floor})}), 6);
  options.reports.clear();
  options.informational = true;
  EXPECT_EQ(compare({report({failed(good)}), report({good})}), 6);
}

TEST_F(CompareCommand, a_new_case_that_hung_or_died_exits_with_three) {
  Json hung = failed(passed_case("a", 1, 1));
  hung["rounds"][0]["end"] = "hung";
  const Json other = passed_case("b", 1, 2);
  EXPECT_EQ(compare({report({passed_case("a", 1, 3), other}), report({hung, failed(other)})}), 3);
  options.reports.clear();
  EXPECT_EQ(compare({report({other}), report({hung, other})}), 3);
  options.reports.clear();
  hung["as_expected"] = true;
  EXPECT_EQ(compare({report({other}), report({hung, other})}), 0);
}

TEST_F(CompareCommand, two_builds_are_compared_with_a_caveat) {
  Json debug = report({passed_case("a", 1, 50)});
  debug["tool"]["build"]["type"] = "Debug";
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), debug}), 0);
  EXPECT_NE(out.str().find("caveat: two builds: /tool/build/type differs"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, a_gated_metric_that_one_side_lacks_is_named) {
  Json without = passed_case("a", 1, 50);
  without["metrics"].erase("service_ns_p99");
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), report({without})}), 0);
  EXPECT_NE(out.str().find("only the base's rounds gave service_ns_p99"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, another_machine_or_config_is_refused_unless_informational) {
  Json other_cpu = report({passed_case("a", 1.5, 50)});
  other_cpu["environment"]["cpu"]["model"] = "Other CPU";
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), other_cpu}), 6);
  EXPECT_NE(err.str().find("/environment/cpu/model differs"), std::string::npos) << err.str();

  options.reports.clear();
  Json other_config = report({passed_case("a", 1, 50)});
  other_config["config_hash"] = "4567";
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), other_config}), 6);

  options.reports.clear();
  options.informational = true;
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), other_cpu}), 0);
  EXPECT_NE(out.str().find("3 regressions"), std::string::npos);
  EXPECT_NE(out.str().find("caveat: informational"), std::string::npos);
}

TEST_F(CompareCommand, several_reports_stand_side_by_side) {
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), report({passed_case("a", 1, 50)}),
                     report({passed_case("a", 1.3, 90)})}),
            4);
  EXPECT_NE(out.str().find("(2):  "), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("Holm over 6 claims"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, a_metric_on_request_is_gated_too) {
  options.metrics = {"quiesce_ns"};
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), report({passed_case("a", 1, 50)})}), 0);
  EXPECT_NE(out.str().find("4 equivalent"), std::string::npos) << out.str();
}

TEST_F(CompareCommand, an_unknown_metric_is_an_error) {
  options.metrics = {"speed"};
  EXPECT_THROW(compare({report({passed_case("a", 1, 1)}), report({passed_case("a", 1, 50)})}), Error);
}

TEST_F(CompareCommand, cases_that_only_one_report_has_are_named) {
  EXPECT_EQ(compare({report({passed_case("a", 1, 1), passed_case("b", 1, 2)}),
                     report({passed_case("a", 1, 50), passed_case("c", 1, 3)})}),
            0);
  EXPECT_NE(out.str().find("c: not compared, the base has no such case"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("b: not compared, the new report has no such case"), std::string::npos)
      << out.str();
}

TEST_F(CompareCommand, files_are_written_in_every_format_before_the_verdict_exits) {
  options.output.outs = {folder.path("c.json"), "junit:" + folder.path("c.xml"),
                         "markdown:" + folder.path("c.md"), "github:" + folder.path("c.txt")};
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), report({passed_case("a", 1.2, 50)})}), 4);
  const Json json = Json::parse(std::ifstream(folder.path("c.json")));
  EXPECT_EQ(json["schema"], "pcbench/comparison");
  EXPECT_EQ(json["comparisons"][0]["claims"][0]["verdict"], "regression");
  const auto text = [&](const char* name) {
    std::ifstream file(folder.path(name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_NE(text("c.xml").find("failures=\"3\""), std::string::npos) << text("c.xml");
  EXPECT_NE(text("c.md").find("**regression**"), std::string::npos) << text("c.md");
  EXPECT_NE(text("c.txt").find("::error title=regression%3A a::"), std::string::npos) << text("c.txt");
}

TEST_F(CompareCommand, a_refusal_is_written_to_every_file_too) {
  options.output.outs = {folder.path("c.json"), "junit:" + folder.path("c.xml")};
  Json other = report({passed_case("a", 1, 50)});
  other["config_hash"] = "4567";
  EXPECT_EQ(compare({report({passed_case("a", 1, 1)}), other}), 6);
  const Json json = Json::parse(std::ifstream(folder.path("c.json")));
  EXPECT_TRUE(json["comparisons"][0]["claims"].empty());
  const auto why = json["comparisons"][0]["not_compared"][0]["why"].get<std::string>();
  EXPECT_NE(why.find("refused: the configs differ"), std::string::npos) << why;
  EXPECT_TRUE(std::filesystem::exists(folder.path("c.xml")));
}

TEST_F(CompareCommand, a_history_that_is_not_there_is_an_error_and_stays_away) {
  options.history = folder.path("typo.sqlite");
  EXPECT_THROW(compare({report({passed_case("a", 1, 1)}), report({passed_case("a", 1, 2)})}), Error);
  EXPECT_FALSE(std::filesystem::exists(options.history));
}

TEST_F(CompareCommand, an_unwritable_file_or_unknown_format_is_refused_before_anything_is_read) {
  options.reports = {"no such file", "nor this"};
  options.output.outs = {"/nonexistent/c.json"};
  EXPECT_THROW(compare({}), Error);
  options.output = {.format = "pdf", .outs = {}, .text = {}};
  EXPECT_THROW(compare({}), Error);
}

TEST_F(CompareCommand, a_thousand_cases_are_one_family) {
  std::vector<Json> base, next;
  const std::uint64_t cases = 1000 / test::stride(5);
  for (std::uint64_t i = 0; i < cases; ++i) {
    base.push_back(passed_case("case" + std::to_string(i), 1, 10 * i));
    next.push_back(passed_case("case" + std::to_string(i), 1, 10 * i + 5));
  }
  EXPECT_EQ(compare({report(base), report(next)}), 0);
  EXPECT_NE(out.str().find(std::to_string(3 * cases) + " claims"), std::string::npos);
}

}  // namespace
}  // namespace pcbench
