// Stated: a value of a JSON document by somebody else and where it is in it, read by rules.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "plan/json_text.h"

namespace pcbench {

/// Every function throws Error, with the JSON pointer, the value and the rule, where the value is not what
/// its name says. Requires: the document outlives it.
class Stated {
 public:
  Stated(const Json& value, std::string place) : value_(&value), place_(std::move(place)) {}

  [[noreturn]] void reject(std::string_view rule) const {
    throw Error(fmt::format("{} {}", shown(*value_), rule), place_.empty() ? "/" : place_,
                "docs/external-programs.md says what it must hold");
  }

  [[nodiscard]] bool is_null() const { return value_->is_null(); }
  [[nodiscard]] std::int64_t number(std::int64_t least, std::int64_t most) const {
    const bool fits = value_->is_number_unsigned() ? std::in_range<std::int64_t>(value_->get<std::uint64_t>())
                                                   : value_->is_number_integer();
    if (!fits || value_->get<std::int64_t>() < least || value_->get<std::int64_t>() > most)
      reject(fmt::format("must be an integer from {} to {}", least, most));
    return value_->get<std::int64_t>();
  }
  /// Half of what fits, so that two can be added.
  [[nodiscard]] std::uint64_t integer() const { return static_cast<std::uint64_t>(number(0, INT64_MAX / 2)); }
  [[nodiscard]] bool boolean() const {
    if (!value_->is_boolean()) reject("must be true or false");
    return value_->get<bool>();
  }
  /// Cut where it is absurdly long.
  [[nodiscard]] std::string text() const {
    constexpr std::size_t kTextMax = 400;
    if (!value_->is_string()) reject("must be a string");
    return value_->get_ref<const std::string&>().substr(0, kTextMax);
  }

  [[nodiscard]] std::vector<Stated> items() const {
    if (!value_->is_array()) reject("must be an array");
    std::vector<Stated> all;
    all.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i) all.push_back(item(i));
    return all;
  }
  template <std::size_t N>
  [[nodiscard]] std::array<Stated, N> tuple() const {
    if (!value_->is_array() || value_->size() != N) reject(fmt::format("must be an array of {}", N));
    return [this]<std::size_t... I>(std::index_sequence<I...>) {
      return std::array<Stated, N>{item(I)...};
    }(std::make_index_sequence<N>());
  }

  /// The object has these keys at most.
  void only(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, value] : members())
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) value.reject("has a key that is not known");
  }
  [[nodiscard]] std::vector<std::pair<std::string, Stated>> members() const {
    if (!value_->is_object()) reject("must be an object");
    std::vector<std::pair<std::string, Stated>> all;
    for (const auto& [key, value] : value_->items()) all.emplace_back(key, Stated(value, under(key)));
    return all;
  }
  /// Null is as if it were not there.
  [[nodiscard]] std::optional<Stated> find(std::string_view key) const {
    if (!value_->is_object()) reject("must be an object");
    const auto member = value_->find(key);
    if (member == value_->end() || member->is_null()) return std::nullopt;
    return Stated(*member, under(key));
  }
  [[nodiscard]] Stated at(std::string_view key) const {
    if (!value_->is_object() || !value_->contains(key)) reject(fmt::format("must have the key {}", key));
    return {value_->at(key), under(key)};
  }
  [[nodiscard]] std::uint64_t integer_or(std::string_view key, std::uint64_t fallback) const {
    const auto member = find(key);
    return member ? member->integer() : fallback;
  }
  [[nodiscard]] std::vector<Stated> items_or_none(std::string_view key) const {
    const auto member = find(key);
    return member ? member->items() : std::vector<Stated>();
  }

 private:
  [[nodiscard]] std::string under(std::string_view key) const { return fmt::format("{}/{}", place_, key); }
  [[nodiscard]] Stated item(std::size_t i) const { return {(*value_)[i], under(std::to_string(i))}; }

  const Json* value_;
  std::string place_;
};

}  // namespace pcbench
