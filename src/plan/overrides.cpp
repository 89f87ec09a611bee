#include "plan/overrides.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace pcbench {
namespace {

[[noreturn]] void refuse(const std::string& assignment, const std::string& why, const std::string& remedy) {
  throw Error(fmt::format("{}: {}", in_quotes(assignment), why), "--set", remedy);
}

/// The unescaped tokens of a JSON pointer whose leading slash may be missing.
std::vector<std::string> tokens_of(std::string_view pointer, const std::string& assignment) {
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  std::vector<std::string> tokens(1);
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') tokens.emplace_back();
    else if (pointer[i] != '~') tokens.back() += pointer[i];
    else if (const char code = ++i < pointer.size() ? pointer[i] : '\0'; code == '0') tokens.back() += '~';
    else if (code == '1') tokens.back() += '/';
    else refuse(assignment, "'~' is followed by neither 0 nor 1", "in a JSON pointer ~0 is ~ and ~1 is /");
  }
  if (tokens.size() > kDepthMax)
    refuse(assignment, fmt::format("deeper than {} levels", kDepthMax), "name a key of the config");
  return tokens;
}

Json& step(Json& parent, const std::string& token, const std::string& assignment) {
  if (parent.is_null()) parent = Json::object();
  if (parent.is_object()) return parent[token];
  if (!parent.is_array())
    refuse(assignment, fmt::format("{} would be inside a value that has no keys", in_quotes(token)),
           "name a key of the config");
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size() || index >= parent.size())
    refuse(assignment, fmt::format("{} is no element of a list of {}", in_quotes(token), parent.size()),
           "elements count from 0");
  return parent[index];
}

/// VALUE as JSON where it is JSON, else as a string.
Json value_of_text(const std::string& value) {
  try {
    return parse_json(value, "--set");
  } catch (const Error&) {
    return value;
  }
}

bool is_utf8(const std::string& text) {
  try {
    return !Json(text).dump().empty();
  } catch (const Json::exception&) {
    return false;
  }
}

void assign(Json& document, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0 || !is_utf8(assignment))
    refuse(assignment, "is not POINTER=VALUE", "for example --set /defaults/messages=1000");
  Json* place = &document;
  for (const std::string& token : tokens_of(std::string_view(assignment).substr(0, equals), assignment))
    place = &step(*place, token, assignment);
  *place = value_of_text(assignment.substr(equals + 1));
}

}  // namespace

void apply_overrides(Json& document, const PlanOptions& options) {
  for (const std::string& assignment : options.set) assign(document, assignment);
  if (!document.is_object()) return;
  if (options.rounds) document["rounds"] = *options.rounds;
  if (options.max_time_s) document["max_time_s"] = *options.max_time_s;
  if (options.seed) document["seed"] = *options.seed;
}

}  // namespace pcbench
