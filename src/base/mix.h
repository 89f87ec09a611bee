// Keyed 64-bit mixing: payload bytes and delivery sums are derived from it, never from a constant.
#pragma once

#include <cstdint>

namespace pcbench {

/// A bijection of 64-bit words in which every input bit moves every output bit (SplitMix64's finalizer,
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// A producer's key in a run with this seed.
[[nodiscard]] constexpr std::uint64_t producer_key(std::uint64_t seed, std::uint32_t producer) noexcept {
  return mix64(mix64(seed) ^ (std::uint64_t{producer} << 32U | 0x70636221U));
}

}  // namespace pcbench
