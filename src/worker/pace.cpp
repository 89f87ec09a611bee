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

}  // namespace

Pace::Pace(Task& task) noexcept : task_(task), spec_(task.spec()) {
  if (spec_.load.step_count == 0) return;
  ::prctl(PR_SET_TIMERSLACK, 1UL);  // of this thread: the kernel must not gather its wake-ups
  arrivals_.emplace(spec_, task.worker_id());
  lags_ = task.control().lags(task.worker_id());
  release_ns_ = ended_ns_ = task.slot().begin_at_ns;
}

std::uint64_t Pace::await(std::uint64_t sequence, std::uint64_t most, std::uint64_t deadline_ns) noexcept {
  std::uint64_t intended_ns = release_ns_ + arrivals_->next_ns();
  if (intended_ns >= deadline_ns) return 0;
  began_ns_ = intended_ns <= ended_ns_ ? ended_ns_ : wait_until(intended_ns);
  ideal_ns_ = std::max(intended_ns, ideal_end_ns_);
  std::uint64_t count = 0;
  do {
    note(sequence + count, intended_ns);
    ++count;
    arrivals_->advance();
    intended_ns = release_ns_ + arrivals_->next_ns();
  } while (count < most && intended_ns <= began_ns_ && intended_ns < deadline_ns);
  return count;
}

void Pace::pushed(bool blocked) noexcept {
  ended_ns_ = now_ns();
  ideal_end_ns_ = blocked ? ended_ns_ : ideal_ns_ + (ended_ns_ - began_ns_);
}

void Pace::end(std::uint64_t deadline_ns) noexcept {
  if (deadline_ns != UINT64_MAX) task_.slot().unsent = arrivals_->count_before(deadline_ns - release_ns_);
}

std::uint64_t Pace::wait_until(std::uint64_t time_ns) const noexcept {
  std::uint64_t now = now_ns();
  for (; now < time_ns; now = now_ns()) {
    if (time_ns - now >= kSleepFromNs) {
      const timespec wake = timespec_of(std::min(time_ns - kAwakeNs, now + kSleepAtMostNs));
      ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nullptr);
    } else if (spec_.oversubscribed) {
      ::sched_yield();  // whoever it waits beside may need this CPU
    }
  }
  return now;
}

/// Message SEQUENCE is about to be pushed.
void Pace::note(std::uint64_t sequence, std::uint64_t intended_ns) noexcept {
  const std::uint64_t late_ns = since(began_ns_, intended_ns);
  WorkerSlot& slot = task_.slot();
  slot.late_max_ns = std::max(slot.late_max_ns, late_ns);
  slot.late_last_ns = late_ns;
  ++lags_[bucket_of(since(began_ns_, std::max(intended_ns, ideal_end_ns_)))];
  if (spec_.sample_every == 0 || sequence % spec_.sample_every != 0) return;
  Stamp& stamp = task_.control().stamp(task_.worker_id(), sequence);
  // relaxed: the message itself publishes the stamp; S1 → S2: an overwritten one shows its new sequence
  stamp.sequence.store(sequence + 1, std::memory_order_relaxed);
  // S1 → S2: likewise
  task_.control().intended(task_.worker_id(), sequence).store(intended_ns, std::memory_order_release);
  stamp.pushed_ns.store(began_ns_, std::memory_order_release);  // S1 → S2: likewise
}

}  // namespace pcbench
