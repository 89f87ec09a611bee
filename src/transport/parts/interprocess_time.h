// Deadlines as Boost.Interprocess takes them: wall-clock times. A clock set back only lengthens one short
// wait, which a signal still ends.
#pragma once

#include <boost/date_time/posix_time/posix_time_types.hpp>
#include <cstdint>

namespace pcbench {

/// The wall-clock time TIMEOUT_NS from now, to the microsecond.
[[nodiscard]] inline boost::posix_time::ptime wall_clock_after(std::uint64_t timeout_ns) {
  return boost::posix_time::microsec_clock::universal_time() +
         boost::posix_time::microseconds(static_cast<std::int64_t>(timeout_ns / 1000));
}

}  // namespace pcbench
