// An array for github-action-benchmark. It takes one direction a file, so all are times, for `tool:
// customSmallerIsBetter`: a rate is shown as ns a message. Only cases whose verdict is as expected and no
// failure have numbers.
#include <fmt/format.h>

#include "report/json_parts.h"
#include "report/text.h"
#include "report/writers.h"

namespace pcbench {
namespace {

OrderedJson entry_json(const std::string& name, const std::string& unit, double value,
                       const std::optional<std::array<double, 2>>& interval, std::size_t rounds) {
  OrderedJson json = {{"name", name}, {"unit", unit}, {"value", value}};
  if (interval) json["range"] = fmt::format("± {:.6g}", ((*interval)[1] - (*interval)[0]) / 2);
  json["extra"] = "median of " + counted(rounds, "round");
  return json;
}

/// Nothing for a rate that says the same again, in other units.
void add_metric(const std::string& id, const Metric& metric, OrderedJson& json) {
  const std::size_t rounds = metric.samples.size();
  if (!metric.median || *metric.median <= 0) return;
  if (!metric.higher_is_better) {
    json.push_back(entry_json(id + " " + metric.name, metric.unit, *metric.median, metric.ci95, rounds));
  } else if (metric.name == "throughput_msgs_per_s") {
    std::optional<std::array<double, 2>> interval;
    if (metric.ci95 && (*metric.ci95)[0] > 0) interval = {1e9 / (*metric.ci95)[1], 1e9 / (*metric.ci95)[0]};
    json.push_back(entry_json(id + " ns_per_msg", "ns/msg", 1e9 / *metric.median, interval, rounds));
  }
}

}  // namespace

void write_gha(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  OrderedJson json = OrderedJson::array();
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    if (report.cases[i].outcome == Outcome::fail || !report.cases[i].as_expected) continue;
    for (const Metric& metric : report.cases[i].summary.metrics)
      add_metric(report.record.cases[i].config.id, metric, json);
  }
  out << pretty_json(json);
}

}  // namespace pcbench
