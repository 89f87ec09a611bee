// What does the harness add to a transport? Triples bare - measured - bare over shm_spsc_ring, on two CPUs:
// `ratio` is the median over the triples of the measured rate to the mean of its two bare neighbours'. `bare`
// is all that moving messages takes: every payload byte is written and read, and the sequence is compared, in
// loops without checks, evidence, clock and end. `control` puts bare itself in the middle: how far it strays
// from 1 is the noise in all the others. A measured round is judged, as bench/micro/round.h says, or there is
// no row. Counters and label: bench/micro/ratios.h.
// `alone` has one thread fill the ring and then empty it, so that no cache line changes its owner and nobody
// waits: the least time a message takes in both loops, bare and measured, whatever else the machine does.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/order_statistics.h"
#include "base/shared_region.h"
#include "both.h"
#include "model/message.h"
#include "ratios.h"
#include "round.h"
#include "transport/shm_spsc_ring.h"
#include "wait/waiter.h"
#include "worker/payload.h"

namespace pcbench {
namespace {

constexpr std::uint32_t kPayloadBytes = 64;
constexpr double kRoundS = 0.012;
constexpr std::uint64_t kFirstMessages = 500'000;  // until a measured round has said how many are as long

struct Shape {
  std::uint32_t batch_messages;
  WorkerKind workers;
  bool near = false;  ///< by the probe before the rounds
};

/// What the two ends of a bare round share.
struct Bare {
  Gate gate;
  std::uint64_t began_ns;
  std::uint64_t ended_ns;
  std::uint64_t wrong;
};

/// Where there is nobody else: pushes all before it pops any.
constexpr std::uint64_t kAloneMessages = 8192;

void push_bare(ShmSpscRing& ring, const RoundSpec& spec, std::uint64_t messages,
               const std::function<void()>& at_gate) {
  auto endpoint = ring.producer(0);
  Waiter waiter(spec.wait, spec.oversubscribed);
  at_gate();
  for (std::uint64_t sequence = 0; sequence < messages;) {
    WriteRun run = endpoint.try_reserve(spec.batch_messages);
    for (; run.count == 0; run = endpoint.try_reserve(spec.batch_messages)) waiter.step([](std::uint64_t) {});
    waiter.reset();
    for (std::uint32_t i = 0; i < run.count; ++i, ++sequence, run.first += run.stride) {
      const Envelope envelope{sequence, 0, MessageKind::data};
      std::memcpy(run.first, &envelope, sizeof envelope);
      fill_payload(run.first + sizeof envelope, kPayloadBytes, sequence);
    }
    static_cast<void>(endpoint.commit(run.count));  // a ring takes it all at once
  }
  static_cast<void>(endpoint.flush());
}

/// Returns how many came out of order.
std::uint64_t pop_bare(ShmSpscRing& ring, const RoundSpec& spec, std::uint64_t messages,
                       const std::function<void()>& at_gate) {
  auto endpoint = ring.consumer(0);
  Waiter waiter(spec.wait, spec.oversubscribed);
  std::uint64_t fold = 0;
  std::uint64_t wrong = 0;
  at_gate();
  for (std::uint64_t sequence = 0; sequence < messages;) {
    ReadRun run = endpoint.try_peek(spec.batch_messages);
    for (; run.count == 0; run = endpoint.try_peek(spec.batch_messages)) waiter.step([](std::uint64_t) {});
    waiter.reset();
    for (std::uint32_t i = 0; i < run.count; ++i, ++sequence, run.first += run.stride) {
      wrong += envelope_of(run.first).sequence != sequence ? 1 : 0;
      fold ^= fold_payload(run.first + sizeof(Envelope), kPayloadBytes);
    }
    endpoint.release(run.count);
  }
  benchmark::DoNotOptimize(fold);
  return wrong;
}

Case config_of(Shape shape, Integrity integrity) {
  Case config = micro::bare_case("shm_spsc_ring", 1);
  config.messages.reset();
  config.duration_s = kRoundS;
  config.capacity_slots.reset();
  config.payload_bytes = kPayloadBytes;
  config.batch_messages = shape.batch_messages;
  config.workers = shape.workers;
  config.verify = Verify::online;
  config.integrity = integrity;
  config.latency = LatencyMode::sampled;
  return config;
}

/// A round's rate, and how many messages it moved.
struct Moved {
  double msgs_per_s;
  std::uint64_t messages;
};

Moved bare(Shape shape, std::uint64_t messages) {
  const RoundSpec spec = micro::setup_of(config_of(shape, Integrity::off), shape.near).spec;
  ShmSpscRing ring(spec);
  const SharedRegion memory = SharedRegion::create(sizeof(Bare));
  Bare& shared = *new (memory.data()) Bare{};
  const auto push = [&] {
    push_bare(ring, spec, messages, [&] {
      shared.gate.arrive_and_wait();
      shared.began_ns = now_ns();
    });
  };
  const auto pop = [&] {
    shared.wrong = pop_bare(ring, spec, messages, [&] { shared.gate.arrive_and_wait(); });
    shared.ended_ns = now_ns();
  };
  micro::run_both(shape.workers, {push, pop}, [&] {
    shared.gate.await(2);
    shared.gate.open();
  });
  if (shared.ended_ns == 0 || shared.wrong != 0) throw Error("messages came out of order", "bare", "");
  return {static_cast<double>(messages) * 1e9 / static_cast<double>(shared.ended_ns - shared.began_ns),
          messages};
}

template <Integrity kIntegrity>
Moved measured(Shape shape, std::uint64_t /*messages: as many as there is time for*/) {
  const Case config = config_of(shape, kIntegrity);
  const micro::Span span = micro::Round(config, shape.near).run_both();
  return {static_cast<double>(span.messages) * 1e9 / static_cast<double>(span.elapsed_ns), span.messages};
}

struct Kind {
  Moved (*run)(Shape, std::uint64_t);
  const char* label;
};
constexpr Kind kControl{bare, micro::kCompared};
template <Integrity kIntegrity>
constexpr Kind kMeasured{measured<kIntegrity>, micro::kJudged};

/// One iteration is one triple; its time is the middle's.
void compare(benchmark::State& state, Kind kind, WorkerKind workers) {
  Shape shape{static_cast<std::uint32_t>(state.range(0)), workers};
  micro::Ratios ratios;
  std::vector<double> rates;
  std::uint64_t messages = kFirstMessages;
  try {
    messages = kind.run(shape, messages).messages;
    for (auto _ : state) {
      shape.near = ratios.begin();
      const double before = bare(shape, messages).msgs_per_s;
      const Moved middle = kind.run(shape, messages);
      const double after = bare(shape, messages).msgs_per_s;
      messages = middle.messages;
      rates.push_back(middle.msgs_per_s);
      ratios.end(2 * middle.msgs_per_s / (before + after));
      state.SetIterationTime(static_cast<double>(middle.messages) / middle.msgs_per_s);
    }
  } catch (const Error& e) {
    return state.SkipWithError((e.where + ": " + e.message).c_str());
  }
  state.counters["Mmsgs_per_s"] = median(rates) / 1e6;
  ratios.report(state, kind.label);
}

std::uint64_t bare_alone(const Case& config) {
  const RoundSpec spec = micro::setup_of(config, false).spec;
  ShmSpscRing ring(spec);
  std::uint64_t began_ns = 0;
  std::uint64_t total_ns = 0;
  const auto at_gate = [&] { began_ns = now_ns(); };
  push_bare(ring, spec, kAloneMessages, at_gate);
  total_ns += now_ns() - began_ns;
  if (pop_bare(ring, spec, kAloneMessages, at_gate) != 0)
    throw Error("messages came out of order", "bare", "");
  return total_ns + now_ns() - began_ns;
}

void alone(benchmark::State& state, Integrity integrity) {
  Case config = config_of({static_cast<std::uint32_t>(state.range(0)), WorkerKind::thread}, integrity);
  config.duration_s.reset();
  config.messages = kAloneMessages;
  config.capacity_slots = 2 * kAloneMessages;  // a pill comes, too
  std::uint64_t bare_ns = UINT64_MAX;
  std::uint64_t measured_ns = UINT64_MAX;
  try {
    for (auto _ : state) {
      bare_ns = std::min(bare_ns, bare_alone(config));
      const std::uint64_t time_ns = micro::Round(config).run_alone();
      measured_ns = std::min(measured_ns, time_ns);
      state.SetIterationTime(static_cast<double>(time_ns) * 1e-9);
    }
  } catch (const Error& e) {
    return state.SkipWithError((e.where + ": " + e.message).c_str());
  }
  state.counters["bare_ns"] = static_cast<double>(bare_ns) / kAloneMessages;
  state.counters["measured_ns"] = static_cast<double>(measured_ns) / kAloneMessages;
}
BENCHMARK_CAPTURE(alone, integrity_off, Integrity::off)
    ->ArgName("run")
    ->Arg(1)
    ->Arg(16)
    ->Arg(256)
    ->UseManualTime();
BENCHMARK_CAPTURE(alone, integrity_all, Integrity::all)
    ->ArgName("run")
    ->Arg(1)
    ->Arg(16)
    ->Arg(256)
    ->UseManualTime();

// NOLINTBEGIN(bugprone-macro-parentheses): the parts of a name
#define PCBENCH_COMPARE(name, kind, workers)                            \
  BENCHMARK_CAPTURE(compare, name / workers, kind, WorkerKind::workers) \
      ->ArgName("run")                                                  \
      ->Arg(1)                                                          \
      ->Arg(16)                                                         \
      ->Arg(256)                                                        \
      ->UseManualTime()                                                 \
      ->Unit(benchmark::kMillisecond)
// NOLINTEND(bugprone-macro-parentheses)
PCBENCH_COMPARE(control, kControl, thread);
PCBENCH_COMPARE(integrity_off, kMeasured<Integrity::off>, thread);
PCBENCH_COMPARE(integrity_all, kMeasured<Integrity::all>, thread);
PCBENCH_COMPARE(control, kControl, process);
PCBENCH_COMPARE(integrity_off, kMeasured<Integrity::off>, process);
PCBENCH_COMPARE(integrity_all, kMeasured<Integrity::all>, process);
#undef PCBENCH_COMPARE

}  // namespace
}  // namespace pcbench

BENCHMARK_MAIN();
