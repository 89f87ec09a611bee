// rules: which combinations a transport and a stop protocol can keep their promises in. Everything here is
// decided by the case and its two rows alone, so that it can be told before anything runs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/case.h"
#include "model/warning.h"
#include "plan/json_text.h"
#include "stop/registry.h"
#include "transport/registry.h"

namespace pcbench {

/// A case that cannot be run as it stands.
struct Refusal {
  std::vector<std::string_view> keys;  ///< whose values do not go together; the first is where it is told
  std::string rule;
  std::string remedy;
};

struct Ruling {
  std::vector<Refusal> refusals;
  std::vector<Warning> warnings;  ///< without case_id
};

/// What is judged, and by what.
struct Combination {
  const Case& config;
  const Json& resolved;  ///< the same case with every key of the contract
  const TransportRow& transport;
  const StopRow& stop;
  double timeout_s;
};

[[nodiscard]] Ruling judge_combination(const Combination& combination);

}  // namespace pcbench
