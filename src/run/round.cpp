#include "run/round.h"

#include <algorithm>
#include <exception>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/shared_region.h"
#include "run/collect.h"
#include "run/collect_history.h"
#include "run/crew.h"
#include "run/external.h"
#include "run/faults.h"
#include "run/ping_pong.h"
#include "run/series.h"
#include "run/sleep.h"
#include "run/watchdog.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kProgressEveryNs = 100'000'000;
static_assert(kProgressEveryNs <= Watchdog::kLookEveryNs,
              "the watchdog is asked as often as it wants to look");
constexpr std::uint64_t kFaultLookEveryNs = 1'000'000;
constexpr std::uint64_t kStartLimitNs = 30'000'000'000;

std::uint64_t consumed(const Control& control) noexcept {
  std::uint64_t sum = 0;
  for (std::uint32_t id = control.spec().producers; id < control.worker_count(); ++id)
    sum += control.slot(id).progress.load(std::memory_order_relaxed);  // relaxed: for the eye only
  return sum;
}

/// Whether the round must end at once, and why; completed: it need not.
RoundEnd early_end(Crew& crew, Signals& signals) {
  const bool died = crew.reap();
  if (died) signals.wait(0);  // a signal to the whole group kills workers, too: then it is the user's wish
  if (signals.interrupted()) return RoundEnd::interrupted;
  return died ? RoundEnd::worker_died : RoundEnd::completed;
}

/// Waits until all workers are at the gate. Anything but completed: the round is over, hung if it took
/// absurdly long.
RoundEnd gather(Crew& crew, const Control& control, Watchdog& watchdog, Signals& signals, Sleep& sleep) {
  std::uint64_t limit = now_ns() + kStartLimitNs;
  while (control.gate().ready.load(std::memory_order_acquire) < crew.arrivals()) {  // G4: the endpoints exist
    if (const RoundEnd end = early_end(crew, signals); end != RoundEnd::completed) return end;
    const std::uint64_t now = now_ns();
    watchdog.tick(now, limit);
    if (now >= limit) return RoundEnd::hung;
    if (const std::uint64_t late_ns = sleep.until(now + 200'000); late_ns != 0) {
      limit += late_ns;
      watchdog.forget();
    }
  }
  return RoundEnd::completed;
}

/// Waits until all workers have left by themselves, or one of the reasons to end the round early holds.
RoundEnd watch(Crew& crew, Faults& faults, const Control& control, Watchdog& watchdog, Series& series,
               std::uint64_t timeout_ns, Signals& signals, Sleep& sleep, const RoundProgress& progress) {
  const std::uint64_t opened_ns = now_ns();
  std::uint64_t limit = opened_ns + timeout_ns;
  std::uint64_t next_progress = opened_ns + kProgressEveryNs;
  for (;;) {
    if (const RoundEnd end = early_end(crew, signals); end != RoundEnd::completed) return end;
    faults.act();
    if (crew.all_ended()) return RoundEnd::completed;
    const std::uint64_t now = now_ns();
    watchdog.tick(now, limit);
    series.tick(now);
    if (now >= limit) return RoundEnd::hung;
    if (now >= next_progress) {
      progress(consumed(control), now - opened_ns);
      next_progress = now + kProgressEveryNs;
    }
    std::uint64_t wake_ns = std::min({next_progress, limit, series.next_ns()});
    if (faults.any()) wake_ns = std::min(wake_ns, now + kFaultLookEveryNs);
    if (const std::uint64_t late_ns = sleep.until(wake_ns); late_ns != 0) {
      limit += late_ns;
      watchdog.forget();
    }
  }
}

/// Why a round of an MPI job that did not end by itself has ENDED: a rank that is heard no more is dead for
/// all we can know, and mpirun, which ends a broken job by SIGTERM, is not the user.
RoundEnd why_job_ended(MpiJob& job, const Control& control, RoundEnd ended, Signals& signals) {
  if (ended != RoundEnd::worker_died && !job.lost_somebody(control)) return ended;
  job.note_lost(control);
  if (!signals.interrupted()) job.wait_for_notice();
  return RoundEnd::worker_died;
}

}  // namespace

RoundResult run_round(const Setup& setup, std::uint64_t timeout_ns, Signals& signals,
                      const RoundProgress& progress) {
  if (setup.transport->program != nullptr) return run_external(setup, timeout_ns, signals, progress);
  const SharedRegion region = SharedRegion::create(Control::bytes_for(setup.spec));
  const Control control = Control::format(region.data(), setup.spec);
  std::unique_ptr<Channel> channel;
  const PingPongChannel* both_ways = nullptr;
  if (setup.spec.workload == Workload::ping_pong) {
    auto pair = std::make_unique<PingPongChannel>(*setup.transport, setup.spec);
    both_ways = pair.get();
    channel = std::move(pair);
  } else {
    channel = setup.transport->create(setup.spec);
  }
  RoundResult result;
  result.effective = channel->effective();

  Crew crew(setup, *channel, control, region.descriptor());
  Watchdog watchdog(control, crew.job() == nullptr ? read_thread : &thread_elsewhere);
  Series series(control, setup.config->series_every_ms.value_or(0) * 1'000'000);
  Faults faults(setup, *channel, control, crew);
  faults.arm();
  crew.start();
  Sleep sleep(signals);
  RoundEnd end = gather(crew, control, watchdog, signals, sleep);
  // Nothing has moved yet: what the system refused is not the transport's fault.
  if (const std::string refusal = crew.refusal(); end == RoundEnd::worker_died && !refusal.empty())
    throw Error(refusal, "a worker");
  if (end == RoundEnd::completed) {
    control.gate().open();
    end = watch(crew, faults, control, watchdog, series, timeout_ns, signals, sleep, progress);
  }
  if (crew.job() != nullptr && end != RoundEnd::completed)
    end = why_job_ended(*crew.job(), control, end, signals);
  crew.kill_all();
  if (crew.job() != nullptr && end != RoundEnd::completed && end != RoundEnd::interrupted)
    signals.disregard_mpirun();
  if (crew.job() != nullptr && end == RoundEnd::completed)
    crew.job()->add_facts(setup.spec.producers, setup.spec.consumers, result.effective);
  result.record.held_up_ns = sleep.held_up_ns();
  result.record.troubles = crew.troubles();
  result.record.end = end;
  const std::uint64_t start_ns = round_start_ns(control);
  if (end == RoundEnd::hung) {
    result.record.hang = watchdog.classify();
    result.record.blocked = watchdog.blocked(start_ns);
  }
  result.record.faults = faults.records(start_ns);
  result.record.series = series.points(start_ns);
  result.record.drain_missing = drain_round(setup, control, crew, end);
  collect(control, crew, start_ns, result.record);
  if (both_ways != nullptr) collect_pongs(both_ways->back(), start_ns, result.record);
  if (setup.spec.verify == Verify::history) {
    try {
      result.history = collect_history(setup, control, result.effective, start_ns, result.record);
    } catch (const std::exception& e) {  // memory: what was counted is worth having without it
      result.record.troubles.push_back(std::string("the history could not be collected: ") + e.what());
    }
  }
  return result;
}

}  // namespace pcbench
