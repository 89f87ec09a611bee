#include "plan/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "plan/keys.h"
#include "plan/resolve.h"
#include "plan/suggest.h"

namespace pcbench {
namespace {

std::vector<std::string_view> filter_keys() {
  std::vector<std::string_view> keys = {"id"};
  for (const KeyRow& row : case_keys()) {
    if (row.key == "expect") continue;
    if (!row.object) keys.push_back(row.key);
    for (const KeyRow& member : row.members) keys.push_back(member.key);
  }
  return keys;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  // The last * seen, and where its match ends so far.
  std::size_t star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Filter::Filter(const std::string& expression) {
  const std::vector<std::string_view> keys = filter_keys();
  std::istringstream words(expression);
  for (std::string term; words >> term;) {
    const std::size_t colon = term.find(':');
    if (colon == std::string::npos)
      throw Error(fmt::format("{} is not KEY:PATTERN", in_quotes(term)), "--filter",
                  R"(for example --filter "transport:shm* producers:4")");
    std::string key = term.substr(0, colon);
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      throw Error(fmt::format("{} is no key of a case", in_quotes(key)), "--filter", did_you_mean(key, keys));
    terms_.emplace_back(std::move(key), term.substr(colon + 1));
  }
}

bool Filter::matches(const std::string& id, const Json& resolved) const {
  const auto values = flat_values(resolved);
  return std::all_of(terms_.begin(), terms_.end(), [&](const auto& term) {
    if (term.first == "id") return glob_matches(term.second, id);
    return std::any_of(values.begin(), values.end(), [&](const auto& value) {
      return value.first == term.first && glob_matches(term.second, value.second);
    });
  });
}

}  // namespace pcbench
