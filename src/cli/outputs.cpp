#include "cli/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "plan/suggest.h"

namespace pcbench {
namespace {

constexpr const char* kResultsFolder = "results";

const FormatRow& format_called(const std::string& name) {
  if (const FormatRow* row = find_format(name)) return *row;
  std::vector<std::string_view> names;
  for (const FormatRow& row : formats()) names.push_back(row.name);
  throw Error(fmt::format("unknown format \"{}\"", name), "--format", did_you_mean(name, names));
}

/// FORMAT:FILE where FORMAT is a format, else a JSON file: names with a colon are files like any other.
ReportTarget target_of(const std::string& out) {
  const std::size_t colon = out.find(':');
  const FormatRow* format = colon == std::string::npos ? nullptr : find_format(out.substr(0, colon));
  ReportTarget target = format == nullptr ? ReportTarget{find_format("json"), out}
                                          : ReportTarget{format, out.substr(colon + 1)};
  if (target.path.empty()) throw Error("there is no file's name", "--out " + out, "write --out FILE");
  return target;
}

}  // namespace

Outputs choose_outputs(const RunOptions& options, const std::string& name) {
  Outputs outputs;
  if (!options.format.empty()) outputs.on_stdout = &format_called(options.format);
  for (const std::string& out : options.outs) {
    ReportTarget target = target_of(out);
    const auto same = [&](const ReportTarget& other) { return other.path == target.path; };
    if (std::any_of(outputs.files.begin(), outputs.files.end(), same))
      throw Error("two reports would go to one file", "--out " + out, "give each its own");
    if (target.path != "-") {
      outputs.files.push_back(std::move(target));
      continue;
    }
    if (outputs.on_stdout != nullptr)
      throw Error("stdout is to carry two reports", "--out " + out, "send one of them to a file");
    outputs.on_stdout = target.format;
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
      std::error_code failed;
      std::filesystem::create_directories(kResultsFolder,
                                          failed);  // what goes wrong here, the next line names
    }
    check_writable(target.path);
  }
}

}  // namespace pcbench
