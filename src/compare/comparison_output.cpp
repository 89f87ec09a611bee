#include "compare/comparison_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "compare/comparison_writers.h"
#include "report/json_parts.h"
#include "report/targets.h"

namespace pcbench {
namespace {

constexpr std::string_view kFormats[] = {"console", "json", "markdown", "github", "junit"};

bool is_format(std::string_view name) {
  return std::find(std::begin(kFormats), std::end(kFormats), name) != std::end(kFormats);
}

/// Where everything goes; what stdout gets is the last. Errors: Error.
std::vector<Target> all_targets(const ComparisonOutput& output) {
  std::vector<Target> targets = targets_of(output.outs, is_format);
  const auto dash =
      std::find_if(targets.begin(), targets.end(), [](const Target& target) { return target.path == "-"; });
  if (dash == targets.end()) {
    targets.push_back({output.format, "-"});
  } else {
    if (output.format != "console")
      throw Error("stdout is to carry two reports", "--out -", "send one of them to a file");
    std::rotate(dash, dash + 1, targets.end());
  }
  return targets;
}

void write_as(std::string_view format, std::span<const Comparison> comparisons,
              const nlohmann::ordered_json& document, const FormatOptions& text, std::ostream& out) {
  if (format == "console") write_comparison_console(comparisons, text, out);
  else if (format == "markdown") write_comparison_markdown(comparisons, out);
  else if (format == "github") write_comparison_github(comparisons, out);
  else if (format == "junit") write_comparison_junit(comparisons, out);
  else out << pretty_json(document);
}

}  // namespace

void check_output(const ComparisonOutput& output) {
  if (!is_format(output.format))
    throw Error(fmt::format("there is no format \"{}\" of a comparison", output.format), "--format",
                fmt::format("one of {}", fmt::join(kFormats, ", ")));
  for (const Target& target : all_targets(output))
    if (target.path != "-") check_writable(target.path);
}

void write_comparison(std::span<const Comparison> comparisons, const nlohmann::ordered_json& document,
                      const ComparisonOutput& output, std::ostream& out) {
  std::optional<Error> failed;
  for (const Target& target : all_targets(output)) {
    if (target.path == "-") {
      write_as(target.format, comparisons, document, output.text, out);
      continue;
    }
    std::ostringstream text;
    write_as(target.format, comparisons, document, {}, text);
    try {
      write_text_file(text.view(), target.path);
    } catch (const Error& error) {
      failed = error;
    }
  }
  if (failed) throw *failed;
}

}  // namespace pcbench
