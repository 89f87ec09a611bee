// Capacity: what a request for slots becomes under a transport's rule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/layout.h"
#include "model/promises.h"

namespace pcbench {

/// Slots of about 1 MiB, at least 8: larger than a private L2 cache and well inside a shared L3, so that the
/// consumer reads from L3 instead of from the other core.
[[nodiscard]] constexpr std::uint64_t automatic_capacity(std::size_t slot_bytes) noexcept {
  return std::max<std::uint64_t>((std::uint64_t{1} << 20U) / slot_bytes, 8);
}

/// The capacity a transport with these PROMISES gives when WANTED slots of SLOT_BYTES are asked for; 0 asks
/// for the automatic one, clamped into what is promised. Requires: WANTED <= capacity_slots_max.
[[nodiscard]] constexpr std::uint64_t effective_capacity(const Promises& promises, std::uint64_t wanted,
                                                         std::size_t slot_bytes) noexcept {
  std::uint64_t slots =
      wanted != 0 ? wanted : std::min(automatic_capacity(slot_bytes), promises.capacity_slots_max);
  slots = std::max(slots, promises.capacity_slots_min);
  return promises.capacity == CapacityRule::power_of_two ? power_of_two_at_least(slots) : slots;
}

}  // namespace pcbench
