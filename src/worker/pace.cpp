#include "worker/pace.h"

#include <sched.h>
#include <sys/prctl.h>

#include <algorithm>
#include <ctime>

#include "base/clock.h"
#include "model/histogram.h"
#include "worker/control.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kSleepFromNs = 200'000;  // for less a sleep is not worth its wake-up …
constexpr std::uint64_t kAwakeNs = 100'000;  // … and it ends so long before the time, which is then spun for
constexpr std::uint64_t kSleepAtMostNs = 100'000'000;  // between two heartbeats
// Of the schedule: so much may a late timer, or a batch under way, leave behind without any pacing.
constexpr double kAtOnceNs = 1e6;

}  // namespace

Pace::Pace(Task& task) noexcept : task_(task), spec_(task.spec()) {
  if (spec_.load.step_count == 0) return;
  ::prctl(PR_SET_TIMERSLACK, 1UL);  // of this thread: the kernel must not gather its wake-ups
  arrivals_.emplace(spec_, task.worker_id());
  lags_ = task.control().lags(task.worker_id());
  if (spec_.load.catch_up != 0) gap_share_ = 1 / spec_.load.catch_up;
  at_once_ns_ = static_cast<std::uint64_t>(kAtOnceNs * gap_share_);
  release_ns_ = real_.ended_ns = task.slot().begin_at_ns;
  last_intended_ns_ = intended_ns_ = release_ns_ + arrivals_->next_ns();
}

std::uint64_t Pace::await(std::uint64_t sequence, std::uint64_t most, std::uint64_t deadline_ns) noexcept {
  std::uint64_t due_ns = due(real_, real_.ended_ns);
  if (due_ns >= deadline_ns) return 0;
  real_.began_ns = due_ns <= real_.ended_ns ? real_.ended_ns : wait_until(due_ns);
  std::uint64_t count = 0;
  do {
    real_.due_ns = due_ns;
    ideal_.due_ns = due(ideal_, ideal_.ended_ns);
    if (count == 0) ideal_.began_ns = std::max(ideal_.due_ns, ideal_.ended_ns);
    note(sequence + count);
    ++count;
    advance();
    due_ns = due(real_, real_.began_ns);
  } while (count < most && due_ns <= real_.began_ns && intended_ns_ < deadline_ns);
  return count;
}

void Pace::pushed(bool blocked) noexcept {
  real_.ended_ns = now_ns();
  if (blocked) ideal_ = real_;
  else ideal_.ended_ns = ideal_.began_ns + (real_.ended_ns - real_.began_ns);
}

void Pace::end(std::uint64_t deadline_ns) noexcept {
  if (deadline_ns != UINT64_MAX) task_.slot().unsent = arrivals_->count_before(deadline_ns - release_ns_);
}

std::uint64_t Pace::due(const Generator& generator, std::uint64_t free_ns) const noexcept {
  const auto gap_ns = static_cast<double>(intended_ns_ - last_intended_ns_);
  return std::max({intended_ns_, generator.due_ns + static_cast<std::uint64_t>(gap_ns * gap_share_),
                   since(free_ns, at_once_ns_)});
}

std::uint64_t Pace::wait_until(std::uint64_t time_ns) const noexcept {
  const bool behind = time_ns > intended_ns_;  // it could not make up for what a yield may take
  std::uint64_t now = now_ns();
  for (; now < time_ns; now = now_ns()) {
    if (time_ns - now >= kSleepFromNs) {
      const timespec wake = timespec_of(std::min(time_ns - kAwakeNs, now + kSleepAtMostNs));
      ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nullptr);
    } else if (spec_.oversubscribed && !behind) {
      ::sched_yield();  // whoever it waits beside may need this CPU
    }
  }
  return now;
}

void Pace::note(std::uint64_t sequence) noexcept {
  const std::uint64_t late_ns = since(real_.began_ns, intended_ns_);
  WorkerSlot& slot = task_.slot();
  slot.late_max_ns = std::max(slot.late_max_ns, late_ns);
  slot.late_last_ns = late_ns;
  ++lags_[bucket_of(since(real_.began_ns, std::max(ideal_.due_ns, ideal_.ended_ns)))];
  if (spec_.sample_every == 0 || sequence % spec_.sample_every != 0) return;
  Stamp& stamp = task_.control().stamp(task_.worker_id(), sequence);
  // relaxed: the message itself publishes the stamp; S1 → S2: an overwritten one shows its new sequence
  stamp.sequence.store(sequence + 1, std::memory_order_relaxed);
  // S1 → S2: likewise
  task_.control().intended(task_.worker_id(), sequence).store(intended_ns_, std::memory_order_release);
  stamp.pushed_ns.store(real_.began_ns, std::memory_order_release);  // S1 → S2: likewise
}

void Pace::advance() noexcept {
  arrivals_->advance();
  last_intended_ns_ = intended_ns_;
  intended_ns_ = release_ns_ + arrivals_->next_ns();
}

}  // namespace pcbench
