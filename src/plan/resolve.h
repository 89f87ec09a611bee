// resolve: from what a config says of a case to the whole case, every key of the contract with its value.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/case.h"
#include "plan/json_text.h"

namespace pcbench {

/// Every key of a case: what GIVEN says, else the key's default; topology, producers and consumers all three.
/// Null is a key without a value (messages beside duration_s). Requires: each value of GIVEN is good, and it
/// has no rivals.
[[nodiscard]] Json resolve(const Json& given);

/// RESOLVED as a Case, without its id. Requires: it comes from resolve() and has a transport.
[[nodiscard]] Case case_of(const Json& resolved);

/// The values of RESOLVED as ids show them and filters match them, in the order of the keys; members of
/// objects under their own names; without `expect`, which changes nothing that is run.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> flat_values(const Json& resolved);

/// The id of RESOLVED: transport/PxC/workers/stop/payloadB/capacity, and /key=value for each other key that
/// is SWEPT or that is not as in BASE, the resolved defaults. Cases of one plan with the same id differ at
/// most in `expect`.
[[nodiscard]] std::string case_id(const Json& resolved, const Json& base,
                                  const std::set<std::string_view>& swept);

}  // namespace pcbench
