#include "plan/keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace pcbench {

std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_topology(std::string_view text) {
  const std::size_t x = text.find('x');
  if (x == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::uint32_t {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = error == std::errc() && end == digits.data() + digits.size() && digits[0] != '0';
    return whole && value <= kWorkersMax ? value : 0;
  };
  const std::uint32_t producers = number(text.substr(0, x)), consumers = number(text.substr(x + 1));
  if (producers == 0 || consumers == 0) return std::nullopt;
  return std::pair{producers, consumers};
}

std::vector<std::string_view> names_of(const std::vector<KeyRow>& keys) {
  std::vector<std::string_view> names;
  for (const KeyRow& row : keys) names.push_back(row.key);
  return names;
}

std::vector<std::string_view> names_of(const std::vector<Choice>& choices) {
  std::vector<std::string_view> names;
  for (const Choice& choice : choices)
    if (!choice.later) names.push_back(choice.name);
  return names;
}

const KeyRow* find_key(const std::vector<KeyRow>& keys, std::string_view key) {
  const auto row =
      std::find_if(keys.begin(), keys.end(), [key](const KeyRow& known) { return known.key == key; });
  return row == keys.end() ? nullptr : &*row;
}

std::string describe(const KeyRow& row) {
  std::vector<std::string> forms;
  if (row.integer)
    forms.push_back(fmt::format("an integer from {} to {}", row.integer->least, row.integer->most));
  if (row.number) forms.push_back(fmt::format("a number from {} to {}", row.number->least, row.number->most));
  if (row.text != nullptr) forms.emplace_back(row.text_form);
  for (const Choice& choice : row.names) forms.push_back(fmt::format("\"{}\"", choice.name));
  if (row.object) forms.emplace_back("an object");
  if (!row.item.empty())
    forms.push_back(fmt::format("a list of {} to {} values", row.items.least, row.items.most));
  const std::string last = forms.back();
  forms.pop_back();
  return forms.empty() ? last : fmt::format("{} or {}", fmt::join(forms, ", "), last);
}

}  // namespace pcbench
