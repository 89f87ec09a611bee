// Arrays for github-action-benchmark, which takes one direction a file: `tool: customBiggerIsBetter` reads
// gha-bigger, `customSmallerIsBetter` gha-smaller. Only cases whose verdict is as expected and no failure
// have numbers.
#include <fmt/format.h>

#include "report/json_parts.h"
#include "report/writers.h"

namespace pcbench {
namespace {

Json entry_json(const std::string& id, const Metric& metric) {
  Json json = {
      {"name", fmt::format("{} {}", id, metric.name)}, {"unit", metric.unit}, {"value", *metric.median}};
  if (metric.ci95) json["range"] = fmt::format("± {:.6g}", ((*metric.ci95)[1] - (*metric.ci95)[0]) / 2);
  json["extra"] = fmt::format("median of {} rounds", metric.samples.size());
  return json;
}

void write_direction(const Report& report, bool bigger_is_better, std::ostream& out) {
  Json json = Json::array();
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    if (report.cases[i].outcome == Outcome::fail || !report.cases[i].as_expected) continue;
    for (const Metric& metric : report.cases[i].summary.metrics)
      if (metric.higher_is_better == bigger_is_better && metric.median)
        json.push_back(entry_json(report.record.cases[i].config.id, metric));
  }
  out << pretty_json(json);
}

}  // namespace

void write_gha_bigger(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  write_direction(report, true, out);
}

void write_gha_smaller(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  write_direction(report, false, out);
}

}  // namespace pcbench
