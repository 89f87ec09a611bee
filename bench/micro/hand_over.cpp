// How near does a ring come to what the caches can do? The limit is the rate at which one CPU hands whole
// lines of 64 bytes to another through a ring of the same footprint, so many a publish, with nothing around
// it: one by one or in copied runs, whichever is faster. Against it, in pairs whose order a coin decides: our
// rings called directly (bare), and the same rounds with the harness's loops, every message accounted for and
// every byte verified (whole; whole_process). A message is one line: an envelope and 48 bytes. Those of
// whole_process_64 have 64 bytes of payload, so that they and their ring are a quarter larger; each counts as
// a line all the same. `ratio` is the median over the pairs (ratios.h). Last come the latency of one line,
// one way, and round trips. `bench doctor` prints the limits alone.
//   footprint in KiB / messages a run and lines a publish
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <latch>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/affinity.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/layout.h"
#include "doctor/limits.h"
#include "ratios.h"
#include "round.h"
#include "transport/shm_mpmc_ring.h"
#include "transport/shm_spsc_ring.h"
#include "transport/shm_value_ring.h"
#include "wait/pause.h"
#include "worker/payload.h"

namespace pcbench {
namespace {

constexpr std::uint32_t kInOneLine = kLineBytes - message_bytes(0);  // of payload
constexpr std::uint64_t kLaps = 8;
constexpr std::uint64_t kLinesMin = 1U << 19U;

/// What one pair of rounds moves and through how much.
struct Shape {
  std::uint64_t slots;
  std::uint32_t run;
  std::uint32_t payload_bytes = kInOneLine;
  bool near = false;  ///< by the probe before the rounds
  [[nodiscard]] std::uint64_t lines() const { return std::max(kLaps * slots, kLinesMin); }
};
Shape shape_of(const benchmark::State& state) {
  return {.slots = static_cast<std::uint64_t>(state.range(0)) * 1024 / kLineBytes,
          .run = static_cast<std::uint32_t>(state.range(1))};
}

/// Runs a round and returns its time in ns, and what a row of such rounds may say of them.
struct Kind {
  std::function<std::uint64_t(const Shape&)> run;
  const char* label;
};

Case case_of(const std::string& transport, const Shape& shape) {
  Case config = micro::bare_case(transport, shape.lines());
  config.payload_bytes = shape.payload_bytes;
  config.capacity_slots = shape.slots;
  config.batch_messages = shape.run;
  config.verify = Verify::online;
  config.integrity = Integrity::all;
  config.wait = WaitStrategy::spin;
  return config;
}

/// Runs WRITE and READ at once, each on a CPU of its own. Returns the ns from the start of both to the end of
/// READ.
std::uint64_t at_once(const std::function<void()>& write, const std::function<void()>& read) {
  const KeptAffinity kept;
  const std::vector<std::size_t> cpus = allowed_cpus();
  std::latch gate(2);
  std::thread writer([&] {
    bind_to_cpu(cpus[0]);
    gate.arrive_and_wait();
    write();
  });
  bind_to_cpu(cpus[1]);
  gate.arrive_and_wait();
  const std::uint64_t began_ns = now_ns();
  read();
  const std::uint64_t ended_ns = now_ns();
  writer.join();
  return ended_ns - began_ns;
}

template <class Done>
void spin_until(Done done) {
  while (!done()) cpu_pause();
}

/// The limit. Errors: Error where the machine gave it no time.
std::uint64_t lines_alone(const Shape& shape) {
  const auto ns = hand_over_ns({shape.slots, std::min<std::uint64_t>(shape.run, shape.slots)}, shape.lines());
  if (!ns) throw Error("two CPUs could not hand over lines in time", "limit", "use a quieter machine");
  return *ns;
}

/// What LINES lines that are numbered from 0 fold to.
std::uint64_t fold_of(std::uint64_t lines) {
  static std::map<std::uint64_t, std::uint64_t> known;
  const auto [at, is_new] = known.try_emplace(lines, 0);
  std::array<std::byte, kLineBytes> line{};
  for (std::uint64_t i = 0; is_new && i < lines; ++i) {
    fill_payload(line.data(), kLineBytes, i);
    at->second ^= fold_payload(line.data(), kLineBytes);
  }
  return at->second;
}

/// T's endpoints with nothing around them. Errors: Error where others came out than went in.
template <class T>
std::uint64_t bare(const Shape& shape) {
  const RoundSpec spec = micro::setup_of(case_of("shm_spsc_ring", shape), shape.near).spec;
  const T ring(spec);
  alignas(kFalseSharingBytes) auto producer = ring.producer(0);
  alignas(kFalseSharingBytes) auto consumer = ring.consumer(0);
  const std::uint64_t end = shape.lines();
  const auto write = [&producer, end, want = shape.run] {
    for (std::uint64_t line = 0; line < end;) {
      WriteRun run;
      spin_until([&] { return (run = producer.try_reserve(want)).count != 0; });
      for (std::uint32_t i = 0; i < run.count; ++i, run.first += run.stride)
        fill_payload(run.first, kLineBytes, line++);
      static_cast<void>(producer.commit(run.count));  // a ring takes it all at once
    }
    static_cast<void>(producer.flush());
  };
  std::uint64_t folded = 0;
  const auto read = [&consumer, &folded, end, want = shape.run] {
    std::uint64_t fold = 0;
    for (std::uint64_t line = 0; line < end;) {
      ReadRun run;
      spin_until([&] { return (run = consumer.try_peek(want)).count != 0; });
      for (std::uint32_t i = 0; i < run.count; ++i, run.first += run.stride)
        fold ^= fold_payload(run.first, kLineBytes);
      consumer.release(run.count);
      line += run.count;
    }
    folded = fold;
  };
  const std::uint64_t ns = at_once(write, read);
  if (folded != fold_of(end)) throw Error("other lines came out than went in", "bare");
  return ns;
}

Kind whole(const std::string& transport, WorkerKind workers, std::uint32_t payload_bytes) {
  const auto run = [=](Shape shape) {
    shape.payload_bytes = payload_bytes;
    Case config = case_of(transport, shape);
    config.workers = workers;
    return micro::Round(config, shape.near).run_both().elapsed_ns;
  };
  return {run, micro::kJudged};
}

void limit(benchmark::State& state) {
  const Shape shape = shape_of(state);
  try {
    for (auto _ : state) state.SetIterationTime(static_cast<double>(lines_alone(shape)) * 1e-9);
  } catch (const Error& e) {
    return state.SkipWithError((e.where + ": " + e.message).c_str());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(shape.lines()));
}

void line_latency(benchmark::State& state) {
  for (auto _ : state)
    if (const auto ns = line_latency_ns()) state.SetIterationTime(*ns * 1e-9);
    else return state.SkipWithError("two CPUs could not take turns in time");
}

/// One iteration is one pair; its time is KIND's.
void against_limit(benchmark::State& state, const Kind& kind) {
  Shape shape = shape_of(state);
  std::mt19937_64 coin(now_ns());
  micro::Ratios ratios;
  try {
    for (auto _ : state) {
      std::uint64_t ours_ns = 0;
      const bool ours_first = (coin() & 1U) != 0;
      shape.near = ratios.begin();
      if (ours_first) ours_ns = kind.run(shape);
      const std::uint64_t limit_ns = lines_alone(shape);
      if (!ours_first) ours_ns = kind.run(shape);
      ratios.end(static_cast<double>(limit_ns) / static_cast<double>(ours_ns));
      state.SetIterationTime(static_cast<double>(ours_ns) * 1e-9);
    }
  } catch (const Error& e) {
    return state.SkipWithError((e.where + ": " + e.message).c_str());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(shape.lines()));
  ratios.report(state, kind.label);
}

/// One message there and one back, both sides spinning.
template <class T>
void round_trip(benchmark::State& state) {
  constexpr std::uint64_t kTrips = 20'000;
  const Case config = case_of("shm_spsc_ring", {.slots = 1024, .run = 1, .payload_bytes = 8});
  const RoundSpec spec = micro::setup_of(config, false).spec;
  const auto send = [](auto& producer, std::uint64_t value) {
    WriteRun run;
    spin_until([&] { return (run = producer.try_reserve(1)).count != 0; });
    std::memcpy(run.first, &value, sizeof value);
    static_cast<void>(producer.commit(1));  // a ring takes it all at once
    static_cast<void>(producer.flush());
  };
  const auto receive = [](auto& consumer) {
    ReadRun run;
    do run = consumer.try_peek(1);
    while (run.count == 0);
    std::uint64_t value = 0;
    std::memcpy(&value, run.first, sizeof value);
    consumer.release(1);
    return value;
  };
  for (auto _ : state) {
    const T there(spec);
    const T back(spec);
    auto to = there.producer(0);
    auto at = there.consumer(0);
    auto from = back.producer(0);
    auto here = back.consumer(0);
    const auto echo = [&] {
      for (std::uint64_t trip = 0; trip < kTrips; ++trip) send(from, receive(at));
    };
    const auto ask = [&] {
      for (std::uint64_t trip = 0; trip < kTrips; ++trip) {
        send(to, trip);
        if (receive(here) != trip) state.SkipWithError("another message came back");
      }
    };
    state.SetIterationTime(static_cast<double>(at_once(echo, ask)) * 1e-9 / kTrips);
  }
}

void shapes(benchmark::internal::Benchmark* row) {
  row->UseManualTime()->Unit(benchmark::kMillisecond);
  for (const std::int64_t kib : {64, 512, 1024, 4096})
    for (const std::int64_t run : {1, 16, 256}) row->Args({kib, run});
}

}  // namespace
}  // namespace pcbench

int main(int argc, char** argv) {
  using namespace pcbench;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (allowed_cpus().size() < 2) {
    std::puts("hand_over needs two CPUs");
    return 0;
  }
  shapes(benchmark::RegisterBenchmark("limit", limit));
  const auto compare = [](const std::string& name, const Kind& kind) {
    shapes(benchmark::RegisterBenchmark(name.c_str(), against_limit, kind));
  };
  compare("bare/shm_spsc_ring", {bare<ShmSpscRing>, micro::kCompared});
  compare("bare/shm_mpmc_ring", {bare<ShmMpmcRing>, micro::kCompared});
  for (const char* transport : {"shm_spsc_ring", "shm_mpmc_ring", "locked_queue"})
    compare(std::string("whole/") + transport, whole(transport, WorkerKind::thread, kInOneLine));
  compare("whole_process/shm_spsc_ring", whole("shm_spsc_ring", WorkerKind::process, kInOneLine));
  compare("whole_process_64/shm_spsc_ring", whole("shm_spsc_ring", WorkerKind::process, 64));
  const auto trip = [](const char* name, void (*row)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name, row)->UseManualTime()->Unit(benchmark::kNanosecond)->Iterations(15);
  };
  trip("line_latency", line_latency);
  trip("round_trip/shm_spsc_ring", round_trip<ShmSpscRing>);
  trip("round_trip/shm_value_ring", round_trip<ShmValueRing>);
  trip("round_trip/shm_mpmc_ring", round_trip<ShmMpmcRing>);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
