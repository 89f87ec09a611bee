// Polite spinning.
#pragma once

#include <algorithm>
#include <cstdint>

namespace pcbench {

/// Tells the core that this is a spin loop (x86 `pause`, arm64 `yield`); elsewhere a compiler barrier only.
inline void cpu_pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#else
  asm volatile("" ::: "memory");
#endif
}

/// Lets a ring of CAPACITY slots that was just full drain by some messages, for less than a microsecond. A
/// producer that took each slot as it came free would fetch the consumer's line for every message. Rings so
/// small that they would be empty by then are not waited for.
inline void let_drain(std::uint64_t capacity) noexcept {
  constexpr std::uint64_t kPausesMax = 16;
  for (std::uint64_t left = std::min(capacity / 64, kPausesMax); left != 0; --left) cpu_pause();
}

}  // namespace pcbench
