// Endpoint concepts: what a transport gives a worker. The loops are templates over them, so that nothing
// virtual stands between a worker and its transport.
//
// Messages are built and read in place, in runs: the endpoint lends memory, the worker fills or reads it. A
// transport that can only copy lends a private buffer.
#pragma once

#include <concepts>
#include <cstdint>

#include "model/message.h"

namespace pcbench {

/// A producer's end. One thread uses it.
///   try_reserve(want)  lends room for up to WANT messages; count 0 with `full` when there is none now,
///                      `closed` when there will be none. Each successful call is followed by exactly one
///                      commit.
///   commit(count)      hands over the first COUNT of the lent messages. `full`: some are still inside the
///                      endpoint; flush() until it says `ok` before the next try_reserve.
///   flush()            makes all that was committed visible to consumers (small commits may be gathered).
///   close()            says that nothing more will come. Called once, by the last producer, after its flush.
///   park(timeout_ns)   sleeps until a push may succeed, or the timeout; may return early.
template <class E>
concept ProducerEndpoint = requires(E endpoint, std::uint32_t count, std::uint64_t timeout_ns) {
  { endpoint.try_reserve(count) } noexcept -> std::same_as<WriteRun>;
  { endpoint.commit(count) } noexcept -> std::same_as<PushStatus>;
  { endpoint.flush() } noexcept -> std::same_as<PushStatus>;
  { endpoint.close() } noexcept;
  { endpoint.park(timeout_ns) } noexcept;
};

/// A consumer's end. One thread uses it.
///   try_peek(want)     lends up to WANT messages, oldest first; count 0 with `empty` when there is none now,
///                      `closed` when there will be none, or `cut_off`.
///                      Each successful call is followed by exactly one release.
///   release(count)     takes the first COUNT of the lent messages out for good. The rest is still in the
///                      channel, so a transport that takes them out in try_peek lends one at a time while
///                      others consume.
///   park(timeout_ns)   sleeps until a pop may succeed, or the timeout; may return early.
///   acknowledge()      optional, where messages that were released stay inside until they are acknowledged:
///                      does that now. All of them are noted, and their worker is about to wait for others,
///                      who may need the room.
template <class E>
concept ConsumerEndpoint = requires(E endpoint, std::uint32_t count, std::uint64_t timeout_ns) {
  { endpoint.try_peek(count) } noexcept -> std::same_as<ReadRun>;
  { endpoint.release(count) } noexcept;
  { endpoint.park(timeout_ns) } noexcept;
};

/// Has ENDPOINT acknowledge what was released, if that is anything to it.
template <class E>
void acknowledge(E& endpoint) noexcept {
  if constexpr (requires { endpoint.acknowledge(); }) endpoint.acknowledge();
}

}  // namespace pcbench
