// The file of `bench ab`, schema "pcbench/ab" 1.0.
#include <fmt/format.h>

#include "base/error.h"
#include "compare/ab_report.h"
#include "compare/comparison_writers.h"
#include "report/json_parts.h"

namespace pcbench {
namespace {

constexpr const char* kSideNames[kSides] = {"base", "new", "control"};

const char* name_of_side(Side side) { return kSideNames[static_cast<std::size_t>(side)]; }

const char* name_of_end(RunEnd end) {
  switch (end) {
    case RunEnd::measured:
      return "measured";
    case RunEnd::incorrect:
      return "incorrect";
    case RunEnd::stuck:
      return "stuck";
    case RunEnd::failed:
      return "failed";
    case RunEnd::interrupted:
      return "interrupted";
  }
  return "?";
}

OrderedJson try_json(const Try& one, const AbCase& config) {
  OrderedJson json = {{"apart", one.apart}, {"disturbed", one.disturbed}};
  for (std::size_t side = 0; side < kSides; ++side) {
    OrderedJson values = {{"placement", one.runs[side].placement}};
    for (std::size_t m = 0; m < config.metrics.size(); ++m)
      values[config.metrics[m].name] = or_null(one.runs[side].values[m]);
    json[kSideNames[side]] = std::move(values);
  }
  return json;
}

OrderedJson case_json(const AbReport& report, std::size_t index) {
  const AbCase& config = report.cases[index];
  const AbCaseRecord& record = report.record.cases[index];
  OrderedJson json = {
      {"id", config.id}, {"rounds_per_run", report.rounds[index]}, {"end", name_of_end(record.end)}};
  if (record.end != RunEnd::measured) {
    json["ended_by"] = name_of_side(record.ended_by);
    json["problem"] = record.problem;
  }
  OrderedJson& looks = json["decided_at_look"] = OrderedJson::object();
  for (std::size_t m = 0; m < config.metrics.size(); ++m)
    looks[config.metrics[m].name] = or_null(record.claims[m].look);
  OrderedJson& slots = json["slots"] = OrderedJson::array();
  for (const Slot& slot : record.slots) {
    OrderedJson one = {{"order", OrderedJson::array()}, {"tries", OrderedJson::array()}};
    for (const Side side : slot.order) one["order"].push_back(name_of_side(side));
    for (const Try& attempt : slot.tries) one["tries"].push_back(try_json(attempt, config));
    slots.push_back(std::move(one));
  }
  return json;
}

OrderedJson at_or_null(const nlohmann::json& json, const char* pointer) {
  const nlohmann::json::json_pointer place{pointer};
  return json.contains(place) ? OrderedJson(json.at(place)) : OrderedJson(nullptr);
}

}  // namespace

OrderedJson ab_json(const AbReport& report, const Comparison& comparison) {
  OrderedJson json = {{"schema", "pcbench/ab"},
                      {"schema_version", "1.0"},
                      {"tool", at_or_null(report.base_survey, "/tool")},
                      {"new_tool", at_or_null(report.new_survey, "/tool")},
                      {"environment", at_or_null(report.base_survey, "/environment")},
                      {"name", at_or_null(report.base_survey, "/name")},
                      {"config_hash", at_or_null(report.base_survey, "/config_hash")},
                      {"seed", report.rules.seed},
                      {"started_at", report.started_at},
                      {"elapsed_s", report.elapsed_s},
                      {"complete", !report.record.interrupted},
                      {"pairs_at_most", report.rules.pairs},
                      {"max_time_s", report.rules.max_time_s},
                      {"out_of_time", report.record.out_of_time},
                      {"control_alarm", report.record.control_alarm},
                      {"looks", OrderedJson::array()},
                      {"comparisons", comparisons_json({&comparison, 1})},
                      {"cases", OrderedJson::array()}};
  for (const LookRecord& look : report.record.looks)
    json["looks"].push_back({{"pairs", look.pairs}, {"share_of_alpha", look.share}});
  for (std::size_t i = 0; i < report.cases.size(); ++i) json["cases"].push_back(case_json(report, i));
  return json;
}

ControlReport control_report_of(const nlohmann::json& json, const std::string& path) {
  const JsonView view(json, path);
  require_schema(view, "pcbench/ab");
  if (!view.at("complete").boolean())
    throw Error("this comparison was interrupted: its control says nothing", path,
                "add the file of a comparison that ended by itself");
  if (view.at("looks").items().empty())
    throw Error("this comparison measured no pair: its control says nothing", path,
                "give `bench ab` more --max-time");
  ControlReport report;
  report.started_at = view.at("started_at").string();
  report.name = view.has("name") ? view.at("name").string() : "";
  report.config_hash = view.at("config_hash").string();
  if (view.has("new_tool") && view.at("new_tool").has("git_commit"))
    report.git_commit = view.at("new_tool").at("git_commit").string();
  report.machine = machine_digest(fingerprint_of(json));
  report.cases = std::ssize(view.at("cases").items());
  report.control_alarm = view.at("control_alarm").boolean();
  return report;
}

}  // namespace pcbench
