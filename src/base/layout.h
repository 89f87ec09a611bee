// Sizes that shared memory layouts agree on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pcbench {

/// Distance that keeps two writers off each other's cache line: two 64-byte lines, because x86 prefetches
/// lines in pairs. Our own constant, since std::hardware_destructive_interference_size may differ between
/// compilers and the layout is shared by separately started images.
inline constexpr std::size_t kFalseSharingBytes = 128;

/// The smallest multiple of ALIGNMENT that is at least BYTES. Requires: ALIGNMENT is a power of two.
[[nodiscard]] constexpr std::size_t align_up(std::size_t bytes, std::size_t alignment) noexcept {
  return (bytes + alignment - 1) & ~(alignment - 1);
}

/// The smallest power of two that is at least N. Requires: 1 <= N <= 2^63.
[[nodiscard]] constexpr std::uint64_t power_of_two_at_least(std::uint64_t n) noexcept {
  std::uint64_t power = 1;
  while (power < n) power <<= 1;
  return power;
}

}  // namespace pcbench
