// A test that does the same at very many places does it at fewer of them under a sanitizer, where each costs
// some thirty times as much.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace pcbench::test {

/// How far it is from one place to the next that is tried: 1, but SANITIZED under a sanitizer, unless
/// PCBENCH_FULL asks for all. Where SANITIZED is coprime to the number of things tried at each place, each of
/// them is tried at some.
inline std::size_t stride([[maybe_unused]] std::size_t sanitized) {
#ifdef PCBENCH_SANITIZED
  if (std::getenv("PCBENCH_FULL") == nullptr) return sanitized;
#endif
  return 1;
}

}  // namespace pcbench::test
