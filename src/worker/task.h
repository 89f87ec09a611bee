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
      : control_(control),
        spec_(control.spec()),
        slot_(control.slot(worker_id)),
        worker_id_(worker_id),
        waiter_(spec_.wait, spec_.oversubscribed) {}

  [[nodiscard]] const Control& control() const noexcept { return control_; }
  [[nodiscard]] const RoundSpec& spec() const noexcept { return spec_; }
  [[nodiscard]] WorkerSlot& slot() const noexcept { return slot_; }
  [[nodiscard]] std::uint32_t worker_id() const noexcept { return worker_id_; }

  /// Publishes how far the worker is. relaxed: the watchdog may see it late, nothing else hangs on it.
  void beat(Phase phase, std::uint64_t messages) noexcept {
    slot_.phase.store(phase, std::memory_order_relaxed);        // relaxed: see above
    slot_.progress.store(messages, std::memory_order_relaxed);  // relaxed: see above
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
    const Phase working = slot_.phase.load(std::memory_order_relaxed);  // relaxed: our own word
    const std::uint64_t begin = now_ns();
    moved(messages, begin);
    ++slot_.wait_count;
    beat(phase, messages);
    slot_.progress_at_ns.store(begin, std::memory_order_relaxed);  // relaxed: heartbeat
    do {
      waiter_.step(park);
    } while (!attempt());
    waiter_.reset();
    const std::uint64_t end = now_ns();
    slot_.blocked_ns += end - begin;
    slot_.longest_wait_ns = std::max(slot_.longest_wait_ns, end - begin);
    slot_.progress_at_ns.store(end, std::memory_order_relaxed);  // relaxed: heartbeat
    beat(working, messages);
  }

 private:
  const Control& control_;
  const RoundSpec& spec_;
  WorkerSlot& slot_;
  std::uint32_t worker_id_;
  Waiter waiter_;
};

}  // namespace pcbench
