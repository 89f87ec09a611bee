// Capacity: what a request for slots becomes under a transport's rule.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/layout.h"
#include "model/case.h"
#include "model/message.h"
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

/// Why this machine has no memory for the slots of CONFIG; empty: it has. Memory is touched before the gate,
/// so more than there is would not fail but have somebody killed.
[[nodiscard]] inline std::string refuse_more_than_memory(const Case& config) {
  if (!config.capacity_slots) return {};
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  const std::uint64_t allowed = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 2;
  const std::uint64_t wanted = *config.capacity_slots * message_bytes(config.payload_bytes);
  if (wanted <= allowed) return {};
  return "its slots take " + std::to_string(wanted) + " bytes, more than half of this machine's memory (" +
         std::to_string(allowed) + "): ask for fewer or smaller slots";
}

}  // namespace pcbench
