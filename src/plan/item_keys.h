// The keys of objects that are elements of a list, which is one value: no sweeps inside.
#pragma once

#include <vector>

#include "plan/keys.h"

namespace pcbench {

inline constexpr std::uint64_t kMessagesMax = 1'000'000'000'000;
inline constexpr Range<double> kRates = {0.001, 1e9};

[[nodiscard]] std::vector<KeyRow> fault_keys();
[[nodiscard]] std::vector<KeyRow> rate_step_keys();

}  // namespace pcbench
