#include "compare/report_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "base/error.h"
#include "model/names.h"
#include "report/json_file.h"

namespace pcbench {
namespace {

/// Neither measured frequencies nor the load belong here: they differ from minute to minute on one machine,
/// and would make it several.
constexpr std::string_view kFingerprint[] = {
    "/environment/cpu/model",    "/environment/cpu/logical_cpus", "/environment/cpu/usable_cpus",
    "/environment/cpu/cores",    "/environment/cpu/smt",          "/environment/cpu/governor",
    "/environment/cpu/turbo",    "/environment/kernel",           "/environment/noise/cgroup_cpus",
    "/environment/clock/source", "/tool/build/sanitizers"};

constexpr std::string_view kBuild[] = {"/tool/build/type", "/tool/build/optimized", "/tool/build/compiler",
                                       "/tool/build/flags"};

std::vector<std::pair<std::string, std::string>> facts_at(std::span<const std::string_view> pointers,
                                                          const nlohmann::json& json) {
  std::vector<std::pair<std::string, std::string>> facts;
  for (const std::string_view pointer : pointers) {
    const nlohmann::json::json_pointer place{std::string(pointer)};
    facts.emplace_back(pointer, json.contains(place) ? json.at(place).dump() : "null");
  }
  return facts;
}

std::string string_or_empty(const JsonView& view, std::string_view key) {
  return view.has(key) ? view.at(key).string() : std::string();
}

Outcome outcome_of(const JsonView& view) {
  const auto outcome = value_of<Outcome>(view.string());
  if (!outcome) view.reject("must be pass, fail or unknown");
  return *outcome;
}

StoredMetric metric_of(const std::string& name, const JsonView& view) {
  StoredMetric metric{name, view.at("unit").string(), false, {}};
  const std::string better = view.at("better").string();
  if (better != "higher" && better != "lower") view.at("better").reject("must be higher or lower");
  metric.higher_is_better = better == "higher";
  for (const JsonView& sample : view.at("samples").items()) metric.samples.push_back(sample.number());
  return metric;
}

std::string problem_of(const JsonView& verdicts) {
  std::string problem;
  for (const JsonView& verdict : verdicts.items()) {
    if (outcome_of(verdict.at("outcome")) == Outcome::pass) continue;
    problem += fmt::format("{}{}: {}", problem.empty() ? "" : "; ", verdict.at("check").string(),
                           verdict.at("outcome").string());
    if (verdict.has("reason")) problem += " (" + verdict.at("reason").string() + ")";
  }
  return problem;
}

StoredCase case_of(const JsonView& view) {
  StoredCase one;
  one.id = view.at("id").string();
  one.outcome = outcome_of(view.at("outcome"));
  one.as_expected = view.has("as_expected") ? view.at("as_expected").boolean()
                                            : one.outcome <= outcome_of(view.at("expected"));
  one.floor = view.has("floor") && view.at("floor").boolean();
  one.problem = problem_of(view.at("verdicts"));
  for (const auto& [name, metric] : view.at("metrics").members())
    one.metrics.push_back(metric_of(name, metric));
  for (const JsonView& round : view.at("rounds").items()) {
    one.elapsed_ns.push_back(round.at("elapsed_ns").number());
    const std::string end = string_or_empty(round, "end");
    one.stuck = one.stuck || end == "hung" || end == "worker_died";
    one.placements.push_back(round.has("placement") ? round.at("placement").at("class").string() : "unknown");
  }
  return one;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> fingerprint_of(const nlohmann::json& json) {
  return facts_at(kFingerprint, json);
}

bool StoredMetric::comparable() const noexcept {
  return !samples.empty() && std::all_of(samples.begin(), samples.end(), [](double x) { return x > 0; });
}

std::vector<double> StoredMetric::logarithms() const {
  std::vector<double> logs(samples.size());
  std::transform(samples.begin(), samples.end(), logs.begin(), [](double x) { return std::log(x); });
  return logs;
}

const StoredMetric* StoredCase::find(std::string_view metric) const noexcept {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(), [metric](const auto& one) { return one.name == metric; });
  return found == metrics.end() ? nullptr : &*found;
}

const StoredCase* StoredReport::find(std::string_view id) const noexcept {
  const auto found = std::find_if(cases.begin(), cases.end(), [id](const auto& one) { return one.id == id; });
  return found == cases.end() ? nullptr : &*found;
}

void require_schema(const JsonView& view, std::string_view wanted) {
  const JsonView schema = view.at("schema"), version = view.at("schema_version");
  if (schema.string() != wanted) schema.reject(fmt::format("is not the schema wanted here, {}", wanted));
  if (const std::string text = version.string(); text != "1" && !text.starts_with("1."))
    version.reject("is a schema version that this program does not know: it reads 1.x");
}

StoredReport report_of(const nlohmann::json& json, const std::string& path) {
  const JsonView view(json, path);
  require_schema(view, "pcbench/report");
  StoredReport report;
  report.path = path;
  report.name = string_or_empty(view, "name");
  report.config_hash = view.at("config_hash").string();
  report.git_commit = string_or_empty(view.at("tool"), "git_commit");
  report.started_at = view.at("started_at").string();
  report.complete = view.at("complete").boolean();
  report.fingerprint = fingerprint_of(json);
  report.build = facts_at(kBuild, json);
  if (view.at("environment").has("host"))
    report.host_id = string_or_empty(view.at("environment").at("host"), "id");
  for (const JsonView& one : view.at("cases").items()) {
    report.cases.push_back(case_of(one));
  }
  return report;
}

StoredReport read_report(const std::string& path) {
  return report_of(read_json_file(path, kUnreadKeys), path);
}

}  // namespace pcbench
