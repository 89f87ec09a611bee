// What does it cost to judge a history, and how does it grow? The log of a right queue of as many producers
// as consumers (4), worker after worker as a run writes it: judged, read and written.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>
#include <sstream>

#include "base/mix.h"
#include "check/history/judge_history.h"
#include "history/history_file.h"

namespace {

using namespace pcbench;

constexpr std::uint64_t kWorkers = 4;   // of each role, where nothing else is said
constexpr std::uint64_t kStepNs = 100;  // between two messages
constexpr std::uint64_t kReachNs = kStepNs * 2;
constexpr std::uint64_t kDelayNs = 20'000;  // from a message's push to its pop
constexpr std::uint64_t kBurst = 4096;      // messages, then the queue runs empty

/// OPERATIONS of which 1 in kBurst says empty; messages take turns over producers and over consumers.
History right_history(std::uint64_t operations, std::uint64_t workers = kWorkers) {
  History history;
  history.promises.empty_exact = true;
  history.promises.capacity_slots = 1024;
  for (const char role : {'p', 'c'})
    for (std::uint64_t w = 0; w < workers; ++w) history.workers.push_back(role + std::to_string(w));
  const std::uint64_t messages = operations / 2;
  history.operations.reserve(2 * messages + messages / kBurst + 1);
  const auto instant = [](std::uint64_t i) { return kDelayNs + i * kStepNs + i / kBurst * 4 * kDelayNs; };
  const auto add = [&](std::uint64_t worker, OperationKind kind, std::uint64_t i, std::uint64_t at_ns) {
    const std::uint64_t early_ns = mix64(4 * i + 2 * static_cast<std::uint64_t>(kind)) % kReachNs;
    const std::uint64_t late_ns = mix64(4 * i + 2 * static_cast<std::uint64_t>(kind) + 1) % kReachNs;
    history.operations.push_back({at_ns - early_ns, at_ns + late_ns, i / workers,
                                  static_cast<std::uint32_t>(i % workers), static_cast<std::uint16_t>(worker),
                                  kind, OperationStatus::ok});
  };
  for (std::uint64_t w = 0; w < workers; ++w)
    for (std::uint64_t i = w; i < messages; i += workers) add(w, OperationKind::push, i, instant(i));
  for (std::uint64_t w = 0; w < workers; ++w)
    for (std::uint64_t i = (w + 1) % workers; i < messages; i += workers) {
      add(workers + w, OperationKind::pop, i, instant(i) + kDelayNs);
      if (i % kBurst != kBurst - 1) continue;
      const std::uint64_t empty_ns = instant(i) + 2 * kDelayNs;
      history.operations.push_back({empty_ns, empty_ns + kReachNs, 0, kNoProducer,
                                    static_cast<std::uint16_t>(workers + w), OperationKind::pop,
                                    OperationStatus::empty});
    }
  return history;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void count(benchmark::State& state, const History& history) {
  const auto operations = static_cast<double>(history.operations.size());
  state.counters["operations_per_s"] =
      benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["s_per_operation"] = benchmark::Counter(
      operations, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["peak_rss_mib"] = peak_mib();  // of the process so far: run one size at a time
}

void judge(benchmark::State& state, const History& history) {
  for (auto _ : state) {
    for (const Verdict& verdict : recheck(history))
      if (verdict.outcome != Outcome::pass)
        state.SkipWithError((verdict.check + ": " + verdict.reason).c_str());
  }
  count(state, history);
}

void judge_history_of_operations(benchmark::State& state) {
  judge(state, right_history(static_cast<std::uint64_t>(state.range(0))));
}
/// Up to 10^8 with PCBENCH_FULL=1: that takes 6 GB.
void sizes(benchmark::internal::Benchmark* bench) {
  const std::int64_t largest = std::getenv("PCBENCH_FULL") == nullptr ? 1'000'000 : 100'000'000;
  for (std::int64_t operations = 100'000; operations <= largest; operations *= 10) bench->Arg(operations);
  bench->Unit(benchmark::kMillisecond);
}
BENCHMARK(judge_history_of_operations)->Apply(sizes);

/// A million operations of so many producers, and as many consumers.
void judge_history_of_producers(benchmark::State& state) {
  judge(state, right_history(1'000'000, static_cast<std::uint64_t>(state.range(0))));
}
BENCHMARK(judge_history_of_producers)->RangeMultiplier(4)->Range(4, 256)->Unit(benchmark::kMillisecond);

template <void (*Write)(const History&, std::ostream&)>
void read_history_of_operations(benchmark::State& state) {
  const History history = right_history(static_cast<std::uint64_t>(state.range(0)));
  std::stringstream text;
  Write(history, text);
  for (auto _ : state) {
    text.clear();
    text.seekg(0);
    benchmark::DoNotOptimize(read_history(text, "benchmark"));
  }
  count(state, history);
}
BENCHMARK(read_history_of_operations<write_history_binary>)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(read_history_of_operations<write_history_json>)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
