// History: every push and pop of one channel with the time before and after, and what the channel promises.
// What `verify: history` logs and `bench recheck` judges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "model/promises.h"

namespace pcbench {

enum class OperationKind : std::uint8_t { push, pop };
enum class OperationStatus : std::uint8_t {
  ok,
  full,     ///< push: not taken, there was no room
  empty,    ///< pop: there was nothing
  closed,   ///< push: not taken; pop: there is nothing and nothing will come
  pending,  ///< never returned, because its worker was killed: may or may not have happened
};

inline constexpr std::uint64_t kNeverReturned = UINT64_MAX;
inline constexpr std::uint32_t kNoProducer = UINT32_MAX;

/// One attempt to push or pop one message; a batch is one operation per message with the same times.
/// Times are of the one clock, in ns. A message is known by its producer and sequence and pushed once.
struct Operation {
  std::uint64_t invoked_ns;
  std::uint64_t returned_ns;  ///< kNeverReturned: pending; else not before invoked_ns
  std::uint64_t sequence;     ///< valid with a producer
  std::uint32_t producer;     ///< kNoProducer: carries no message (a pop that is not ok)
  std::uint16_t worker;       ///< index into History::workers
  OperationKind kind;
  OperationStatus status;

  friend bool operator==(const Operation&, const Operation&) = default;
};
static_assert(sizeof(Operation) == 32 && std::is_trivially_copyable_v<Operation>,
              "is written to files as it is");

struct HistoryPromises {
  Order order = Order::fifo;
  bool lossless = true;
  bool at_least_once = false;  ///< a message may be delivered again after a crash
  bool empty_exact = false;    ///< a pop says empty or closed only when it is so at some instant of the call
  bool full_exact = false;     ///< likewise for a push that says full
  std::optional<std::uint64_t> capacity_slots;  ///< nullopt: none is promised

  friend bool operator==(const HistoryPromises&, const HistoryPromises&) = default;
};

struct History {
  HistoryPromises promises;
  /// How far two workers' clocks may differ: t before u is certain only when t + guard < u. Equal is
  /// concurrent.
  std::uint64_t clock_guard_ns = 0;
  bool clock_trusted = true;  ///< false: the clock was seen to be wrong by more than the guard
  /// The log was full before the run was over: both ends of a message may be missing.
  bool truncated = false;
  bool sampled = false;  ///< only some messages are logged, but those at both ends (bursts)
  std::vector<std::string> workers;
  std::vector<Operation> operations;  ///< in any order

  friend bool operator==(const History&, const History&) = default;
};

}  // namespace pcbench
