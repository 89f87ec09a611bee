// How long from waking a sleeping thread until it runs? Two threads wake each other in turn, on one CPU and
// on two; half a round trip is one hand-over: what a worker pays that parks.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "base/affinity.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "base/futex.h"

namespace {

/// A mechanism has two sides; signal(side) wakes the one that is in await(side) or about to be.
class FutexPair {
 public:
  void signal(std::size_t side) noexcept {
    words_[side].store(1, std::memory_order_release);  // W1 → W2: what was done before the signal
    pcbench::futex_wake(words_[side], 1);
  }
  void await(std::size_t side) noexcept {
    while (words_[side].exchange(0, std::memory_order_acquire) == 0)  // W2
      pcbench::futex_wait(words_[side], 0, 1'000'000'000);
  }

 private:
  std::array<std::atomic<std::uint32_t>, 2> words_{};
};

class PipePair {
 public:
  PipePair() {
    for (Ends& ends : ends_) {
      std::array<int, 2> raw{};
      if (::pipe(raw.data()) != 0) throw pcbench::system_error("pipe");
      ends = {pcbench::FileDescriptor(raw[0]), pcbench::FileDescriptor(raw[1])};
    }
  }
  void signal(std::size_t side) noexcept {
    const char byte = 0;
    while (::write(ends_[side].writer.get(), &byte, 1) != 1) {
    }
  }
  void await(std::size_t side) noexcept {
    char byte = 0;
    while (::read(ends_[side].reader.get(), &byte, 1) != 1) {
    }
  }

 private:
  struct Ends {
    pcbench::FileDescriptor reader, writer;
  };
  std::array<Ends, 2> ends_;
};

class ConditionPair {
 public:
  void signal(std::size_t side) {
    {
      const std::lock_guard lock(mutex_);
      signaled_[side] = true;
    }
    conditions_[side].notify_one();
  }
  void await(std::size_t side) {
    std::unique_lock lock(mutex_);
    conditions_[side].wait(lock, [&] { return signaled_[side]; });
    signaled_[side] = false;
  }

 private:
  std::mutex mutex_;
  std::array<bool, 2> signaled_{};
  std::array<std::condition_variable, 2> conditions_;
};

void on_one_and_two_cpus(benchmark::internal::Benchmark* hand_over) {
  hand_over->ArgName("cpus_apart")->UseRealTime()->Arg(0);
  if (pcbench::allowed_cpus().size() > 1) hand_over->Arg(1);
}

template <class Pair>
void hand_over(benchmark::State& state) {
  const bool same_cpu = state.range(0) == 0;
  const pcbench::KeptAffinity kept;
  const std::vector<std::size_t> cpus = pcbench::allowed_cpus();
  Pair pair;
  std::atomic<bool> over{false};
  std::thread partner([&] {
    pcbench::bind_to_cpu(same_cpu ? cpus[0] : cpus[1]);
    for (;;) {
      pair.await(1);
      if (over.load(std::memory_order_relaxed)) return;  // relaxed: await made it visible
      pair.signal(0);
    }
  });
  pcbench::bind_to_cpu(cpus[0]);
  for (auto _ : state) {
    pair.signal(1);
    pair.await(0);
  }
  over.store(true, std::memory_order_relaxed);  // relaxed: signal publishes it
  pair.signal(1);
  partner.join();
  state.counters["s_per_hand_over"] = benchmark::Counter(
      2 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK_TEMPLATE(hand_over, FutexPair)->Apply(on_one_and_two_cpus);
BENCHMARK_TEMPLATE(hand_over, PipePair)->Apply(on_one_and_two_cpus);
BENCHMARK_TEMPLATE(hand_over, ConditionPair)->Apply(on_one_and_two_cpus);

}  // namespace

BENCHMARK_MAIN();
