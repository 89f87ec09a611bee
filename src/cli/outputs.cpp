#include "cli/outputs.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "plan/suggest.h"
#include "report/targets.h"

namespace pcbench {
namespace {

constexpr const char* kResultsFolder = "results";

const FormatRow& format_called(const std::string& name) {
  if (const FormatRow* row = find_format(name)) return *row;
  std::vector<std::string_view> names;
  for (const FormatRow& row : formats()) names.push_back(row.name);
  throw Error(fmt::format("unknown format \"{}\"", name), "--format", did_you_mean(name, names));
}

}  // namespace

Outputs choose_outputs(const RunOptions& options, const std::string& name) {
  Outputs outputs;
  if (!options.format.empty()) outputs.on_stdout = &format_called(options.format);
  const auto is_format = [](std::string_view word) { return find_format(word) != nullptr; };
  for (const Target& target : targets_of(options.outs, is_format)) {
    const FormatRow* const format = find_format(target.format);
    if (target.path != "-") {
      outputs.files.push_back({format, target.path});
      continue;
    }
    if (outputs.on_stdout != nullptr)
      throw Error("stdout is to carry two reports", "--out -", "send one of them to a file");
    outputs.on_stdout = format;
    outputs.table_on_stderr = !options.quiet;
  }
  if (options.outs.empty())
    outputs.files.push_back({find_format("json"), fmt::format("{}/{}.json", kResultsFolder, name)});
  if (outputs.on_stdout == nullptr && !options.quiet) outputs.on_stdout = find_format("console");
  return outputs;
}

void check_outputs(const Outputs& outputs) {
  for (const ReportTarget& target : outputs.files) {
    if (std::filesystem::path(target.path).parent_path() == kResultsFolder) {
      std::error_code ignored;  // what goes wrong here, the next line names
      std::filesystem::create_directories(kResultsFolder, ignored);
    }
    check_writable(target.path);
  }
}

}  // namespace pcbench
