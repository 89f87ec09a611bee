// What does the harness add to a transport? Rounds of two kinds between two threads, in pairs whose order a
// coin decides: `ratio` is the median over the pairs of the first-named kind's time to the other's. The
// control compares a kind with itself: how far it strays from 1 is the noise in all the others.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <latch>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/order_statistics.h"
#include "model/message.h"
#include "round.h"
#include "run/setup.h"
#include "transport/shm_spsc_ring.h"
#include "wait/waiter.h"
#include "worker/payload.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kMessages = 200'000;

using Kind = std::uint64_t (*)();  ///< runs a round and returns its time in ns

/// The ring with the least around it: no loop of ours, no envelope looked at, no heartbeat, no stop protocol.
std::uint64_t bare_ring() {
  const RoundSpec spec = make_setup(micro::bare_case("shm_spsc_ring", kMessages), 1).spec;
  ShmSpscRing ring(spec);
  std::latch gate(2);
  std::uint64_t began_ns = 0;
  std::thread producer([&] {
    auto endpoint = ring.producer(0);
    Waiter waiter(spec.wait, spec.oversubscribed);
    gate.arrive_and_wait();
    began_ns = now_ns();
    for (std::uint64_t i = 0; i < kMessages; ++i) {
      WriteRun run = endpoint.try_reserve(1);
      for (; run.count == 0; run = endpoint.try_reserve(1)) waiter.step([](std::uint64_t) {});
      waiter.reset();
      fill_payload(run.first, spec.message_bytes, i);
      static_cast<void>(endpoint.commit(1));  // a ring takes it all at once
    }
    static_cast<void>(endpoint.flush());
  });
  auto endpoint = ring.consumer(0);
  Waiter waiter(spec.wait, spec.oversubscribed);
  std::uint64_t fold = 0;
  gate.arrive_and_wait();
  for (std::uint64_t i = 0; i < kMessages; ++i) {
    ReadRun run = endpoint.try_peek(1);
    for (; run.count == 0; run = endpoint.try_peek(1)) waiter.step([](std::uint64_t) {});
    waiter.reset();
    fold ^= fold_payload(run.first, spec.message_bytes);
    endpoint.release(1);
  }
  const std::uint64_t ended_ns = now_ns();
  benchmark::DoNotOptimize(fold);
  producer.join();
  return ended_ns - began_ns;
}

std::uint64_t round_of(const std::string& transport, Verify verify, Integrity integrity) {
  Case config = micro::bare_case(transport, kMessages);
  config.verify = verify;
  config.integrity = integrity;
  return micro::Round(config).run_together();
}
std::uint64_t unverified() { return round_of("shm_spsc_ring", Verify::none, Integrity::off); }
std::uint64_t counted() { return round_of("shm_spsc_ring", Verify::online, Integrity::off); }
std::uint64_t verified() { return round_of("shm_spsc_ring", Verify::online, Integrity::all); }
std::uint64_t null_transport() { return round_of("null", Verify::none, Integrity::off); }

/// One iteration is one pair; its time is the second kind's.
void compare(benchmark::State& state, Kind first, Kind second) {
  std::mt19937_64 coin(static_cast<std::uint64_t>(now_ns()));
  std::vector<double> ratios;
  try {
    for (auto _ : state) {
      std::uint64_t first_ns = 0;
      std::uint64_t second_ns = 0;
      const bool second_goes_first = (coin() & 1U) != 0;
      if (second_goes_first) second_ns = second();
      first_ns = first();
      if (!second_goes_first) second_ns = second();
      ratios.push_back(static_cast<double>(second_ns) / static_cast<double>(first_ns));
      state.SetIterationTime(static_cast<double>(second_ns) * 1e-9);
    }
  } catch (const Error& e) {
    return state.SkipWithError((e.where + ": " + e.message).c_str());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMessages));
  state.counters["ratio"] = median(ratios);
  if (const auto interval = median_interval95(ratios)) {
    state.counters["ratio_low"] = (*interval)[0];
    state.counters["ratio_high"] = (*interval)[1];
  }
}

#define PCBENCH_COMPARE(first, second)                           \
  BENCHMARK_CAPTURE(compare, second##_to_##first, first, second) \
      ->UseManualTime()                                          \
      ->Unit(benchmark::kMillisecond)
PCBENCH_COMPARE(unverified, unverified);  // the control
PCBENCH_COMPARE(bare_ring, unverified);
PCBENCH_COMPARE(unverified, counted);
PCBENCH_COMPARE(unverified, verified);
PCBENCH_COMPARE(unverified, null_transport);
#undef PCBENCH_COMPARE

}  // namespace
}  // namespace pcbench

BENCHMARK_MAIN();
