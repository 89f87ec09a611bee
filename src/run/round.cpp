#include "run/round.h"

#include <algorithm>

#include "base/clock.h"
#include "base/shared_region.h"
#include "run/collect.h"
#include "run/collect_history.h"
#include "run/crew.h"
#include "run/faults.h"
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
RoundEnd gather(Crew& crew, const Control& control, Watchdog& watchdog, Signals& signals) {
  const std::uint64_t limit = now_ns() + kStartLimitNs;
  while (control.gate().ready.load(std::memory_order_acquire) < crew.arrivals()) {  // G4: the endpoints exist
    if (const RoundEnd end = early_end(crew, signals); end != RoundEnd::completed) return end;
    const std::uint64_t now = now_ns();
    watchdog.tick(now, limit);
    if (now >= limit) return RoundEnd::hung;
    signals.wait(200'000);
  }
  return RoundEnd::completed;
}

/// Waits until all workers have left by themselves, or one of the reasons to end the round early holds.
RoundEnd watch(Crew& crew, Faults& faults, const Control& control, Watchdog& watchdog,
               std::uint64_t timeout_ns, Signals& signals, const RoundProgress& progress) {
  const std::uint64_t opened_ns = now_ns();
  const std::uint64_t limit = opened_ns + timeout_ns;
  std::uint64_t next_progress = opened_ns + kProgressEveryNs;
  for (;;) {
    if (const RoundEnd end = early_end(crew, signals); end != RoundEnd::completed) return end;
    faults.act();
    if (crew.all_ended()) return RoundEnd::completed;
    const std::uint64_t now = now_ns();
    watchdog.tick(now, limit);
    if (now >= limit) return RoundEnd::hung;
    if (now >= next_progress) {
      progress(consumed(control), now - opened_ns);
      next_progress = now + kProgressEveryNs;
    }
    const std::uint64_t pause_ns = std::min(next_progress, limit) - now;
    signals.wait(faults.any() ? std::min(pause_ns, kFaultLookEveryNs) : pause_ns);
  }
}

}  // namespace

RoundResult run_round(const Setup& setup, std::uint64_t timeout_ns, Signals& signals,
                      const RoundProgress& progress) {
  const SharedRegion region = SharedRegion::create(Control::bytes_for(setup.spec));
  const Control control = Control::format(region.data(), setup.spec);
  const std::unique_ptr<Channel> channel = setup.transport->create(setup.spec);
  RoundResult result;
  result.effective = channel->effective();

  Crew crew(setup, *channel, control, region.descriptor());
  Watchdog watchdog(control);
  Faults faults(setup, *channel, control, crew);
  faults.arm();
  crew.start();
  RoundEnd end = gather(crew, control, watchdog, signals);
  if (end == RoundEnd::completed) {
    control.gate().open();
    end = watch(crew, faults, control, watchdog, timeout_ns, signals, progress);
  }
  crew.kill_all();
  result.record.end = end;
  const std::uint64_t start_ns = round_start_ns(control);
  if (end == RoundEnd::hung) {
    result.record.hang = watchdog.classify();
    result.record.blocked = watchdog.blocked(start_ns);
  }
  result.record.faults = faults.records(start_ns);
  result.record.drain_missing = drain_round(setup, control, crew, end);
  collect(setup, control, crew, start_ns, result.record);
  if (setup.spec.verify == Verify::history)
    result.history = collect_history(setup, control, result.effective, start_ns, result.record);
  return result;
}

}  // namespace pcbench
