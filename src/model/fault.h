// Fault: what a case does to its own workers, and the words a worker and the supervisor agree on about it.
#pragma once

#include <atomic>
#include <cstdint>

namespace pcbench {

enum class FaultKind : std::uint32_t {
  none,
  kill,      ///< SIGKILL
  stop,      ///< SIGSTOP for a while, then SIGCONT
  takeover,  ///< SIGSTOP, then whoever takes silence for death has his way, then SIGCONT; none of ours does,
             ///< because the stopped one would write into what is another's by then
  delay,     ///< the worker itself sleeps a while, wherever it is
  exit,      ///< the process ends by itself, status 0, without closing or saying good-bye
  leak,      ///< its ends of the channel stay open in a process that never uses them
};

/// Where in its loop the fault strikes.
enum class FaultPhase : std::uint32_t {
  before_push,    ///< before it asks for a slot
  holding_slot,   ///< a slot is lent to it, nothing is written yet
  payload_half,   ///< half of the payload is written
  in_push,        ///< all is written, not yet handed over
  holding_lock,   ///< inside the transport's own lock
  blocked_full,   ///< waits for a free slot
  in_pop,         ///< a message is lent to it, not yet taken out
  after_pop,      ///< the message is taken out, nobody knows of it yet
  blocked_empty,  ///< waits for a message
};

/// Whether a consumer, not a producer, passes PHASE. holding_lock: both do.
[[nodiscard]] constexpr bool is_consumer_phase(FaultPhase phase) noexcept {
  return phase == FaultPhase::in_pop || phase == FaultPhase::after_pop || phase == FaultPhase::blocked_empty;
}

/// Whether a worker in PHASE waits for others. It is struck in the middle of that: it goes on to wait, and
/// only before it tries again it waits for the supervisor.
[[nodiscard]] constexpr bool blocks_itself(FaultPhase phase) noexcept {
  return phase == FaultPhase::blocked_full || phase == FaultPhase::blocked_empty;
}

/// One entry of `faults`.
struct FaultSpec {
  FaultKind kind = FaultKind::none;
  bool consumer = false;    ///< whose role; else a producer's
  std::uint32_t index = 0;  ///< of the worker in its role
  FaultPhase phase = FaultPhase::before_push;
  std::uint64_t after_messages = 0;  ///< strikes once the worker has moved so many
  std::uint64_t duration_ns = 0;     ///< stop, takeover, delay

  friend bool operator==(const FaultSpec&, const FaultSpec&) = default;
};

/// How far a fault has come. The worker announces that it is there; the supervisor acts.
enum class FaultState : std::uint32_t {
  armed,
  reached,  ///< the worker is at the phase and waits there (or is about to block in it)
  over,     ///< the supervisor has acted; a worker that is still alive goes on
};

/// A worker's orders in its slot. Writer of the orders: the runner, before the worker exists. The state is a
/// futex word.
struct FaultOrder {
  FaultKind kind;
  FaultPhase phase;
  std::uint64_t after_messages;
  std::uint64_t duration_ns;
  std::atomic<FaultState> state;
  std::atomic<std::uint64_t> reached_at_ns;
};

}  // namespace pcbench
