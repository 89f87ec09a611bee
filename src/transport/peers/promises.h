// What other people's queues promise, known also where their packages are not. Each header says why.
#pragma once

#include "model/promises.h"
#include "transport/parts/block.h"

namespace pcbench {

/// The blocks of peers: few sizes, because each is one more copy of a library's queue to compile; they fit
/// best what is measured most.
using PeerBlock = BlockSizes<message_bytes(16), message_bytes(64), message_bytes(1024), message_bytes(4096)>;

/// Of a queue whose calls first draw a position and then use its slot.
inline constexpr std::string_view kOutsideCalls =
    "a worker killed outside a call that is not its role's last; in one it may leave others waiting for a "
    "slot";

/// What all have in common: none can be closed, none has a timed wait, each moves values.
consteval Promises peer_promises() {
  return {
      .spawn_refusal = "it holds addresses of the process that made it, which only a forked worker shares",
      .can_close = false,
      .payload_bytes_max = PeerBlock::kPayloadBytesMax,
      .batch = false,
      .timed = false};
}
consteval Promises thread_peer_promises() {
  Promises promises = peer_promises();
  promises.processes = false;
  promises.spawn_refusal = "it is on one process's heap";
  return promises;
}

inline constexpr Promises kAtomicQueueMpmcPromises = [] {
  Promises promises = peer_promises();
  promises.order = Order::none;
  promises.capacity = CapacityRule::power_of_two;
  promises.capacity_slots_min = 4096;
  promises.empty = Exactness::guess;
  promises.full = Exactness::guess;
  promises.survives = kOutsideCalls;
  return promises;
}();
inline constexpr Promises kAtomicQueuePromises = [] {
  Promises promises = kAtomicQueueMpmcPromises;
  promises.producers_max = 1;
  promises.consumers_max = 1;
  promises.order = Order::fifo;
  promises.batch = true;
  promises.survives = "a producer killed outside a push; a killed consumer leaves its producer waiting";
  return promises;
}();

inline constexpr Promises kCkRingPromises = [] {
  Promises promises = peer_promises();
  promises.producers_max = 1;
  promises.consumers_max = 1;
  promises.batch = true;
  promises.survives = "a killed producer; a killed consumer leaves its producer waiting";
  return promises;
}();

inline constexpr Promises kReaderWriterQueuePromises = [] {
  Promises promises = thread_peer_promises();
  promises.producers_max = 1;
  promises.consumers_max = 1;
  promises.batch = true;
  promises.empty = Exactness::guess;
  promises.full = Exactness::guess;
  return promises;
}();

inline constexpr Promises kConcurrentQueuePromises = [] {
  Promises promises = thread_peer_promises();
  promises.order = Order::per_producer;
  promises.batch = true;
  promises.empty = Exactness::guess;
  promises.full = Exactness::guess;
  return promises;
}();

inline constexpr Promises kLibcdsQueuePromises = [] {
  Promises promises = peer_promises();
  promises.capacity = CapacityRule::power_of_two;
  promises.capacity_slots_min = 2;
  promises.survives = kOutsideCalls;
  return promises;
}();

inline constexpr Promises kTbbQueuePromises = thread_peer_promises();
inline constexpr Promises kBoostSyncQueuePromises = thread_peer_promises();

}  // namespace pcbench
