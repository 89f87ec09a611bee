// Bencher Metric Format: {case: {measure: {value, lower_value, upper_value}}}. Only cases whose verdict is as
// expected and no failure have numbers.
#include "report/json_parts.h"
#include "report/writers.h"

namespace pcbench {

void write_bmf(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  OrderedJson json = OrderedJson::object();
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    if (report.cases[i].outcome == Outcome::fail || !report.cases[i].as_expected) continue;
    for (const Metric& metric : report.cases[i].summary.metrics) {
      if (!metric.median) continue;
      OrderedJson& measure =
          json[report.record.cases[i].config.id][metric.name] = {{"value", *metric.median}};
      if (!metric.ci95) continue;
      measure["lower_value"] = (*metric.ci95)[0];
      measure["upper_value"] = (*metric.ci95)[1];
    }
  }
  out << pretty_json(json);
}

}  // namespace pcbench
