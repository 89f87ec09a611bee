// The consumer's loop, the same for every transport: look, note, release, wait when empty, leave at the end.
#pragma once

#include <algorithm>

#include "base/clock.h"
#include "load/busy_work.h"
#include "worker/endpoint.h"
#include "worker/inspector.h"
#include "worker/stop.h"
#include "worker/task.h"

namespace pcbench {

template <ConsumerEndpoint E>
class ConsumerLoop {
 public:
  ConsumerLoop(E& endpoint, Task& task) noexcept
      : endpoint_(endpoint),
        task_(task),
        spec_(task.spec()),
        inspector_(task.control(), task.worker_id() - spec_.producers, task.slot()),
        work_ns_(task.worker_id() == task.control().drain_id() ? 0 : spec_.consumer_work_ns),
        beat_every_(work_ns_ != 0 || spec_.settles_often ? 1 : kBlockMessages) {}

  /// Consumes until STOP says that it is over. Requires: the gate is open.
  void run(ConsumerStop& stop) noexcept {
    task_.beat(Phase::consuming, 0);
    bool over = false;
    while (!over) {
      std::uint64_t admitted = admit(stop);
      if (admitted == 0) break;
      while (admitted > 0 && !over && pop<false>(admitted, stop, over)) beat();
    }
    finish();
  }

  /// Takes messages until some were data. Returns how many were; 0: STOP says that it is over.
  std::uint64_t take(ConsumerStop& stop) noexcept {
    const std::uint64_t before = inspector_.messages();
    while (!over_ && inspector_.messages() == before) {
      if (admitted_ == 0) admitted_ = admit(stop);
      if (admitted_ == 0 || !pop<true>(admitted_, stop, over_)) over_ = true;
    }
    task_.beat(Phase::consuming, inspector_.messages());
    return inspector_.messages() - before;
  }

  /// Nothing more is to be taken.
  void finish() noexcept {
    inspector_.settle();
    task_.moved(inspector_.messages(), now_ns());
    task_.beat(Phase::stopping, inspector_.messages());
  }

 private:
  /// One pop of at most ADMITTED messages, and all that belongs to it. SOON: one is expected at any moment.
  /// False: it is over.
  template <bool kSoon>
  [[gnu::always_inline]] bool pop(std::uint64_t& admitted, ConsumerStop& stop, bool& over) noexcept {
    const auto want = static_cast<std::uint32_t>(std::min<std::uint64_t>(spec_.batch_messages, admitted));
    ReadRun run = endpoint_.try_peek(want);
    if constexpr (kSoon)
      if (run.count == 0)
        task_.wait_briefly([&] { return (run = endpoint_.try_peek(want)).count != 0; },
                           [this](std::uint64_t ns) noexcept { endpoint_.park(ns); });
    const std::uint32_t taken =
        run.count != 0 ? inspector_.inspect(run, stop, over) : wait_and_inspect(want, stop, over);
    if (taken == 0) return false;
    endpoint_.release(taken);
    admitted -= taken;  // no limit: 2^64 are never reached
    if (admitted == 0) [[unlikely]]
      account(stop);
    if (work_ns_ != 0) [[unlikely]]
      busy_work(work_ns_ * taken);
    return true;
  }

  std::uint64_t admit(ConsumerStop& stop) noexcept {
    std::uint64_t admitted = stop.try_admit();
    if (admitted == ConsumerStop::kNotNow)
      wait_for_lock([&] {
        admitted = stop.try_admit();
        return admitted != ConsumerStop::kNotNow;
      });
    return admitted;
  }

  void account(ConsumerStop& stop) noexcept {
    if (!stop.try_account()) wait_for_lock([&] { return stop.try_account(); });
  }

  template <class Attempt>
  void wait_for_lock(Attempt&& attempt) noexcept {
    inspector_.settle();
    acknowledge(endpoint_);
    task_.wait_until(Phase::waiting_lock, inspector_.messages(), attempt, [](std::uint64_t /*ns*/) noexcept {
      nap(50'000);  // the lock has no sleepers' queue: look again soon
    });
  }

  /// Waits for messages and inspects them; 0: it is over. Apart from the loop, so that there the run of a pop
  /// that need not wait stays in registers.
  [[gnu::noinline]] std::uint32_t wait_and_inspect(std::uint32_t want, ConsumerStop& stop,
                                                   bool& over) noexcept {
    ReadRun run;
    const auto attempt = [&]() noexcept {
      // The order matters: ask first, pop afterwards. Asked the other way round, a message that came in
      // between and the end announced after it would be taken for the end.
      const bool over_when_empty = stop.over_when_empty();
      run = endpoint_.try_peek(want);
      return run.count != 0 || over_when_empty || is_end(run.status);
    };
    if (!attempt()) {
      inspector_.settle();
      task_.wait_until(Phase::blocked_empty, inspector_.messages(), attempt,
                       [this](std::uint64_t ns) noexcept { endpoint_.park(ns); });
    }
    if (run.count != 0) return inspector_.inspect(run, stop, over);
    over = true;
    if (run.status == PopStatus::closed && !stop.over_when_closed())
      note_error(task_.slot(), "the channel said closed, which this stop protocol does not expect");
    if (run.status == PopStatus::cut_off && task_.worker_id() != task_.control().drain_id())
      note_error(task_.slot(), "the channel ended within a message that its producer never finished");
    return 0;
  }

  void beat() noexcept {
    if (inspector_.messages() < next_beat_) [[likely]]
      return;
    if (spec_.settles_often) inspector_.settle();
    task_.beat(Phase::consuming, inspector_.messages());
    next_beat_ = inspector_.messages() + beat_every_;
  }

  E& endpoint_;
  Task& task_;
  const RoundSpec& spec_;
  Inspector inspector_;
  std::uint64_t work_ns_;  // per message; the drain only looks at what is left
  std::uint64_t beat_every_;
  std::uint64_t next_beat_ = 0;
  std::uint64_t admitted_ = 0;  // by take()
  bool over_ = false;           // likewise
};

}  // namespace pcbench
