#include <fmt/format.h>

#include <algorithm>

#include "compare/comparison_writers.h"
#include "report/markup.h"

namespace pcbench {
namespace {

void write_claim(const Claim& claim, std::ostream& out) {
  out << fmt::format("  <testcase classname=\"{}\" name=\"{}\"", xml_escaped(claim.case_id),
                     xml_escaped(claim.metric));
  const std::string message = xml_escaped(finding_text(claim));
  if (claim.verdict == GateVerdict::regression)
    out << fmt::format("><failure type=\"regression\" message=\"{}\"/></testcase>\n", message);
  else if (claim.verdict == GateVerdict::inconclusive)
    out << fmt::format("><skipped message=\"inconclusive: {}\"/></testcase>\n", message);
  else out << fmt::format("><system-out>{}: {}</system-out></testcase>\n", name_of(claim.verdict), message);
}

}  // namespace

void write_comparison_junit(std::span<const Comparison> comparisons, std::ostream& out) {
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pcbench\">\n";
  for (const Comparison& comparison : comparisons) {
    const auto with = [&](GateVerdict verdict) {
      return std::count_if(comparison.claims.begin(), comparison.claims.end(),
                           [verdict](const Claim& claim) { return claim.verdict == verdict; });
    };
    const auto wrong =
        std::count_if(comparison.not_compared.begin(), comparison.not_compared.end(),
                      [](const NotCompared& one) { return one.new_is_wrong || one.new_is_stuck; });
    const auto left_out = std::ssize(comparison.not_compared);
    out << fmt::format(" <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
                       xml_escaped(comparison.label_new), std::ssize(comparison.claims) + left_out,
                       with(GateVerdict::regression), wrong,
                       with(GateVerdict::inconclusive) + left_out - wrong);
    for (const Claim& claim : comparison.claims) write_claim(claim, out);
    for (const NotCompared& one : comparison.not_compared) {
      const bool is_wrong = one.new_is_wrong || one.new_is_stuck;
      out << fmt::format(
          "  <testcase classname=\"{}\" name=\"correctness\"><{} message=\"{}\"/></testcase>\n",
          xml_escaped(one.case_id), is_wrong ? "error type=\"incorrect\"" : "skipped", xml_escaped(one.why));
    }
    out << " </testsuite>\n";
  }
  out << "</testsuites>\n";
}

}  // namespace pcbench
