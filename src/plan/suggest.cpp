#include "plan/suggest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace pcbench {
namespace {

constexpr std::size_t kNameCharactersMax = 48;  // longer text is no slip of the finger

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_up(b.size() + 1), up(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_up.swap(up);
    up.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({up[j] + 1, row[j - 1] + 1, up[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_up[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string_view closest(std::string_view text, const std::vector<std::string_view>& names) {
  if (text.empty() || text.size() > kNameCharactersMax) return {};
  const std::string typed = lower(text);
  std::string_view best;
  std::size_t best_distance = kNameCharactersMax;
  for (const std::string_view name : names) {
    const std::string known = lower(name);
    const std::size_t distance = edit_distance(typed, known);
    const bool slip = distance <= std::clamp<std::size_t>(typed.size() / 3, 1, 3);
    const bool part = typed.size() >= 3 && known.find(typed) != std::string::npos;
    if ((slip || part) && distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& names) {
  if (const std::string_view near = closest(text, names); !near.empty())
    return fmt::format("did you mean \"{}\"?", near);
  return names.empty() ? "" : fmt::format("known are {}", fmt::join(names, ", "));
}

}  // namespace pcbench
