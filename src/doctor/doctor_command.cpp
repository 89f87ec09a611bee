#include "doctor/doctor_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/json_parts.h"
#include "report/text.h"

namespace pcbench {
namespace {

Paint paint_of(Severity severity) {
  switch (severity) {
    case Severity::fine: return Paint::good;
    case Severity::unknown: return Paint::faint;
    case Severity::advice: return Paint::doubtful;
    case Severity::spoils: return Paint::bad;
  }
  return Paint::plain;
}

Json findings_json(const std::vector<Finding>& findings, bool quiet) {
  Json list = Json::array();
  for (const Finding& finding : findings)
    list.push_back({{"id", finding.id},
                    {"severity", name_of(finding.severity)},
                    {"text", finding.text},
                    {"remedy", finding.remedy.empty() ? Json(nullptr) : Json(finding.remedy)}});
  return {{"schema", "pcbench/doctor"}, {"schema_version", "1.0"}, {"quiet", quiet}, {"findings", std::move(list)}};
}

}  // namespace

int doctor_command(const DoctorOptions& options, std::ostream& out) {
  constexpr int kRefused = 6;
  constexpr std::size_t kIndent = 24;
  const std::vector<Finding> findings = examine(SystemFiles(options.root), options.facts);
  const bool quiet = std::none_of(findings.begin(), findings.end(),
                                  [](const Finding& finding) { return finding.severity == Severity::spoils; });
  const int status = options.require_quiet && !quiet ? kRefused : 0;
  if (options.as_json) {
    out << pretty_json(findings_json(findings, quiet));
    return status;
  }
  for (const Finding& finding : findings) {
    const std::string severity = painted(fmt::format("{:<8}", name_of(finding.severity)), paint_of(finding.severity),
                                         options.text.color);
    const std::string text = wrapped(fmt::format("{:>{}}{}", "", kIndent, finding.text), kIndent, options.text.width);
    out << severity << fmt::format("  {:<14}", finding.id) << text.substr(std::min(kIndent, text.size()));
    if (!finding.remedy.empty()) out << fmt::format("{:>{}}remedy: {}\n", "", kIndent, finding.remedy);
  }
  out << (quiet ? "nothing here spoils a measurement\n" : "this machine will spoil measurements as it is\n");
  return status;
}

}  // namespace pcbench
