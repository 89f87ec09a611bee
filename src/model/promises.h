// Promises: what a transport declares. Validation refuses what is not promised; checks judge exactly what is.
#pragma once

#include <cstdint>
#include <string_view>

namespace pcbench {

enum class Order : std::uint8_t {
  fifo,          ///< one queue: linearizable first-in first-out
  per_producer,  ///< each producer's messages leave in its own order
  none,
};

/// Whether the answer to "full?", "empty?" or "how many?" is true at some instant of the call, or a hint.
enum class Exactness : std::uint8_t { exact, guess, none };

enum class CapacityRule : std::uint8_t {
  any,           ///< exactly what was asked
  power_of_two,  ///< the next power of two
  kernel,        ///< the kernel rounds; the report shows what it gave
  unbounded,     ///< there is no capacity to set
};

struct Promises {
  std::uint32_t producers_max = 0;      ///< 0: any number
  std::uint32_t consumers_max = 0;      ///< 0: any number
  bool threads = true;                  ///< works between threads of one process
  bool processes = true;                ///< works between forked processes
  std::string_view spawn_refusal = {};  ///< why a spawned image cannot attach; empty: it can
  Order order = Order::fifo;
  bool lossless = true;
  bool can_close = true;  ///< close is native; where not, a shared flag and timed pops stand in for it
  std::uint64_t payload_bytes_max = 1U << 20U;
  CapacityRule capacity = CapacityRule::any;
  std::uint64_t capacity_slots_min = 1;
  std::uint64_t capacity_slots_max = 1U << 24U;
  bool batch = true;  ///< one call can move several messages
  Exactness empty = Exactness::exact;
  Exactness full = Exactness::exact;
  Exactness occupancy = Exactness::guess;
  bool timed = true;              ///< a push or pop can wait natively until a deadline (what `park` uses)
  bool keeps_unreleased = false;  ///< what a dead consumer had not released is popped by somebody else
  /// What a consumer had not acknowledged when it died, or fell silent, is delivered again: late, and maybe
  /// twice. An endpoint acknowledges what was released with its next call, acknowledge() or its end, not
  /// before: by then the loop has noted it, and so nothing can be lost.
  bool at_least_once = false;
  std::string_view survives = {};  ///< which faults it survives, in words; empty: none is promised
};

}  // namespace pcbench
