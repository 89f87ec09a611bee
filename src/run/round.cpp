#include "run/round.h"

#include <algorithm>

#include "base/clock.h"
#include "base/shared_region.h"
#include "run/collect.h"
#include "run/crew.h"
#include "run/faults.h"
#include "run/watchdog.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kLookEveryNs = 100'000'000;
constexpr std::uint64_t kFaultLookEveryNs = 1'000'000;
constexpr std::uint64_t kSmallRegionBytes = 8U << 20U;
constexpr std::uint64_t kStartLimitNs = 30'000'000'000;

std::uint64_t consumed(const Control& control) noexcept {
  std::uint64_t sum = 0;
  for (std::uint32_t id = control.spec().producers; id < control.worker_count(); ++id)
    sum += control.slot(id).progress.load(std::memory_order_relaxed);  // relaxed: for the eye only
  return sum;
}

/// Waits until all workers are at the gate. False: one died, the user interrupted, or it took absurdly long.
RoundEnd gather(Crew& crew, const Control& control, Signals& signals) {
  const std::uint64_t limit = now_ns() + kStartLimitNs;
  while (control.gate().ready.load(std::memory_order_acquire) < crew.arrivals()) {  // G4: the endpoints exist
    if (crew.reap()) return RoundEnd::worker_died;
    if (signals.interrupted()) return RoundEnd::interrupted;
    if (now_ns() >= limit) return RoundEnd::hung;
    signals.wait(200'000);
  }
  return RoundEnd::completed;
}

/// Waits until all workers have left by themselves, or one of the reasons to end the round early holds.
RoundEnd watch(Crew& crew, Faults& faults, const Control& control, Watchdog& watchdog,
               std::uint64_t timeout_ns, Signals& signals, const RoundProgress& progress) {
  const std::uint64_t opened_ns = now_ns();
  const std::uint64_t limit = opened_ns + timeout_ns;
  std::uint64_t next_look = opened_ns + kLookEveryNs;
  for (;;) {
    if (crew.reap()) return RoundEnd::worker_died;
    faults.act();
    if (crew.all_ended()) return RoundEnd::completed;
    if (signals.interrupted()) return RoundEnd::interrupted;
    const std::uint64_t now = now_ns();
    if (now >= next_look || now >= limit) {
      watchdog.look(now);
      progress(consumed(control), now - opened_ns);
      next_look = now + kLookEveryNs;
    }
    if (now >= limit) return RoundEnd::hung;
    const std::uint64_t pause_ns = std::min(next_look, limit) - now;
    signals.wait(faults.any() ? std::min(pause_ns, kFaultLookEveryNs) : pause_ns);
  }
}

}  // namespace

RoundResult run_round(const Setup& setup, std::uint64_t timeout_ns, Signals& signals,
                      const RoundProgress& progress) {
  const SharedRegion region = SharedRegion::create(Control::bytes_for(setup.spec));
  const Control control = Control::format(region.data(), setup.spec);
  if (region.size() <= kSmallRegionBytes) region.prefault();
  const std::unique_ptr<Channel> channel = setup.transport->create(setup.spec);
  RoundResult result;
  result.effective = channel->effective();

  Crew crew(setup, *channel, control, region.descriptor());
  Watchdog watchdog(control);
  Faults faults(setup, *channel, control, crew);
  faults.arm();
  crew.start();
  RoundEnd end = gather(crew, control, signals);
  if (end == RoundEnd::completed) {
    control.gate().open();
    end = watch(crew, faults, control, watchdog, timeout_ns, signals, progress);
  } else {
    watchdog.look(now_ns());
  }
  result.record.end = end;
  const std::uint64_t start_ns = round_start_ns(control);
  if (end == RoundEnd::hung) {
    result.record.hang = watchdog.classify();
    result.record.blocked = watchdog.blocked(start_ns);
  }
  crew.kill_all();
  result.record.faults = faults.records(start_ns);
  result.record.drain_missing = drain_round(setup, crew, end);
  collect(setup, control, crew, start_ns, result.record);
  return result;
}

}  // namespace pcbench
