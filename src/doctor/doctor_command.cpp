#include "doctor/doctor_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/json_parts.h"
#include "report/text.h"

namespace pcbench {
namespace {

Paint paint_of(Severity severity) {
  switch (severity) {
    case Severity::fine:
      return Paint::good;
    case Severity::unknown:
      return Paint::faint;
    case Severity::advice:
      return Paint::doubtful;
    case Severity::spoils:
      return Paint::bad;
  }
  return Paint::plain;
}

OrderedJson limits_json(const Limits& limits) {
  OrderedJson hand_over = OrderedJson::array();
  for (const Limits::HandOver& one : limits.hand_over)
    hand_over.push_back({{"footprint_bytes", one.ring.footprint_bytes()},
                         {"batch_lines", one.ring.batch},
                         {"lines_per_s", or_null(one.lines_per_s)}});
  return {{"line_latency_ns", or_null(limits.line_latency_ns)},
          {"hand_over", std::move(hand_over)},
          {"wake_up_same_cpu_ns", or_null(limits.wake_up_same_cpu_ns)},
          {"wake_up_other_cpu_ns", or_null(limits.wake_up_other_cpu_ns)},
          {"clock_cost_ns", limits.clock.cost_ns},
          {"clock_resolution_ns", limits.clock.resolution_ns}};
}

void write_limits(const Limits& limits, const FormatOptions& options, std::ostream& out) {
  const auto time = [](const std::optional<double>& ns) { return ns ? human_ns(*ns) : std::string("?"); };
  out << "what this machine can do at best, just now:\n"
      << fmt::format("  a line from one CPU to another    {}\n", time(limits.line_latency_ns))
      << fmt::format("  waking a sleeper                  {} on the same CPU, {} on another\n",
                     time(limits.wake_up_same_cpu_ns), time(limits.wake_up_other_cpu_ns))
      << fmt::format("  a look at the clock               {}\n", human_ns(limits.clock.cost_ns));
  Table table({{"  lines/s handed over"}, {"1 a batch", true}, {"32", true}, {"256", true}});
  std::map<std::uint64_t, std::vector<Cell>> rows;
  for (const Limits::HandOver& one : limits.hand_over) {
    std::vector<Cell>& row = rows[one.ring.footprint_bytes()];
    if (row.empty()) row.push_back({fmt::format("    ring of {} KiB", one.ring.footprint_bytes() / 1024)});
    row.push_back({one.lines_per_s ? human_count(*one.lines_per_s) : "?"});
  }
  for (auto& [footprint, row] : rows) {
    row.resize(4);
    table.add_row(row);
  }
  table.write(options, out);
}

OrderedJson diagnoses_json(const std::vector<Diagnosis>& diagnoses, bool quiet, const Limits& limits) {
  OrderedJson list = OrderedJson::array();
  for (const Diagnosis& diagnosis : diagnoses)
    list.push_back(
        {{"id", diagnosis.id},
         {"severity", name_of(diagnosis.severity)},
         {"text", diagnosis.text},
         {"remedy", diagnosis.remedy.empty() ? OrderedJson(nullptr) : OrderedJson(diagnosis.remedy)}});
  return {{"schema", "pcbench/doctor"},
          {"schema_version", "1.0"},
          {"quiet", quiet},
          {"findings", std::move(list)},
          {"limits", limits_json(limits)}};
}

}  // namespace

int doctor_command(const DoctorOptions& options, std::ostream& out) {
  constexpr int kRefused = 6;
  constexpr std::size_t kIndent = 24;
  const std::vector<Diagnosis> diagnoses = examine(SystemFiles(options.root), options.facts, options.pause);
  const bool quiet = std::none_of(diagnoses.begin(), diagnoses.end(), [](const Diagnosis& diagnosis) {
    return diagnosis.severity == Severity::spoils;
  });
  const int status = options.require_quiet && !quiet ? kRefused : 0;
  if (options.as_json) {
    out << pretty_json(diagnoses_json(diagnoses, quiet, options.limits()));
    return status;
  }
  for (const Diagnosis& diagnosis : diagnoses) {
    const std::string severity = painted(fmt::format("{:<8}", name_of(diagnosis.severity)),
                                         paint_of(diagnosis.severity), options.text.color);
    const std::string text =
        wrapped(fmt::format("{:>{}}{}", "", kIndent, diagnosis.text), kIndent, options.text.width);
    out << severity << fmt::format("  {:<14}", diagnosis.id) << text.substr(std::min(kIndent, text.size()));
    if (!diagnosis.remedy.empty()) out << fmt::format("{:>{}}remedy: {}\n", "", kIndent, diagnosis.remedy);
  }
  write_limits(options.limits(), options.text, out);
  out << (quiet ? "nothing here spoils a measurement\n" : "this machine will spoil measurements as it is\n");
  return status;
}

}  // namespace pcbench
