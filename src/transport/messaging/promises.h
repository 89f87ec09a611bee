// What the messaging libraries' transports promise, also where their package is missing.
#pragma once

#include <string>

#include "model/case.h"
#include "model/promises.h"

namespace pcbench {

constexpr std::string_view kOneHeap = "its messages are on one process's heap";
constexpr std::string_view kLessWhatItHeld =
    "a killed producer, less what had not left it; a killed consumer loses what had come to it and leaves "
    "its producers waiting";

constexpr Promises zmq_promises(bool threads_only) {
  return {.consumers_max = 1,
          .processes = !threads_only,
          .spawn_refusal = threads_only ? kOneHeap : "",
          .order = Order::per_producer,
          .can_close = !threads_only,
          .capacity = CapacityRule::kernel,
          .capacity_slots_max = 1U << 20U,
          .batch = false,
          .empty = Exactness::guess,
          .full = Exactness::guess,
          .survives = threads_only ? "" : kLessWhatItHeld};
}

constexpr Promises nng_promises(bool threads_only) {
  return {.consumers_max = 1,
          .processes = !threads_only,
          .spawn_refusal = threads_only ? kOneHeap : "",
          .order = Order::per_producer,
          .capacity = CapacityRule::kernel,
          .capacity_slots_max = 8192,
          .batch = false,
          .empty = Exactness::guess,
          .full = Exactness::guess,
          .survives = threads_only ? "" : kLessWhatItHeld};
}

/// Why CONFIG's stop protocol is not for a transport whose messages take their time; empty: it is.
[[nodiscard]] inline std::string refuse_deadline(const Case& config) {
  if (config.stop != "deadline") return {};
  return "deadline takes an empty channel for the end, and here messages may still be on their way: use "
         "\"close\" or \"pill\"";
}

/// As many as a subscriber's queue has in Debian's build of the library.
constexpr std::uint64_t kIceoryxSlotsMax = 256;
constexpr Promises kIceoryxPromises{.consumers_max = 1,
                                    .threads = false,
                                    .capacity = CapacityRule::kernel,
                                    .capacity_slots_max = kIceoryxSlotsMax,
                                    .batch = false,
                                    .full = Exactness::guess,
                                    .survives =
                                        "a producer killed outside a push; a killed consumer loses what was "
                                        "in its queue and leaves its producers waiting"};

/// Why CONFIG is not for a channel that only its one consumer can read, once a process; empty: it is.
[[nodiscard]] inline std::string refuse_iceoryx(const Case& config) {
  if (config.producers > kIceoryxSlotsMax)
    return "each producer wants a slot of its own, and there are no more than " +
           std::to_string(kIceoryxSlotsMax) + ": ask for fewer producers";
  if (config.workload == Workload::ping_pong)
    return "its runtime is one a process, and ping_pong wants ends of two channels";
  if (config.stop == "deadline")
    return "what a consumer that stops at a deadline leaves in its queue, nobody else can take: use "
           "\"close\" or \"pill\"";
  return {};
}

}  // namespace pcbench
