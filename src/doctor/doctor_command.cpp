#include "doctor/doctor_command.h"

#include <fmt/format.h>

#include <algorithm>

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

OrderedJson diagnoses_json(const std::vector<Diagnosis>& diagnoses, bool quiet) {
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
          {"findings", std::move(list)}};
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
    out << pretty_json(diagnoses_json(diagnoses, quiet));
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
  out << (quiet ? "nothing here spoils a measurement\n" : "this machine will spoil measurements as it is\n");
  return status;
}

}  // namespace pcbench
