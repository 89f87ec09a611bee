// Markdown for GitHub's step summary, and the lines by which its log annotates a run.
#include <fmt/format.h>

#include "model/names.h"
#include "report/case_counts.h"
#include "report/different_warnings.h"
#include "report/markup.h"
#include "report/text.h"
#include "report/writers.h"

namespace pcbench {
namespace {

std::string metric_text(const CaseReport& report, std::string_view name) {
  const Metric* const metric = number_of(report, name);
  if (metric == nullptr) return "";
  const auto text = [metric](double value) { return value_text(value, metric->unit); };
  if (!metric->ci95) return text(*metric->median);
  return fmt::format("{} ({} … {})", text(*metric->median), text((*metric->ci95)[0]),
                     text((*metric->ci95)[1]));
}

/// What went against expectation, one sentence a verdict.
std::string problem_text(const CaseReport& report) {
  std::string text;
  for (const Verdict& verdict : report.verdicts) {
    if (verdict.outcome == Outcome::pass) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", verdict.check, name_of(verdict.outcome));
    if (!verdict.reason.empty()) text += fmt::format(" ({})", verdict.reason);
    if (verdict.counter_example) text += fmt::format(", {}", verdict.counter_example->what);
  }
  return text.empty() ? fmt::format("{}, which was not expected", name_of(report.outcome)) : text;
}

}  // namespace

void write_markdown(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  const CaseCounts counts = count_cases(report);
  out << fmt::format("## {}: {} of {} as expected\n", markdown_cell(report.record.plan.name), counts.passed,
                     counted(counts.cases, "case"));
  if (!report.record.complete) out << "\n**Incomplete: the run was interrupted.**\n";
  out << "\n| case | verdict | throughput (95 %) | p50 (95 %) | p99 (95 %) |\n|---|---|--:|--:|--:|\n";
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const CaseReport& one = report.cases[i];
    const Case& config = report.record.cases[i].config;
    const std::string verdict =
        one.as_expected ? std::string(name_of(one.outcome)) : fmt::format("**{}**", name_of(one.outcome));
    out << fmt::format("| {} | {} | {} | {} | {} |\n", markdown_cell(config.id), verdict,
                       metric_text(one, "throughput_msgs_per_s"),
                       metric_text(one, latency_metric(config, "p50")),
                       metric_text(one, latency_metric(config, "p99")));
  }
  for (std::size_t i = 0; i < report.cases.size(); ++i)
    if (!report.cases[i].as_expected)
      out << fmt::format("\n- **{}**: {}", markdown_cell(report.record.cases[i].config.id),
                         markdown_cell(problem_text(report.cases[i])));
  for (const Warning& warning : different_warnings(report))
    out << fmt::format("\n- warning {}: {}; {}", markdown_cell(warning.id), markdown_cell(warning.text),
                       markdown_cell(warning.remedy));
  out << '\n';
}

void write_github(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  for (std::size_t i = 0; i < report.cases.size(); ++i)
    if (!report.cases[i].as_expected)
      out << github_line("error", report.record.cases[i].config.id, problem_text(report.cases[i]));
  if (!report.record.complete)
    out << github_line("error", report.record.plan.name, "incomplete: the run was interrupted");
  for (const Warning& warning : different_warnings(report))
    out << github_line("warning", warning.id, fmt::format("{}; {}", warning.text, warning.remedy));
}

}  // namespace pcbench
