#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "report/json_parts.h"
#include "report/schemas.h"
#include "report/writers.h"
#include "sample.h"

namespace pcbench {
namespace {

std::string json_text(const Report& report) {
  std::ostringstream text;
  write_json(report, {}, text);
  return text.str();
}

nlohmann::json json_of(const Report& report) { return nlohmann::json::parse(json_text(report)); }

/// Everything in which DOCUMENT departs from the report's schema, a line each.
std::string schema_errors(const nlohmann::json& document) {
  const nlohmann::json schema_document = nlohmann::json::parse(schema_named("report"));
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_document), schema);
  valijson::ValidationResults results;
  valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results);
  std::string text;
  for (const auto& error : results) {
    for (const std::string& part : error.context) text += part;
    text += ": " + error.description + "\n";
  }
  return text;
}

TEST(Json, reports_of_every_kind_follow_the_schema) {
  EXPECT_EQ(schema_errors(json_of(sample::report())), "");
  EXPECT_EQ(schema_errors(json_of(sample::report_with_loss())), "");
  Report by_duration = sample::report();
  Case& config = by_duration.record.cases.front().config;
  config.messages.reset();
  config.duration_s = 0.5;
  config.capacity_slots.reset();
  config.pin = {PinMode::list, {0, 1}};
  config.expect = {{"termination", {Outcome::fail, Outcome::unknown}}};
  EXPECT_EQ(schema_errors(json_of(by_duration)), "");
}

TEST(Json, schema_notices_a_key_that_is_missing_or_of_the_wrong_type) {
  const nlohmann::json good = json_of(sample::report());
  for (const char* pointer :
       {"/complete", "/tool/build/flags", "/cases/0/params/stop", "/cases/0/rounds/0/sent",
        "/cases/0/rounds/0/workers/0/exit/kind", "/cases/0/verdicts/0/outcome", "/summary/unknown",
        "/cases/0/metrics/service_ns_p50/better", "/environment/clock"}) {
    const nlohmann::json::json_pointer place(pointer);
    nlohmann::json bad = good;
    ASSERT_TRUE(bad.contains(place)) << pointer;
    bad.at(place.parent_pointer()).erase(place.back());
    EXPECT_NE(schema_errors(bad), "") << pointer << " is missing";
    bad = good;
    bad.at(place) = nlohmann::json::array({"wrong"});
    EXPECT_NE(schema_errors(bad), "") << pointer << " is a list";
  }
}

TEST(Json, case_carries_every_key_of_the_config) {
  const auto params = json_of(sample::report())["cases"][0]["params"];
  for (const char* key : {"transport",      "transport_options",
                          "topology",       "producers",
                          "consumers",      "workers",
                          "start",          "messages",
                          "duration_s",     "payload_bytes",
                          "capacity_slots", "batch_messages",
                          "stop",           "wait",
                          "load",           "work",
                          "codec",          "pin",
                          "verify",         "integrity",
                          "latency",        "faults",
                          "expect"})
    EXPECT_TRUE(params.contains(key)) << key;
  EXPECT_EQ(params["topology"], "2x1");
  EXPECT_EQ(params["producers"], 2);
  EXPECT_TRUE(params["duration_s"].is_null());
}

TEST(Json, asked_and_effective_capacity_are_both_there) {
  const auto one = json_of(sample::report())["cases"][0];
  EXPECT_EQ(one["params"]["capacity_slots"], 1000);
  EXPECT_EQ(one["effective"]["capacity_slots"], 1024);
  EXPECT_EQ(one["effective"]["pipe_bytes"], 65536);
}

TEST(Json, round_adds_up_its_workers_and_leaves_the_drain_out) {
  Report report = sample::report();
  report.record.cases[0].rounds[0].workers[2].messages = 98;
  report.record.cases[0].rounds[0].drain->messages = 2;
  const auto round = json_of(report)["cases"][0]["rounds"][0];
  EXPECT_EQ(round["sent"], 100);
  EXPECT_EQ(round["received"], 98);
  EXPECT_EQ(round["left_inside"], 2);
}

TEST(Json, tells_of_a_round_that_was_held_up_and_of_one_that_was_discarded_and_why) {
  Report report = sample::report();
  CaseRecord& record = report.record.cases[0];
  EXPECT_FALSE(json_of(report)["cases"][0]["rounds"][0].contains("held_up_ns"));
  record.rounds[0].held_up_ns = 5'000'000'000;
  record.discarded_rounds = {record.rounds[0]};
  record.discarded_rounds[0].discarded_because = "it changed";
  const auto json = json_of(report);
  EXPECT_EQ(schema_errors(json), "");
  EXPECT_EQ(json["cases"][0]["rounds"][0]["held_up_ns"], 5'000'000'000);
  ASSERT_EQ(json["cases"][0]["discarded_rounds"].size(), 1U);
  EXPECT_EQ(json["cases"][0]["discarded_rounds"][0]["discarded_because"], "it changed");
  EXPECT_EQ(json["cases"][0]["discarded_rounds"][0]["index"], json["cases"][0]["rounds"][0]["index"]);
}

TEST(Json, worker_counts_full_or_empty_by_its_role) {
  const auto workers = json_of(sample::report())["cases"][0]["rounds"][0]["workers"];
  EXPECT_EQ(workers[0]["full_count"], 5);
  EXPECT_TRUE(workers[0]["empty_count"].is_null());
  EXPECT_TRUE(workers[2]["full_count"].is_null());
  EXPECT_EQ(workers[2]["empty_count"], 5);
}

TEST(Json, missing_drain_is_null_with_its_reason) {
  const auto round = json_of(sample::report())["cases"][3]["rounds"][1];
  EXPECT_TRUE(round["left_inside"].is_null());
  EXPECT_EQ(round["reason"], "the stop lock's owner was killed");
  EXPECT_EQ(round["hang"], "deadlock");
}

TEST(Json, metric_without_samples_is_null_with_its_reason) {
  const auto metric = json_of(sample::report())["cases"][3]["metrics"]["throughput_msgs_per_s"];
  EXPECT_TRUE(metric["median"].is_null());
  EXPECT_TRUE(metric["ci95"].is_null());
  EXPECT_EQ(metric["reason"], "no round was completed");
}

TEST(Json, hang_names_the_blocked_worker) {
  const auto verdict = json_of(sample::report())["cases"][3]["verdicts"][1];
  EXPECT_EQ(verdict["outcome"], "fail");
  EXPECT_EQ(verdict["blocked"][0]["worker"], "c0");
  EXPECT_EQ(verdict["blocked"][0]["holds"], "the stop lock");
}

TEST(Json, passed_termination_has_an_empty_list_of_blocked_workers) {
  const auto verdict = json_of(sample::report())["cases"][0]["verdicts"][1];
  EXPECT_EQ(verdict["blocked"], nlohmann::json::array());
  EXPECT_EQ(verdict["all_exited"], true);
  EXPECT_FALSE(verdict.contains("reason"));
}

TEST(Json, counter_example_has_null_where_nothing_is_known) {
  const auto example = json_of(sample::report_with_loss())["cases"][0]["verdicts"][0]["counter_example"];
  EXPECT_EQ(example["producer"], 1);
  EXPECT_EQ(example["sequence"], 17);
  EXPECT_TRUE(example["consumer"].is_null());
}

TEST(Json, summary_counts_what_was_as_expected) {
  Report report = sample::report();
  report.cases[1].as_expected = false;
  report.cases[1].outcome = Outcome::unknown;
  const nlohmann::json expected = {{"cases", 4}, {"passed", 2}, {"failed", 1}, {"unknown", 1}};
  EXPECT_EQ(json_of(report)["summary"], expected);
}

TEST(Json, tool_comes_from_the_build_facts_and_environment_is_the_rest) {
  const auto json = json_of(sample::report());
  EXPECT_EQ(json["tool"]["version"], "0.1.0");
  EXPECT_EQ(json["tool"]["build"]["compiler"], "GNU 12.2.0");
  EXPECT_FALSE(json["environment"].contains("build"));
  EXPECT_EQ(json["environment"]["kernel"], "Linux 6.1.0");
  EXPECT_EQ(json["environment"]["clock"]["cost_ns"], 20.5);
  EXPECT_TRUE(json["environment"]["noise"]["cgroup_cpus"].is_null());
}

TEST(Json, thread_workers_say_how_they_started) {
  Report report = sample::report();
  report.record.cases[0].config.workers = WorkerKind::thread;
  report.record.cases[1].config.start = StartMethod::spawn;
  const auto cases = json_of(report)["cases"];
  EXPECT_EQ(cases[0]["rounds"][0]["workers"][0]["start"], "thread");
  EXPECT_EQ(cases[1]["rounds"][0]["workers"][0]["start"], "spawn");
  EXPECT_EQ(cases[2]["rounds"][0]["workers"][0]["start"], "fork");
}

TEST(Json, bytes_that_are_no_utf8_cannot_spoil_the_report) {
  Report report = sample::report();
  report.record.cases[3].rounds[1].workers[2].error = "torn \xff\xfe memory";
  EXPECT_EQ(json_of(report)["cases"][3]["rounds"][1]["workers"][2]["error"],
            "torn \xef\xbf\xbd\xef\xbf\xbd memory");
}

TEST(Json, no_number_is_ever_nan) {
  Report report = sample::report();
  report.cases[0].summary.metrics[0].samples[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(json_of(report)["cases"][0]["metrics"]["throughput_msgs_per_s"]["samples"][0].is_null());
}

TEST(Json, largest_seed_survives) {
  Report report = sample::report();
  report.record.plan.seed = UINT64_MAX;
  EXPECT_EQ(json_of(report)["seed"], UINT64_MAX);
}

TEST(Json, pretty_text_keeps_short_things_on_a_line_and_says_the_same) {
  const OrderedJson json = {{"list", {1, 2, 3}},
                            {"long", std::string(130, 'x')},
                            {"empty", OrderedJson::array()},
                            {"deep", {{"a", {{"b", 1}}}}}};
  const std::string text = pretty_json(json);
  EXPECT_EQ(OrderedJson::parse(text), json);
  EXPECT_NE(text.find("\n \"list\": [1,2,3],\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace pcbench
