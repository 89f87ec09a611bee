// A test that does the same at very many places does it at fewer of them where each costs much: under a
// sanitizer, with a server of its own, or in CI, which draws them (PCBENCH_DRAW: a number, there the
// commit's). PCBENCH_FULL asks for all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace pcbench::test {

/// One in how many places is tried: in PLAIN, but in SANITIZED under a sanitizer, and in one where
/// PCBENCH_FULL asks for all. As a stride: where it is coprime to the number of things tried at each place,
/// each of them is tried at some.
inline std::size_t stride([[maybe_unused]] std::size_t sanitized, [[maybe_unused]] std::size_t plain = 1) {
  if (std::getenv("PCBENCH_FULL") != nullptr) return 1;
#ifdef PCBENCH_SANITIZED
  return sanitized;
#else
  return plain;
#endif
}

/// Whether the place INDEX is tried where one in N is: they are scattered, so that nested loops hide none of
/// what they try. Where CI draws it is one in 2 N, others for each commit.
inline bool is_tried(std::uint64_t index, std::size_t n) {
  const char* draw = std::getenv("PCBENCH_DRAW");
  if (draw != nullptr && std::getenv("PCBENCH_FULL") == nullptr) {
    index += std::strtoull(draw, nullptr, 10);
    n *= 2;
  }
  return (index * 0x9E3779B97F4A7C15U >> 32U) % n == 0;  // Fibonacci hashing: Knuth, TAOCP 3, 6.4
}

}  // namespace pcbench::test
