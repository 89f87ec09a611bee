// comparison_writers: the forms of a comparison that people and their tools read.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <span>

#include "compare/comparison.h"
#include "report/formats.h"

namespace pcbench {

/// One table; of several comparisons, which then share their base, a column each. Ends with a line that
/// counts the verdicts.
void write_comparison_console(std::span<const Comparison> comparisons, const FormatOptions& options,
                              std::ostream& out);

/// For GitHub's step summary: what is not equivalent.
void write_comparison_markdown(std::span<const Comparison> comparisons, std::ostream& out);

/// `::error` and `::warning` lines, by which GitHub annotates a run.
void write_comparison_github(std::span<const Comparison> comparisons, std::ostream& out);

/// One test case a claim: a regression fails, what is inconclusive or was not compared is skipped, what is
/// wrong is an error.
void write_comparison_junit(std::span<const Comparison> comparisons, std::ostream& out);

/// The member `comparisons` of "pcbench/comparison" and "pcbench/ab" files.
[[nodiscard]] nlohmann::ordered_json comparisons_json(std::span<const Comparison> comparisons);

/// 0.1 as "+10.0 %".
[[nodiscard]] std::string percent_text(double change);

/// "[-12.0 %, -8.1 %]"; empty where there is none.
[[nodiscard]] std::string interval_text(const std::optional<Interval>& interval);

/// "service_ns_p50 -10.2 % [-12.0 %, -8.1 %], p 0.0003".
[[nodiscard]] std::string finding_text(const Claim& claim);

/// "2 regressions, 1 improvement, 30 equivalent, 4 inconclusive".
[[nodiscard]] std::string counts_text(std::span<const Comparison> comparisons);

}  // namespace pcbench
