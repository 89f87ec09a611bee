// Pace: an open-loop producer sends each message at its intended time (load/arrivals.h), waiting while none
// is due. Late ones keep their intended times, so that no response time leaves out what a stall made others
// wait for (coordinated omission). But they are not sent all at once, or what follows a stall would measure
// the burst: 1 ms of the schedule is, then a message is due a gap / load.catch_up after the one before it, in
// gaps of intended times. It is a token bucket (GCRA); with catch_up 0 whatever is late is due at once.
// Whose fault lateness is: an ideal generator, bound by the same rule and with pushes as long as the real
// ones were, would have begun each push when it was due and the previous one had ended. What the real one is
// later than that is its own lag: an overslept timer, a CPU lost while it waited. A push that is due already
// when the one before it ends begins at that very moment. When a push had to wait for room, the channel set
// the time, and the two meet.
// Threads     one producer's own; the stamps it writes are read by whoever pops the message
// Pairs       S1 → S2 a stamp
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "load/arrivals.h"
#include "worker/task.h"

namespace pcbench {

class Pace {
 public:
  /// Closed loop: does nothing. Requires: the gate is open; TASK outlives it.
  explicit Pace(Task& task) noexcept;

  [[nodiscard]] bool open() const noexcept { return arrivals_.has_value(); }

  /// Waits until a message is due. Returns how many are, at most MOST: the push of message SEQUENCE and
  /// those after it begins now. 0: the next one is due only at DEADLINE_NS or later.
  [[nodiscard]] std::uint64_t await(std::uint64_t sequence, std::uint64_t most,
                                    std::uint64_t deadline_ns) noexcept;

  /// That push is over, all of it is in the channel; BLOCKED: it had to wait for room.
  void pushed(bool blocked) noexcept;

  /// Nothing more is sent; notes what was meant to be sent before DEADLINE_NS and was not.
  void end(std::uint64_t deadline_ns) noexcept;

 private:
  /// The real one or the ideal one.
  struct Generator {
    std::uint64_t due_ns = 0;    // of its last message
    std::uint64_t began_ns = 0;  // of the push under way
    std::uint64_t ended_ns = 0;  // of the last push
  };

  /// When the next message of GENERATOR, which is free from FREE_NS on, is due.
  [[nodiscard]] std::uint64_t due(const Generator& generator, std::uint64_t free_ns) const noexcept;
  /// Returns the time, TIME_NS or later.
  [[nodiscard]] std::uint64_t wait_until(std::uint64_t time_ns) const noexcept;
  /// The next message, which is SEQUENCE, is about to be pushed.
  void note(std::uint64_t sequence) noexcept;
  void advance() noexcept;

  Task& task_;
  const RoundSpec& spec_;
  std::optional<Arrivals> arrivals_;
  std::span<std::uint64_t> lags_;       // histogram of own lags
  double gap_share_ = 0;                // what is left of a gap while behind
  std::uint64_t at_once_ns_ = 0;        // what of them need not be waited for
  std::uint64_t release_ns_ = 0;        // intended times count from here
  std::uint64_t intended_ns_ = 0;       // the next message's
  std::uint64_t last_intended_ns_ = 0;  // the one's before it
  Generator real_;
  Generator ideal_;
};

}  // namespace pcbench
