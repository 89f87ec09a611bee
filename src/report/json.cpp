// The JSON report, schema "pcbench/report" 1.0. What each key means is said in schemas/report-1.json.
#include <algorithm>
#include <string_view>

#include "report/case_counts.h"
#include "report/json_parts.h"
#include "report/writers.h"

namespace pcbench {
namespace {

/// The build of the program that ran the cases, as its environment recorded it.
OrderedJson tool_json(const Environment& environment) {
  OrderedJson tool = {{"name", "pcbench"}, {"version", nullptr}, {"git_commit", nullptr}};
  OrderedJson build = OrderedJson::object();
  for (const auto& [section, facts] : environment.sections) {
    if (section != "build") continue;
    for (const auto& [name, fact] : facts) (tool.contains(name) ? tool : build)[name] = fact_json(fact);
  }
  tool["build"] = std::move(build);
  return tool;
}

OrderedJson environment_json(const Environment& environment) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [section, facts] : environment.sections) {
    if (section == "build") continue;
    if (facts.size() == 1 && facts.front().first.empty()) {
      json[section] = fact_json(facts.front().second);
      continue;
    }
    OrderedJson object = OrderedJson::object();
    for (const auto& [name, fact] : facts) object[name] = fact_json(fact);
    json[section] = std::move(object);
  }
  return json;
}

/// The config as it was given; text that is no JSON (it always was when the plan was read) stays text.
OrderedJson config_json(const Plan& plan) {
  OrderedJson json = OrderedJson::parse(plan.config_json, nullptr, false);
  return json.is_discarded() ? OrderedJson(plan.config_json) : json;
}

}  // namespace

void write_json(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  const RunRecord& run = report.record;
  OrderedJson json = {{"schema", "pcbench/report"},
                      {"schema_version", "1.0"},
                      {"tool", tool_json(run.environment)},
                      {"environment", environment_json(run.environment)},
                      {"name", run.plan.name},
                      {"comment", run.plan.comment},
                      {"config", config_json(run.plan)},
                      {"config_hash", run.plan.config_hash},
                      {"seed", run.plan.seed},
                      {"started_at", run.started_at},
                      {"elapsed_s", static_cast<double>(run.elapsed_ns) / 1e9},
                      {"complete", run.complete},
                      {"cases", OrderedJson::array()},
                      {"warnings", OrderedJson::array()}};
  for (std::size_t i = 0; i < report.cases.size(); ++i)
    json["cases"].push_back(case_json(run.cases[i], report.cases[i]));
  for (const Warning& warning : report.warnings) json["warnings"].push_back(warning_json(warning));
  const CaseCounts counts = count_cases(report);
  json["summary"] = {{"cases", counts.cases},
                     {"passed", counts.passed},
                     {"failed", counts.failed},
                     {"unknown", counts.unknown}};
  out << pretty_json(json);
}

}  // namespace pcbench
