// CSV as RFC 4180 quotes it, lines ended by a newline alone. A case without metrics keeps a row: it did not
// vanish.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "model/names.h"
#include "report/writers.h"

namespace pcbench {
namespace {

constexpr std::string_view kHeader =
    "case,transport,topology,producers,consumers,workers,start,stop,wait,payload_bytes,capacity_slots,verify,"
    "outcome,expected,as_expected,metric,unit,better,samples,median,ci95_low,ci95_high\n";

std::string quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

std::string case_fields(const CaseRecord& record, const CaseReport& report) {
  const Case& config = record.config;
  const std::vector<std::string> fields = {
      config.id,
      config.transport,
      fmt::format("{}x{}", config.producers, config.consumers),
      std::to_string(config.producers),
      std::to_string(config.consumers),
      std::string(name_of(config.workers)),
      config.workers == WorkerKind::thread ? "thread" : std::string(name_of(config.start)),
      config.stop,
      std::string(name_of(config.wait)),
      std::to_string(config.payload_bytes),
      record.effective.capacity_slots == 0 ? "" : std::to_string(record.effective.capacity_slots),
      std::string(name_of(config.verify)),
      std::string(name_of(report.outcome)),
      std::string(name_of(report.expected)),
      report.as_expected ? "true" : "false"};
  std::string line;
  for (const std::string& field : fields) line += quoted(field) + ',';
  return line;
}

std::string metric_fields(const Metric& metric) {
  const std::string median = metric.median ? fmt::format("{}", *metric.median) : "";
  const std::string interval =
      metric.ci95 ? fmt::format("{},{}", (*metric.ci95)[0], (*metric.ci95)[1]) : std::string(",");
  return fmt::format("{},{},{},{},{},{}", quoted(metric.name), quoted(metric.unit),
                     metric.higher_is_better ? "higher" : "lower", metric.samples.size(), median, interval);
}

}  // namespace

void write_csv(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  out << kHeader;
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const std::string fields = case_fields(report.record.cases[i], report.cases[i]);
    const auto& metrics = report.cases[i].summary.metrics;
    if (metrics.empty()) out << fields << ",,,,,,\n";
    for (const Metric& metric : metrics) out << fields << metric_fields(metric) << '\n';
  }
}

}  // namespace pcbench
