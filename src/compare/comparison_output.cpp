#include "compare/comparison_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "compare/comparison_writers.h"
#include "report/json_parts.h"

namespace pcbench {
namespace {

constexpr std::string_view kFormats[] = {"console", "json", "markdown", "github", "junit"};

bool is_format(std::string_view name) {
  return std::find(std::begin(kFormats), std::end(kFormats), name) != std::end(kFormats);
}

struct Target {
  std::string format;
  std::string path;
};

/// Only the name of a format before the colon makes it one: any other path may hold a colon.
Target target_of(const std::string& out) {
  const std::string before = out.substr(0, out.find(':'));
  if (before.size() < out.size() && is_format(before)) return {before, out.substr(before.size() + 1)};
  return {"json", out};
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
  for (const std::string& out : output.outs) check_writable(target_of(out).path);
}

void write_comparison(std::span<const Comparison> comparisons, const nlohmann::ordered_json& document,
                      const ComparisonOutput& output, std::ostream& out) {
  std::optional<Error> failed;
  for (const std::string& one : output.outs) {
    const Target target = target_of(one);
    std::ostringstream text;
    write_as(target.format, comparisons, document, {}, text);
    try {
      write_text_file(text.view(), target.path);
    } catch (const Error& error) {
      failed = error;
    }
  }
  write_as(output.format, comparisons, document, output.text, out);
  if (failed) throw *failed;
}

}  // namespace pcbench
