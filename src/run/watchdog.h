// Watchdog: looks at the heartbeats now and then, and when a round must be ended says who was stuck, where
// and why.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "model/record.h"
#include "worker/control.h"

namespace pcbench {

class Watchdog {
 public:
  explicit Watchdog(const Control& control) : control_(control) {}

  /// Looks at every worker once. Call it a few times a second.
  void look(std::uint64_t time_ns);

  /// How the workers that have not left are stuck, from the looks of the last two seconds:
  ///   stopped   one of them is stopped by a signal, or a zombie
  ///   slow      all that are left still move messages
  ///   starved   some still move messages, others have not for the whole time
  ///   livelock  none moves anything, and one that does not wait burns its CPU
  ///   deadlock  none moves anything, and all wait or sleep
  [[nodiscard]] HangKind classify() const;

  /// Everybody who has not left, with what each waits for. ROUND_START_NS is the zero of the times.
  [[nodiscard]] std::vector<BlockedWorker> blocked(std::uint64_t round_start_ns) const;

 private:
  struct Seen {
    std::uint64_t progress = 0;
    std::uint64_t cpu_ns = 0;
    Phase phase = Phase::starting;
    char state = '?';  // as in /proc: R, S, D, T, Z
  };
  struct Look {
    std::uint64_t time_ns = 0;
    std::vector<Seen> workers;
  };

  const Control& control_;
  std::deque<Look> looks_;  // oldest first
};

}  // namespace pcbench
