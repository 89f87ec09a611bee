#include <array>

#include "report/writers.h"

namespace pcbench {
namespace {

constexpr std::array kFormats = {
    FormatRow{"console", "aligned table with verdicts, intervals, failures and warnings, for people",
              write_console},
    FormatRow{"json", "the whole report, as `bench schema report` describes it", write_json},
    FormatRow{"record", "all evidence without opinions, for `recheck` and `run --resume`", write_record},
    FormatRow{"matrix", "fault by transport: conserved, degraded, hung or failed", write_matrix},
    FormatRow{"csv", "one row a case and metric, for spreadsheets and data frames", write_csv},
    FormatRow{"markdown", "table, failures and warnings, for GitHub's step summary", write_markdown},
    FormatRow{"github", "::error and ::warning lines, by which GitHub annotates a run", write_github},
    FormatRow{"junit", "a test case for each case and check, for CI servers", write_junit},
    FormatRow{"gbench", "Google Benchmark's JSON, for its compare.py", write_gbench},
    FormatRow{"gha", "array for github-action-benchmark, customSmallerIsBetter", write_gha},
    FormatRow{"bmf", "Bencher Metric Format", write_bmf},
    FormatRow{"hgrm", "HdrHistogram percentiles of service times, in us, for its plotter", write_hgrm},
};

}  // namespace

std::span<const FormatRow> formats() noexcept { return kFormats; }

const FormatRow* find_format(std::string_view name) noexcept {
  for (const FormatRow& row : kFormats)
    if (row.name == name) return &row;
  return nullptr;
}

}  // namespace pcbench
