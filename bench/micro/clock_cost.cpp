// What does one look at the clock cost, and what would another clock cost? A sampled message takes two looks.
#include <benchmark/benchmark.h>

#include <chrono>
#include <ctime>

#include "base/clock.h"

namespace {

void harness_clock(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(pcbench::now_ns());
}
BENCHMARK(harness_clock);

void steady_clock(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(std::chrono::steady_clock::now());
}
BENCHMARK(steady_clock);

void kernel_clock(benchmark::State& state, clockid_t clock) {
  timespec time{};
  for (auto _ : state) {
    clock_gettime(clock, &time);
    benchmark::DoNotOptimize(time);
  }
}
BENCHMARK_CAPTURE(kernel_clock, monotonic_raw, CLOCK_MONOTONIC_RAW);
BENCHMARK_CAPTURE(kernel_clock, monotonic_coarse, CLOCK_MONOTONIC_COARSE);
BENCHMARK_CAPTURE(kernel_clock, thread_cpu_time, CLOCK_THREAD_CPUTIME_ID);

}  // namespace

BENCHMARK_MAIN();
