// values: what each key of an object says, checked against its row; a list where one value is expected is a
// sweep.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plan/json_text.h"
#include "plan/keys.h"
#include "plan/problems.h"

namespace pcbench {

inline constexpr std::uint64_t kCasesMax = 10'000;

/// A good value, normalized (an integer written 1e3 is 1000), and where it stands.
struct Given {
  Json value;
  std::string pointer;
};

/// The good values of one key, one or, where it is swept, several. None: all it said was wrong.
struct Axis {
  std::string_view key;
  std::vector<Given> values;
  bool swept = false;
};

/// The axes of what OBJECT says, in the order of ROWS. Everything wrong with it, unknown keys included, goes
/// to PROBLEMS. Requires: OBJECT is an object.
[[nodiscard]] std::vector<Axis> axes_of(const Json& object, const std::string& pointer,
                                        const std::vector<KeyRow>& rows, Problems& problems);

/// The values that VALUE stands for as ROW; no sweep, but members of an object may be swept. Empty: it is
/// wrong, and PROBLEMS says why.
[[nodiscard]] std::vector<Json> check_value(const KeyRow& row, const Json& value, const std::string& pointer,
                                            Problems& problems);

/// Tells of each key of OBJECT that ROWS do not have.
void check_known(const Json& object, const std::string& pointer, const std::vector<KeyRow>& rows,
                 Problems& problems);

/// How many combinations AXES have (those without a value do not count), at most kCasesMax + 1.
[[nodiscard]] std::uint64_t count_combinations(const std::vector<Axis>& axes);

/// Calls VISIT(combination) for each, a vector of pairs {Axis*, Given*} in the order of AXES; the last varies
/// fastest.
template <class Visit>
void for_each_combination(const std::vector<Axis>& axes, Visit&& visit) {
  std::vector<std::pair<const Axis*, const Given*>> combination;
  std::vector<std::size_t> at;
  for (const Axis& axis : axes)
    if (!axis.values.empty()) combination.emplace_back(&axis, axis.values.data());
  at.resize(combination.size());
  for (std::size_t turned = 0; turned <= combination.size();) {
    visit(combination);
    for (turned = 1; turned <= combination.size(); ++turned) {
      const std::size_t i = combination.size() - turned;
      at[i] = (at[i] + 1) % combination[i].first->values.size();
      combination[i].second = &combination[i].first->values[at[i]];
      if (at[i] != 0) break;
    }
  }
}

}  // namespace pcbench
