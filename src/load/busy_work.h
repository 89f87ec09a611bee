// Busy work: what a producer or consumer does per message besides moving it.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace pcbench {

/// Keeps the CPU busy for at least DURATION_NS; 0 does nothing.
inline void busy_work(std::uint64_t duration_ns) noexcept {
  if (duration_ns == 0) return;
  const std::uint64_t end = now_ns() + duration_ns;
  while (now_ns() < end) {
  }
}

}  // namespace pcbench
