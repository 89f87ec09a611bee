// What the messaging libraries' transports promise, also where their package is missing.
#pragma once

#include <string>

#include "model/case.h"
#include "model/promises.h"

namespace pcbench {

constexpr std::string_view kOneHeap = "its messages are on one process's heap";

constexpr Promises zmq_promises(bool threads_only) {
  return {.consumers_max = 1,
          .processes = !threads_only,
          .spawn_refusal = threads_only ? kOneHeap : "",
          .order = Order::per_producer,
          .can_close = !threads_only,
          .capacity = CapacityRule::kernel,
          .capacity_slots_max = 1U << 20U,
          .batch = false,
          .empty = threads_only ? Exactness::exact : Exactness::guess,
          .full = Exactness::guess};
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
          .full = Exactness::guess};
}

/// Why CONFIG's stop protocol is not for a transport whose messages take their time; empty: it is.
[[nodiscard]] inline std::string refuse_deadline(const Case& config) {
  if (config.stop != "deadline") return {};
  return "deadline takes an empty channel for the end, and here messages may still be on their way: use "
         "\"close\" or \"pill\"";
}

}  // namespace pcbench
