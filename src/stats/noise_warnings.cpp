#include "stats/noise_warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "stats/rounds.h"

namespace pcbench {
namespace {

// Below these shares and rates the rounds' own spread hides what was taken.
constexpr double kStolenShareMax = 0.01;   // of the rounds' time on one CPU, summed over all
constexpr double kStalledShareMax = 0.10;  // of the rounds' time
constexpr double kSwitchesPerWorkerSecond = 100;
constexpr double kMigrationsPerWorkerSecond = 10;
constexpr std::uint64_t kEventsMin = 20;     // fewer are no rate
constexpr double kFrequencyRangeMax = 0.05;  // of the highest

/// All completed rounds together.
struct Totals {
  double elapsed_ns = 0;
  double worker_s = 0;
  std::uint64_t stolen_ns = 0;
  std::uint64_t throttled_count = 0;
  std::uint64_t throttled_ns = 0;
  std::uint64_t cpu_stalled_ns = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t migrations = 0;
  double least_mhz = 0;
  double most_mhz = 0;
};

Totals totals_of(const std::vector<const RoundRecord*>& rounds) {
  Totals totals;
  for (const RoundRecord* round : rounds) {
    const NoiseCounters& took = round->noise.took;
    totals.elapsed_ns += static_cast<double>(took.elapsed_ns);
    totals.worker_s +=
        static_cast<double>(round->elapsed_ns) / 1e9 * static_cast<double>(round->workers.size());
    totals.stolen_ns += took.stolen_ns.value_or(0);
    totals.throttled_count += took.throttled_count.value_or(0);
    totals.throttled_ns += took.throttled_ns.value_or(0);
    totals.cpu_stalled_ns += took.cpu_stalled_ns.value_or(0);
    for (const WorkerRecord& worker : round->workers) {
      totals.involuntary_switches += worker.involuntary_switches;
      totals.migrations += worker.migrations.value_or(0);
    }
    const double mhz = round->noise.fastest_cpu_mhz.value_or(0);
    if (mhz <= 0) continue;
    totals.most_mhz = std::max(totals.most_mhz, mhz);
    totals.least_mhz = totals.least_mhz == 0 ? mhz : std::min(totals.least_mhz, mhz);
  }
  return totals;
}

bool is_frequent(std::uint64_t events, double worker_s, double per_second_max) {
  return events >= kEventsMin && static_cast<double>(events) > per_second_max * worker_s;
}

class Warner {
 public:
  Warner(const CaseRecord& record, std::size_t rounds, const Totals& totals)
      : record_(record), rounds_(rounds), totals_(totals) {}

  void warn_of_machine() {
    const double stolen = share(totals_.stolen_ns), stalled = share(totals_.cpu_stalled_ns);
    if (stolen > kStolenShareMax)
      add("stolen_time",
          fmt::format("the hypervisor ran somebody else for {:.1f} % of one CPU's time during {}",
                      100 * stolen, rounds_text()),
          "measure on a machine or instance type with CPUs of its own");
    if (totals_.throttled_count != 0)
      add("throttled",
          fmt::format("a CPU quota stopped this control group {} times, {:.1f} ms in all, during {}",
                      totals_.throttled_count, static_cast<double>(totals_.throttled_ns) / 1e6,
                      rounds_text()),
          "run without a CPU quota (docker: no --cpus), or give whole CPUs (docker: --cpuset-cpus)");
    if (totals_.most_mhz - totals_.least_mhz > kFrequencyRangeMax * totals_.most_mhz)
      add("frequency",
          fmt::format("the CPU frequency went from {:.0f} to {:.0f} MHz between rounds", totals_.least_mhz,
                      totals_.most_mhz),
          "cpupower frequency-set -g performance, and turbo off (bench doctor)");
    if (oversubscribed()) return;
    if (stalled > kStalledShareMax)
      add("cpu_pressure",
          fmt::format("something waited for a CPU during {:.0f} % of the time of {}", 100 * stalled,
                      rounds_text()),
          "end what else runs; `top` names it");
  }

  void warn_of_workers() {
    if (oversubscribed()) return;
    // A worker that yields its CPU while it waits counts as put off it, too.
    const WaitStrategy wait = record_.config.wait;
    const bool yields = wait == WaitStrategy::yield || wait == WaitStrategy::backoff;
    if (!yields && is_frequent(totals_.involuntary_switches, totals_.worker_s, kSwitchesPerWorkerSecond))
      add("preempted",
          fmt::format("workers were put off their CPUs {} times, {:.0f} times a second each",
                      totals_.involuntary_switches, per_worker_s(totals_.involuntary_switches)),
          "end what else runs; isolated CPUs and `pin`");
    if (is_frequent(totals_.migrations, totals_.worker_s, kMigrationsPerWorkerSecond))
      add("migrations",
          fmt::format("workers were moved to another CPU {} times, {:.0f} times a second each",
                      totals_.migrations, per_worker_s(totals_.migrations)),
          "\"pin\": \"compact\" or \"spread\"");
  }

  void add(const char* id, std::string text, std::string remedy) {
    warnings_.push_back({id, std::move(text), std::move(remedy), record_.config.id});
  }

  std::vector<Warning> take() { return std::move(warnings_); }

 private:
  [[nodiscard]] std::string rounds_text() const {
    return rounds_ == 1 ? "1 round" : fmt::format("{} rounds", rounds_);
  }
  [[nodiscard]] double share(std::uint64_t ns) const {
    return totals_.elapsed_ns > 0 ? static_cast<double>(ns) / totals_.elapsed_ns : 0;
  }
  [[nodiscard]] double per_worker_s(std::uint64_t events) const {
    return static_cast<double>(events) / totals_.worker_s;
  }
  [[nodiscard]] bool oversubscribed() const {
    return std::any_of(record_.warnings.begin(), record_.warnings.end(),
                       [](const Warning& warning) { return warning.id == "oversubscribed"; });
  }

  const CaseRecord& record_;
  std::size_t rounds_;
  const Totals& totals_;
  std::vector<Warning> warnings_;
};

}  // namespace

std::vector<Warning> noise_warnings(const CaseRecord& record, const Steadiness& steadiness) {
  const std::vector<const RoundRecord*> rounds = completed_rounds(record);
  const Totals totals = totals_of(rounds);
  Warner warner(record, rounds.size(), totals);
  warner.warn_of_machine();
  warner.warn_of_workers();
  if (steadiness.judged && !steadiness.steady)
    warner.add("not_steady", "no steady state: " + steadiness.finding,
               "more warmup_rounds; if it stays, look at the samples: one median does not describe them");
  return warner.take();
}

}  // namespace pcbench
