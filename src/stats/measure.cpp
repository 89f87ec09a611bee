#include "stats/measure.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/order_statistics.h"
#include "stats/rounds.h"

namespace pcbench {

Metric measure(std::string name, std::string unit, bool higher_is_better, const CaseRecord& record,
               const Sample& sample) {
  Metric metric;
  metric.name = std::move(name);
  metric.unit = std::move(unit);
  metric.higher_is_better = higher_is_better;
  const std::vector<const RoundRecord*> rounds = completed_rounds(record);
  for (const RoundRecord* round : rounds)
    if (const std::optional<double> value = sample(*round)) metric.samples.push_back(*value);
  if (metric.samples.empty()) {
    metric.reason = rounds.empty() ? "no round was completed" : "no round could give a sample";
    return metric;
  }
  metric.median = median(metric.samples);
  metric.ci95 = median_interval95(metric.samples);
  if (metric.samples.size() < rounds.size())
    metric.reason =
        fmt::format("only {} of {} rounds could give a sample", metric.samples.size(), rounds.size());
  else if (!metric.ci95) metric.reason = "an interval needs at least 6 rounds";
  return metric;
}

}  // namespace pcbench
