// Capacity: what a request for slots becomes under a transport's rule.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/layout.h"
#include "model/promises.h"

namespace pcbench {

/// The capacity a transport with these PROMISES gives when WANTED slots are asked for; 0 asks for AUTOMATIC, which is
/// clamped into what is promised. Requires: WANTED <= capacity_slots_max.
[[nodiscard]] constexpr std::uint64_t effective_capacity(const Promises& promises, std::uint64_t wanted,
                                                         std::uint64_t automatic) noexcept {
  std::uint64_t slots = wanted != 0 ? wanted : std::min(automatic, promises.capacity_slots_max);
  slots = std::max(slots, promises.capacity_slots_min);
  return promises.capacity == CapacityRule::power_of_two ? power_of_two_at_least(slots) : slots;
}

}  // namespace pcbench
