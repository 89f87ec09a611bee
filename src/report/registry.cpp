#include <array>

#include "report/writers.h"

namespace pcbench {
namespace {

constexpr std::array kFormats = {
    FormatRow{"console", "aligned table with verdicts, intervals, failures and warnings, for people",
              write_console},
    FormatRow{"json", "the whole report, as `bench schema report` describes it", write_json},
    FormatRow{"matrix", "fault by transport: conserved, degraded, hung or failed", write_matrix},
    FormatRow{"csv", "one row a case and metric, for spreadsheets and data frames", write_csv},
};

}  // namespace

std::span<const FormatRow> formats() noexcept { return kFormats; }

const FormatRow* find_format(std::string_view name) noexcept {
  for (const FormatRow& row : kFormats)
    if (row.name == name) return &row;
  return nullptr;
}

}  // namespace pcbench
