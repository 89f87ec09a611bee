#include <fmt/format.h>

#include "compare/comparison_writers.h"
#include "report/markup.h"
#include "report/text.h"

namespace pcbench {
namespace {

bool noteworthy(const Claim& claim) { return claim.verdict != GateVerdict::equivalent; }

}  // namespace

void write_comparison_markdown(std::span<const Comparison> comparisons, std::ostream& out) {
  out << "## Performance: " << counts_text(comparisons) << "\n";
  for (const Comparison& comparison : comparisons) {
    out << fmt::format("\n`{}` against base `{}`\n", comparison.label_new, comparison.label_base);
    bool titled = false;
    for (const Claim& claim : comparison.claims) {
      if (!noteworthy(claim)) continue;
      if (!std::exchange(titled, true))
        out << "\n| case | metric | base | new | change | 95 % interval | p (Holm) | verdict | would see |\n"
               "|---|---|--:|--:|--:|--:|--:|---|--:|\n";
      const auto interval = claim.change_ci95 ? fmt::format("{} … {}", percent_text((*claim.change_ci95)[0]),
                                                            percent_text((*claim.change_ci95)[1]))
                                              : std::string();
      const auto power = claim.detectable ? fmt::format("{:.1f} %", 100 * *claim.detectable) : "nothing";
      const bool strong = claim.verdict == GateVerdict::regression;
      out << fmt::format("| {} | {} | {} | {} | {} | {} | {:.2g} | {}{}{} | {} |\n",
                         markdown_cell(claim.case_id), markdown_cell(claim.metric),
                         value_text(claim.median_base, claim.unit), value_text(claim.median_new, claim.unit),
                         percent_text(claim.change), interval, claim.p_holm, strong ? "**" : "",
                         name_of(claim.verdict), strong ? "**" : "", power);
    }
    for (const NotCompared& one : comparison.not_compared)
      out << fmt::format("\n- not compared: {}: {}", markdown_cell(one.case_id), markdown_cell(one.why));
    for (const std::string& caveat : comparison.caveats)
      out << fmt::format("\n- caveat: {}", markdown_cell(caveat));
    out << '\n';
  }
}

void write_comparison_github(std::span<const Comparison> comparisons, std::ostream& out) {
  for (const Comparison& comparison : comparisons) {
    for (const Claim& claim : comparison.claims) {
      const bool regressed = claim.verdict == GateVerdict::regression;
      if (!regressed && claim.verdict != GateVerdict::inconclusive) continue;
      out << github_line(regressed ? "error" : "warning",
                         fmt::format("{}: {}", name_of(claim.verdict), claim.case_id), finding_text(claim));
    }
    for (const NotCompared& one : comparison.not_compared)
      out << github_line(one.new_is_wrong || one.new_is_stuck ? "error" : "warning",
                         "not compared: " + one.case_id, one.why);
  }
}

}  // namespace pcbench
