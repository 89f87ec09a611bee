#include "plan/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "plan/suggest.h"

namespace pcbench {
namespace {

/// VALUE as an integer that is not negative; nullopt: it is none. JSON has one kind of number, so 1e3 is one.
std::optional<std::uint64_t> as_integer(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_number_integer())
    return value.get<std::int64_t>() < 0 ? std::nullopt : std::optional(value.get<std::uint64_t>());
  if (!value.is_number_float()) return std::nullopt;
  const auto number = value.get<double>();
  // 2^53: beyond, a double no longer says which integer was meant.
  constexpr double kExactBelow = 9007199254740992.0;
  if (number < 0 || number >= kExactBelow || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

bool looks_like_number(const std::string& text) {
  const Json number = Json::parse(text, nullptr, false);
  return number.is_number();
}

std::string range_remedy(const KeyRow& row, const Json& value) {
  const auto number = value.get<double>();
  if (row.integer) {
    const auto least = static_cast<double>(row.integer->least), most = static_cast<double>(row.integer->most);
    if (number < least) return fmt::format("the least is {}", row.integer->least);
    if (number >= most) return fmt::format("the most is {}", row.integer->most);
    return "write a whole number, in digits";
  }
  return number < row.number->least ? fmt::format("the least is {}", row.number->least)
                                    : fmt::format("the most is {}", row.number->most);
}

std::string remedy_for(const KeyRow& row, const Json& value) {
  const bool numeric = row.integer.has_value() || row.number.has_value();
  if (value.is_number() && numeric) return range_remedy(row, value);
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (numeric && looks_like_number(text)) return fmt::format("write {} without quotes", text);
    if (const std::string_view near = closest(text, names_of(row.names)); !near.empty())
      return fmt::format("did you mean \"{}\"?", near);
  }
  return row.fallback.empty() ? "" : fmt::format("the default is {}", row.fallback);
}

void refuse(const KeyRow& row, const Json& value, const std::string& pointer, Problems& problems) {
  problems.add(pointer, value, "must be " + describe(row), remedy_for(row, value));
}

std::vector<Json> check_object(const KeyRow& row, const Json& value, const std::string& pointer,
                               Problems& problems) {
  const std::vector<Axis> axes = axes_of(value, pointer, row.members, problems);
  for (const KeyRow& member : row.members)
    if (member.required && !value.contains(member.key)) {
      problems.add(pointer, value, fmt::format("{} is missing", member.key), "must be " + describe(member));
      return {};
    }
  if (std::any_of(axes.begin(), axes.end(), [](const Axis& axis) { return axis.values.empty(); })) return {};
  if (count_combinations(axes) > kCasesMax) {
    problems.add(pointer, value, fmt::format("sweeps over more than {} combinations", kCasesMax),
                 "sweep fewer values");
    return {};
  }
  std::vector<Json> objects;
  for_each_combination(axes, [&](const auto& combination) {
    Json object = Json::object();
    for (const auto& [axis, given] : combination) object[std::string(axis->key)] = given->value;
    objects.push_back(std::move(object));
  });
  return objects;
}

std::vector<Json> check_list(const KeyRow& row, const Json& value, const std::string& pointer,
                             Problems& problems) {
  if (value.size() < row.items.least || value.size() > row.items.most) {
    refuse(row, value, pointer, problems);
    return {};
  }
  Json list = Json::array();
  for (std::size_t i = 0; i < value.size(); ++i) {
    std::vector<Json> good =
        check_value(row.item.front(), value[i], fmt::format("{}/{}", pointer, i), problems);
    if (!good.empty()) list.push_back(std::move(good.front()));
  }
  return list.size() == value.size() ? std::vector<Json>{std::move(list)} : std::vector<Json>{};
}

std::vector<Json> check_name(const KeyRow& row, const Json& value, const std::string& pointer,
                             Problems& problems) {
  const auto& text = value.get_ref<const std::string&>();
  const auto choice = std::find_if(row.names.begin(), row.names.end(),
                                   [&](const Choice& known) { return known.name == text; });
  if (choice != row.names.end() && !choice->later) return {value};
  if (choice == row.names.end()) refuse(row, value, pointer, problems);
  else
    problems.add(pointer, value, "is not supported yet",
                 row.fallback.empty() ? fmt::format("use \"{}\"", names_of(row.names).front())
                                      : fmt::format("the default is {}", row.fallback));
  return {};
}

/// Whether LIST sweeps over values of ROW or is itself one of them.
bool is_sweep(const KeyRow& row, const Json& list) {
  if (!row.sweeps || row.item.empty()) return row.sweeps;
  return std::any_of(list.begin(), list.end(),
                     [](const Json& element) { return element.is_array() || element.is_string(); });
}

Axis sweep_of(const KeyRow& row, const Json& list, const std::string& pointer, Problems& problems) {
  Axis axis{row.key, {}, true};
  if (list.empty())
    problems.add(pointer, list, "an empty list leaves nothing to run",
                 "give one value or several, or leave the key out");
  if (list.size() > kCasesMax) {
    problems.add(pointer, list, fmt::format("sweeps over more than {} values", kCasesMax),
                 "sweep fewer values");
    return axis;
  }
  std::set<Json> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = fmt::format("{}/{}", pointer, i);
    for (Json& good : check_value(row, list[i], place, problems)) {
      if (seen.insert(good).second) axis.values.push_back({std::move(good), place});
      else problems.add(place, list[i], "comes twice in this sweep", "keep one of them");
    }
  }
  return axis;
}

/// Where a key that is unknown at its place would be right; empty: nowhere.
std::string other_home(std::string_view key) {
  if (find_key(top_keys(), key) != nullptr) return "it belongs at the top level";
  if (find_key(case_keys(), key) != nullptr) return "it belongs in \"defaults\" or in a case";
  for (const KeyRow& row : case_keys())
    if (find_key(row.members, key) != nullptr) return fmt::format("it belongs in \"{}\"", row.key);
  return {};
}

}  // namespace

std::vector<Json> check_value(const KeyRow& row, const Json& value, const std::string& pointer,
                              Problems& problems) {
  if (row.integer)
    if (const auto integer = as_integer(value);
        integer && *integer >= row.integer->least && *integer <= row.integer->most)
      return {*integer};
  if (row.number && value.is_number())
    if (const auto number = value.get<double>(); number >= row.number->least && number <= row.number->most)
      return {number};
  if (row.text != nullptr && value.is_string() && row.text(value.get_ref<const std::string&>()))
    return {value};
  if (!row.names.empty() && value.is_string()) return check_name(row, value, pointer, problems);
  if (row.object && value.is_object()) return check_object(row, value, pointer, problems);
  if (row.item.empty() || !value.is_array()) {
    refuse(row, value, pointer, problems);
    return {};
  }
  std::vector<Json> good = check_list(row, value, pointer, problems);
  if (!row.later || good.empty() || good.front() == Json::parse(row.fallback)) return good;
  problems.add(pointer, value, "is not supported yet", "leave it out");
  return {};
}

void check_known(const Json& object, const std::string& pointer, const std::vector<KeyRow>& rows,
                 Problems& problems) {
  for (const auto& [key, value] : object.items()) {
    if (find_key(rows, key) != nullptr) continue;
    std::string remedy = problems.full() ? "" : other_home(key);
    if (remedy.empty() && !problems.full()) remedy = did_you_mean(key, names_of(rows));
    problems.add(pointer + pointer_token(key), value, "unknown key", remedy);
  }
}

std::vector<Axis> axes_of(const Json& object, const std::string& pointer, const std::vector<KeyRow>& rows,
                          Problems& problems) {
  check_known(object, pointer, rows, problems);
  std::vector<Axis> axes;
  for (const KeyRow& row : rows) {
    const auto found = object.find(row.key);
    if (found == object.end()) continue;
    const std::string place = pointer + pointer_token(row.key);
    if (found->is_array() && is_sweep(row, *found)) {
      axes.push_back(sweep_of(row, *found, place, problems));
      continue;
    }
    Axis axis{row.key, {}, false};
    for (Json& good : check_value(row, *found, place, problems))
      axis.values.push_back({std::move(good), place});
    axis.swept = axis.values.size() > 1;
    axes.push_back(std::move(axis));
  }
  return axes;
}

std::uint64_t count_combinations(const std::vector<Axis>& axes) {
  std::uint64_t count = 1;
  for (const Axis& axis : axes)
    if (!axis.values.empty())
      count = std::min(kCasesMax + 1, count * axis.values.size());  // no overflow: both are small
  return count;
}

}  // namespace pcbench
