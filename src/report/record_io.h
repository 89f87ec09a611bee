// record_io: a record's values as JSON and back. One list of fields a struct (record_fields.h) serves both
// directions, so that what is written is what is read.
#pragma once

#include <fmt/format.h>

#include <array>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/names.h"
#include "report/json_parts.h"

namespace pcbench {

/// T itself or T const: what a list of fields takes, to be read or to be written.
template <class T, class U>
concept Either = std::same_as<std::remove_const_t<T>, U>;

template <class T, template <class...> class Template>
inline constexpr bool kIsA = false;
template <class... Arguments, template <class...> class Template>
inline constexpr bool kIsA<Template<Arguments...>, Template> = true;
template <class T>
inline constexpr bool kIsArray = false;
template <class T, std::size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;

/// Where a value is, for the message when it is wrong; lives no longer than the call that made it.
struct RecordPlace {
  const RecordPlace* parent;  ///< nullptr: KEY is the file
  std::string_view key;
  std::size_t index = 0;  ///< where KEY is empty

  [[nodiscard]] std::string text() const {
    if (parent == nullptr) return std::string(key) + ":";
    return fmt::format("{}/{}", parent->text(), key.empty() ? std::to_string(index) : std::string(key));
  }
  [[noreturn]] void reject(std::string_view rule) const {
    throw Error(std::string(rule), text(), "the record was changed, or another version of bench wrote it");
  }
};

template <class T>
[[nodiscard]] OrderedJson record_json(const T& value);
template <class T>
void read_value(const OrderedJson& json, const RecordPlace& place, T& value);

class FieldWriter {
 public:
  explicit FieldWriter(OrderedJson& object) : object_(object) {}
  template <class T>
  void operator()(const char* key, const T& value) {
    object_[key] = record_json(value);
  }

 private:
  OrderedJson& object_;
};

class FieldReader {
 public:
  FieldReader(const OrderedJson& object, const RecordPlace& place) : object_(object), place_(place) {
    if (!object.is_object()) place.reject("must be an object");
  }
  template <class T>
  void operator()(const char* key, T& value) {
    const RecordPlace place{&place_, key};
    const auto member = object_.find(key);
    if (member == object_.end()) place.reject("is missing");
    read_value(*member, place, value);
  }

 private:
  const OrderedJson& object_;
  const RecordPlace& place_;
};

/// An enumerator by its name; one without a name (as memory of a crashed worker may hold) by its number.
template <class T>
OrderedJson record_json(const T& value) {
  if constexpr (std::is_same_v<T, Fact>) {
    return fact_json(value);
  } else if constexpr (std::is_enum_v<T>) {
    const std::string_view name = name_of(value);
    if (name == "?") return static_cast<std::underlying_type_t<T>>(value);
    return name;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_convertible_v<T, std::string_view>) {
    return value;
  } else if constexpr (kIsA<T, std::optional>) {
    return value ? record_json(*value) : OrderedJson(nullptr);
  } else if constexpr (kIsA<T, std::pair>) {
    OrderedJson json = OrderedJson::array();
    json.push_back(record_json(value.first));
    json.push_back(record_json(value.second));
    return json;
  } else if constexpr (kIsA<T, std::map>) {
    OrderedJson json = OrderedJson::object();
    for (const auto& [key, item] : value) json[key] = record_json(item);
    return json;
  } else if constexpr (kIsA<T, std::vector> || kIsArray<T>) {
    OrderedJson json = OrderedJson::array();
    for (const auto& item : value) json.push_back(record_json(item));
    return json;
  } else {
    OrderedJson json = OrderedJson::object();
    FieldWriter writer(json);
    fields(writer, value);
    return json;
  }
}

inline void read_fact(const OrderedJson& json, const RecordPlace& place, Fact& fact) {
  if (json.is_null()) fact = std::monostate();
  else if (json.is_boolean()) fact = json.get<bool>();
  else if (json.is_number_float()) fact = json.get<double>();
  else if (json.is_number()) fact = json.get<std::int64_t>();
  else if (json.is_string()) fact = json.get<std::string>();
  else read_value(json, place, fact.emplace<std::vector<std::string>>());
}

template <std::integral T>
void read_integer(const OrderedJson& json, const RecordPlace& place, T& value) {
  using Limits = std::numeric_limits<T>;
  const bool fits = json.is_number_unsigned()
                        ? std::in_range<T>(json.get<std::uint64_t>())
                        : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
  if (!fits) place.reject(fmt::format("must be an integer from {} to {}", Limits::min(), Limits::max()));
  value = json.get<T>();
}

template <class E>
void read_enum(const OrderedJson& json, const RecordPlace& place, E& value) {
  if (json.is_string()) {
    const std::optional<E> named = value_of<E>(json.get_ref<const std::string&>());
    if (!named) place.reject("is no name known here");
    value = *named;
    return;
  }
  std::underlying_type_t<E> number{};
  read_integer(json, place, number);
  value = static_cast<E>(number);
}

/// Text that lives as long as the program: what a transport's row says, read from a file.
[[nodiscard]] inline std::string_view interned(const std::string& text) {
  static std::set<std::string> texts;
  return *texts.insert(text).first;
}

inline void require_array(const OrderedJson& json, const RecordPlace& place) {
  if (!json.is_array()) place.reject("must be an array");
}

template <class T>
void read_items(const OrderedJson& json, const RecordPlace& place, T& values) {
  require_array(json, place);
  if constexpr (kIsArray<T>) {
    if (json.size() != values.size()) place.reject("has not as many items as it must");
  } else {
    values.resize(json.size());
  }
  for (std::size_t i = 0; i < json.size(); ++i) read_value(json[i], {&place, {}, i}, values[i]);
}

/// Errors: Error with the place of what is missing, of another type or out of range.
template <class T>
void read_value(const OrderedJson& json, const RecordPlace& place, T& value) {
  if constexpr (std::is_same_v<T, Fact>) {
    read_fact(json, place, value);
  } else if constexpr (std::is_enum_v<T>) {
    read_enum(json, place, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) place.reject("must be true or false");
    value = json.get<bool>();
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) place.reject("must be a number");
    value = json.get<T>();
  } else if constexpr (std::is_integral_v<T>) {
    read_integer(json, place, value);
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    if (!json.is_string()) place.reject("must be a string");
    if constexpr (std::is_same_v<T, std::string_view>) value = interned(json.get<std::string>());
    else value = json.get<T>();
  } else if constexpr (kIsA<T, std::optional>) {
    value.reset();
    if (!json.is_null()) read_value(json, place, value.emplace());
  } else if constexpr (kIsA<T, std::pair>) {
    require_array(json, place);
    if (json.size() != 2) place.reject("must be a pair");
    read_value(json[0], {&place, {}, 0}, value.first);
    read_value(json[1], {&place, {}, 1}, value.second);
  } else if constexpr (kIsA<T, std::map>) {
    if (!json.is_object()) place.reject("must be an object");
    for (const auto& [key, item] : json.items()) read_value(item, {&place, key}, value[key]);
  } else if constexpr (kIsA<T, std::vector> || kIsArray<T>) {
    read_items(json, place, value);
  } else {
    FieldReader reader(json, place);
    fields(reader, value);
  }
}

}  // namespace pcbench
