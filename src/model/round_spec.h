// RoundSpec: all that a worker needs to know of its round, as plain data in shared memory, so that a forked
// worker, a thread and a freshly started image read the very same thing.
// Layout      trivially copyable, fixed-width; written by run/ before any worker exists, read-only afterwards
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "model/case.h"

namespace pcbench {

/// A short string inside shared memory. Longer text is cut; names are validated long before.
template <std::size_t N>
struct FixedString {
  std::array<char, N> chars{};

  FixedString() = default;
  explicit FixedString(std::string_view text) noexcept {
    std::memcpy(chars.data(), text.data(), std::min(text.size(), N - 1));
  }
  [[nodiscard]] std::string_view view() const noexcept { return {chars.data()}; }
};

struct RoundSpec {
  FixedString<48> transport;
  FixedString<32> stop;
  FixedString<256> transport_option;  ///< the value of the transport's one option; empty: its default
  std::uint64_t seed;                 ///< of the case; payload and delivery sums derive from it
  std::uint64_t messages;             ///< in total; UINT64_MAX where duration_ns is set
  std::uint64_t duration_ns;          ///< how long producers produce; 0: by count
  std::uint64_t capacity_slots;       ///< 0: the transport's own best
  std::uint64_t producer_work_ns;
  std::uint64_t consumer_work_ns;
  std::uint64_t producer_log_operations;  ///< verify history: room of each producer's log; else 0
  std::uint64_t consumer_log_operations;  ///< of each consumer's and the final drain's
  std::uint64_t burst_every_ns;           ///< verify history logs a burst in so many ns; 0: every operation
  RoundLoad load;
  std::uint32_t producers;
  std::uint32_t consumers;
  std::uint32_t payload_bytes;
  std::uint32_t message_bytes;  ///< envelope + payload, as the codec makes it for the transport
  std::uint32_t batch_messages;
  std::uint32_t sample_every;  ///< a power of two: every so many messages one is timed; 0: none
  std::uint32_t trip_every;    ///< ping_pong: every so many round trips one is timed; 0: none
  Workload workload;
  WorkerKind workers;
  StartMethod start;
  WaitStrategy wait;
  Verify verify;
  Integrity integrity;
  Codec codec;
  bool oversubscribed;  ///< more workers than CPUs: spinning must yield
  bool near;            ///< the CPUs shared a cache in the probe before the round: long runs stay in place
  bool settles_often;   ///< faults are about: evidence is written after each run, not only before waits
  bool native_close;    ///< the transport can close by itself (Promises::can_close)
};
static_assert(std::is_trivially_copyable_v<RoundSpec>, "workers read it from shared memory");

/// How many numbers a case with workload shared_state has; 0: it has none.
[[nodiscard]] constexpr std::uint64_t numbers_of(const RoundSpec& spec) noexcept {
  return spec.workload == Workload::shared_state ? spec.capacity_slots : 0;
}

/// How many of TOTAL messages producer INDEX of PRODUCERS sends: evenly, the remainder to the first ones.
[[nodiscard]] constexpr std::uint64_t share_of(std::uint64_t total, std::uint32_t index,
                                               std::uint32_t producers) noexcept {
  return total / producers + (index < total % producers ? 1 : 0);
}

/// How many operations the log of a worker of each role has room for.
struct LogRoom {
  std::uint64_t producer_operations;
  std::uint64_t consumer_operations;
};

/// As the case says; else (auto) all that a round by count can need, each consumer being able to get all of
/// it, and a third more for attempts in vain; at most kAutoLogOperationsMax.
inline constexpr std::uint64_t kAutoLogOperationsMax = std::uint64_t{1} << 22U;
inline constexpr std::uint64_t kTimedLogOperations = std::uint64_t{1}
                                                     << 20U;  // of a round by duration, of bursts
[[nodiscard]] inline LogRoom log_room_of_all(const Case& config) noexcept {
  if (config.history_operations) return {*config.history_operations, *config.history_operations};
  if (!config.messages) return {kTimedLogOperations, kTimedLogOperations};
  const auto with_failures = [](std::uint64_t messages) {
    return std::min(messages + messages / 3 + 64, kAutoLogOperationsMax);
  };
  const std::uint64_t pills = std::uint64_t{config.producers} * config.consumers;
  return {with_failures(share_of(*config.messages, 0, config.producers) + config.consumers),
          with_failures(*config.messages + pills)};
}

/// Likewise; of bursts each consumer's log has room for all that all producers log, and for a third more, so
/// that none is ever full before a producer's is, which then just logs no more.
[[nodiscard]] inline LogRoom log_room(const Case& config) noexcept {
  LogRoom room = log_room_of_all(config);
  if (!config.history_burst_every_ms) return room;
  if (!config.history_operations)
    room.consumer_operations = std::min(room.consumer_operations, kTimedLogOperations);
  const std::uint64_t most = room.consumer_operations * 3 / 4 / config.producers;
  room.producer_operations = std::clamp<std::uint64_t>(most, 1, room.producer_operations);
  return room;
}

}  // namespace pcbench
