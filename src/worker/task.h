// Task: what a worker's loop carries besides its endpoint: its orders, evidence and way of waiting.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"
#include "model/evidence.h"
#include "model/round_spec.h"
#include "wait/waiter.h"
#include "worker/control.h"

namespace pcbench {

/// Messages between two heartbeats and looks at the clock; dearer work is done once a block.
inline constexpr std::uint64_t kBlockMessages = 256;

class Task {
 public:
  Task(const Control& control, std::uint32_t worker_id) noexcept
      : Task(control, worker_id, control.slot(worker_id)) {}

  /// The second role of a worker that has two, in a channel of its own: its heartbeat and its waits are shown
  /// in LIFE, the slot of the first.
  Task(const Control& control, std::uint32_t worker_id, WorkerSlot& life) noexcept
      : control_(control),
        spec_(control.spec()),
        slot_(control.slot(worker_id)),
        life_(life),
        worker_id_(worker_id),
        waiter_(spec_.wait, spec_.oversubscribed) {}

  [[nodiscard]] const Control& control() const noexcept { return control_; }
  [[nodiscard]] const RoundSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] WorkerSlot& slot() const noexcept { return slot_; }
  [[nodiscard]] std::uint32_t worker_id() const noexcept { return worker_id_; }

  /// Publishes how far the worker is. relaxed: the watchdog may see it late, nothing else hangs on it.
  void beat(Phase phase, std::uint64_t messages) noexcept {
    life_.phase.store(phase, std::memory_order_relaxed);        // relaxed: see above
    life_.progress.store(messages, std::memory_order_relaxed);  // relaxed: see above
  }

  /// Books that MESSAGES in all had been moved by TIME_NS; a pause since the last of them does not count.
  void moved(std::uint64_t messages, std::uint64_t time_ns) noexcept {
    if (messages == slot_.messages) return;
    slot_.messages = messages;
    slot_.last_at_ns = time_ns;
  }

  /// Runs ATTEMPT() until it holds, waiting as the case says; counts the wait and shows it as PHASE.
  /// PARK(timeout_ns) is the endpoint's own blocking wait. Requires: an attempt has just failed, and MESSAGES
  /// is up to date.
  template <class Attempt, class Park>
  void wait_until(Phase phase, std::uint64_t messages, Attempt&& attempt, Park&& park) noexcept {
    const Phase working = life_.phase.load(std::memory_order_relaxed);  // relaxed: our own word
    const std::uint64_t begin = now_ns();
    moved(messages, begin);
    ++life_.wait_count;
    beat(phase, messages);
    life_.progress_at_ns.store(begin, std::memory_order_relaxed);  // relaxed: heartbeat
    do {
      waiter_.step(park);
    } while (!attempt());
    waiter_.reset();
    const std::uint64_t end = now_ns();
    life_.blocked_ns += end - begin;
    life_.longest_wait_ns = std::max(life_.longest_wait_ns, end - begin);
    life_.progress_at_ns.store(end, std::memory_order_relaxed);  // relaxed: heartbeat
    beat(working, messages);
  }

  /// Runs ATTEMPT() until it holds or has failed for some microseconds, waiting as the case says, but without
  /// a look at the clock, which an answer that is about to come would have to wait for. Whether it holds.
  template <class Attempt, class Park>
  bool wait_briefly(Attempt&& attempt, Park&& park) noexcept {
    bool holds = false;
    for (std::uint32_t looks = 0; !holds && looks < kBriefLooks; ++looks) {
      if (spec_.wait != WaitStrategy::spin || spec_.oversubscribed) waiter_.step(park);
      holds = attempt();
    }
    waiter_.reset();
    return holds;
  }

 private:
  static constexpr std::uint32_t kBriefLooks = 256;

  const Control& control_;
  const RoundSpec& spec_;
  WorkerSlot& slot_;
  WorkerSlot& life_;  // slot_, but for a second role
  std::uint32_t worker_id_;
  Waiter waiter_;
};

}  // namespace pcbench
