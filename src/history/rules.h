// What must hold of an operation in a file, in either form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/history.h"

namespace pcbench {

/// Times, sequences and the like end here: the largest integer of every JSON library.
inline constexpr std::uint64_t kIntegerMax = INT64_MAX;
inline constexpr std::size_t kWorkersMax = 65535;
inline constexpr std::size_t kWorkerNameMax = 63;  // bytes

struct BrokenRule {
  const char* key;   ///< of the JSON form
  std::string rule;  ///< with the value at fault
};

/// The first rule that OPERATION breaks.
[[nodiscard]] std::optional<BrokenRule> broken_rule(const Operation& operation);

}  // namespace pcbench
