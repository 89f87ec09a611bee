#include "plan/problems.h"

#include <fmt/format.h>

namespace pcbench {
namespace {

/// POINTER on one line of printable ASCII: keys come from the user and may hold anything.
std::string printable(const std::string& pointer) {
  const std::string escaped = Json(pointer).dump(-1, ' ', true, Json::error_handler_t::replace);
  return escaped.substr(1, escaped.size() - 2);
}

std::string text_of(const std::string& file, const std::vector<ConfigError>& errors) {
  std::string text = file + ": not a valid config";
  for (const ConfigError& error : errors) {
    text += fmt::format("\n  {}", error.pointer.empty() ? "(top level)" : printable(error.pointer));
    if (!error.value.empty()) text += fmt::format(" = {}", error.value);
    text += fmt::format(": {}", error.rule);
    if (!error.remedy.empty()) text += fmt::format("; {}", error.remedy);
  }
  return text;
}

}  // namespace

ConfigErrors::ConfigErrors(const std::string& file, std::vector<ConfigError> found)
    : Error(text_of(file, found)), errors(std::move(found)) {}

bool Problems::is_new(const std::string& pointer, const std::string& rule) {
  if (full()) {
    ++more_;
    return false;
  }
  return seen_.emplace(pointer, rule).second;
}

void Problems::add(const std::string& pointer, const Json& value, const std::string& rule,
                   const std::string& remedy) {
  if (is_new(pointer, rule)) errors_.push_back({pointer, shown(value), rule, remedy});
}

void Problems::add_missing(const std::string& pointer, const std::string& rule, const std::string& remedy) {
  if (is_new(pointer, rule)) errors_.push_back({pointer, "", rule, remedy});
}

std::vector<ConfigError> Problems::take() {
  if (more_ != 0)
    errors_.push_back({"", "", fmt::format("and {} more errors of this kind", more_), "mend these first"});
  return std::move(errors_);
}

}  // namespace pcbench
