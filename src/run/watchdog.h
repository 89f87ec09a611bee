// Watchdog: looks at the heartbeats now and then, and when a round must be ended says who was stuck, where
// and why.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/record.h"
#include "worker/control.h"

namespace pcbench {

/// What the kernel says of a thread.
struct ThreadState {
  char state = '?';          ///< as in /proc: R, S, D, T, Z; '?': there is no such thread
  std::uint64_t cpu_ns = 0;  ///< in steps of its clock tick
};
[[nodiscard]] ThreadState read_thread(std::uint32_t thread_id);
/// Of one on another host, of which no kernel tells us.
[[nodiscard]] inline ThreadState thread_elsewhere(std::uint32_t /*thread_id*/) { return {'-', 0}; }

/// "asleep", "running" … for a letter of /proc.
[[nodiscard]] std::string state_name(char state);

class Watchdog {
 public:
  /// Before the verdict; it rests on the later half.
  static constexpr std::uint64_t kWindowNs = 4'000'000'000;
  static constexpr std::uint64_t kLookEveryNs = 100'000'000;  ///< in that window

  /// READ tells what the kernel says of a worker's thread.
  explicit Watchdog(const Control& control, std::function<ThreadState(std::uint32_t)> read = read_thread)
      : control_(control), read_(std::move(read)) {}

  /// To be called often. Looks at every worker when the verdict due at LIMIT_NS will need it; before, looking
  /// would only take CPU from the workers.
  void tick(std::uint64_t time_ns, std::uint64_t limit_ns);

  /// What was seen says nothing any more: all stood still meanwhile, this process included.
  void forget() noexcept { looks_.clear(); }

  /// How the workers that have not ended are stuck, judged by the later half of what was seen:
  ///   stopped   one of them is stopped by a signal, or a zombie
  ///   slow      all that are left still move messages
  ///   starved   some still move messages, others have not for the whole time
  ///   livelock  none moves anything, and one that does not wait burns its CPU, or would if it were let
  ///   deadlock  none moves anything, and all wait or sleep
  [[nodiscard]] HangKind classify() const;

  /// Everybody who has not ended, with what each waits for. ROUND_START_NS is the zero of the times.
  [[nodiscard]] std::vector<BlockedWorker> blocked(std::uint64_t round_start_ns) const;

 private:
  struct Seen {
    std::uint64_t progress = 0;
    Phase phase = Phase::starting;
    ThreadState thread;
    bool ended = false;  ///< it has left, or is dead
  };
  struct Look {
    std::uint64_t time_ns = 0;
    std::vector<Seen> workers;
  };

  void look(std::uint64_t time_ns);

  const Control& control_;
  std::function<ThreadState(std::uint32_t)> read_;
  std::deque<Look> looks_;  // oldest first
};

}  // namespace pcbench
