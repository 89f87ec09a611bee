// Whether anything can stand between a worker and its transport: a fault, a log. It can, except in the build
// that scripts/fault_free makes to compare with.
#pragma once

namespace pcbench {

#ifdef PCBENCH_WITHOUT_INSTRUMENTS
inline constexpr bool kInstruments = false;
#else
inline constexpr bool kInstruments = true;
#endif

}  // namespace pcbench
