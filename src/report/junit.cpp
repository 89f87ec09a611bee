// JUnit XML: a test case for each case and check. A verdict that was not expected fails, one that is unknown
// is skipped.
#include <fmt/format.h>

#include "model/names.h"
#include "report/markup.h"
#include "report/writers.h"

namespace pcbench {
namespace {

enum class TestEnd { passed, failed, skipped };

TestEnd end_of(const Verdict& verdict) {
  if (!verdict.allowed) return TestEnd::failed;
  return verdict.outcome == Outcome::unknown ? TestEnd::skipped : TestEnd::passed;
}

std::string message_of(const Verdict& verdict) {
  std::string text(name_of(verdict.outcome));
  if (!verdict.reason.empty()) text += ": " + verdict.reason;
  if (verdict.counter_example) text += "; " + verdict.counter_example->what;
  return text;
}

struct Counts {
  std::size_t tests = 0, failures = 0, skipped = 0;
};

std::string case_text(const CaseRecord& record, const CaseReport& report, Counts& counts) {
  double elapsed_s = 0;
  for (const RoundRecord& round : record.rounds) elapsed_s += static_cast<double>(round.elapsed_ns) / 1e9;
  std::string text;
  for (const Verdict& verdict : report.verdicts) {
    const TestEnd end = end_of(verdict);
    ++counts.tests;
    counts.failures += end == TestEnd::failed ? 1 : 0;
    counts.skipped += end == TestEnd::skipped ? 1 : 0;
    text += fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\"",
                        xml_escaped(record.config.id), xml_escaped(verdict.check), elapsed_s);
    const std::string message = xml_escaped(message_of(verdict));
    if (end == TestEnd::failed)
      text += fmt::format("><failure type=\"{}\" message=\"{}\"/></testcase>\n", name_of(verdict.outcome),
                          message);
    else if (end == TestEnd::skipped) text += fmt::format("><skipped message=\"{}\"/></testcase>\n", message);
    else if (verdict.outcome == Outcome::pass) text += "/>\n";
    else text += fmt::format("><system-out>as expected: {}</system-out></testcase>\n", message);
  }
  return text;
}

}  // namespace

void write_junit(const Report& report, const FormatOptions& /*options*/, std::ostream& out) {
  Counts counts;
  std::string cases;
  for (std::size_t i = 0; i < report.cases.size(); ++i)
    cases += case_text(report.record.cases[i], report.cases[i], counts);
  const std::string numbers =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\"", counts.tests,
                  counts.failures, counts.skipped, static_cast<double>(report.record.elapsed_ns) / 1e9);
  out << fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pcbench\" {}>\n"
      " <testsuite name=\"{}\" {} timestamp=\"{}\">\n{} </testsuite>\n</testsuites>\n",
      numbers, xml_escaped(report.record.plan.name), numbers,
      xml_escaped(report.record.started_at.substr(0, report.record.started_at.find('Z'))), cases);
}

}  // namespace pcbench
