// choices: the names a config may use that enumerations and registries decide: a new row there is known here.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "model/names.h"
#include "plan/keys.h"

namespace pcbench {

/// The names of an enumeration, and the LATER ones that it does not have yet.
template <class E>
std::vector<Choice> choices(std::initializer_list<std::string_view> later = {}) {
  std::vector<Choice> all;
  for (const auto& [value, name] : NamesOf<E>::table) all.push_back({name});
  for (const std::string_view name : later) all.push_back({name, true});
  return all;
}

[[nodiscard]] std::vector<Choice> transport_choices();
[[nodiscard]] std::vector<Choice> stop_choices();

/// Each option of any transport. Which transport takes which is a rule of rules.cpp.
[[nodiscard]] std::vector<KeyRow> option_keys();

/// The checks that `expect` can name, each with the outcomes that count as expected.
[[nodiscard]] std::vector<KeyRow> expect_keys();

}  // namespace pcbench
