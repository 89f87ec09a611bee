// What do one push and one pop cost on each transport, when nobody waits and no cache line changes its owner?
// One thread fills the channel and empties it, over and over; `null` is what the two loops cost themselves.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "base/error.h"
#include "round.h"
#include "transport/registry.h"

namespace {

constexpr std::uint64_t kMessages = 512;  // 80 bytes each: with a pill they fit in a pipe of 64 KiB

void push_and_pop(benchmark::State& state, const std::string& transport) {
  pcbench::Case config = pcbench::micro::bare_case(transport, kMessages);
  config.batch_messages = static_cast<std::uint32_t>(state.range(0));
  try {
    for (auto _ : state)
      state.SetIterationTime(static_cast<double>(pcbench::micro::Round(config).run_alone()) * 1e-9);
  } catch (const pcbench::Error& e) {
    state.SkipWithError((e.where + ": " + e.message).c_str());
    return;
  }
  const auto messages = static_cast<double>(state.iterations()) * static_cast<double>(kMessages);
  state.counters["s_per_message"] =
      benchmark::Counter(messages, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const pcbench::TransportRow& row : pcbench::transports()) {
    const std::string name(row.name);
    if (!why_unavailable(row).empty() || row.program != nullptr) continue;  // which has no calls to time
    if (!row.promises.threads) continue;  // whose two ends one process cannot have
    if (row.keeps_numbers) continue;      // which has no messages
    if (name.starts_with("zmq_") || name.starts_with("nng_"))
      continue;  // whose push waits for a consumer to connect
    if (!row.refuse(pcbench::micro::bare_case(name, kMessages)).empty()) continue;
    benchmark::RegisterBenchmark(name.c_str(), push_and_pop, name)
        ->ArgName("batch")
        ->Arg(1)
        ->Arg(16)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
