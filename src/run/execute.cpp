#include "run/execute.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/noise_probe.h"
#include "base/system_files.h"
#include "run/environment.h"
#include "run/round.h"
#include "run/schedule.h"

namespace pcbench {
namespace {

/// Everything one execution of a plan carries from round to round.
class Execution {
 public:
  Execution(const Plan& plan, RunObserver& observer) : observer_(observer), random_(plan.seed) {
    run_.plan = plan;
    run_.environment = read_environment();
    run_.started_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    run_.cases.resize(plan.cases.size());
    for (std::size_t i = 0; i < plan.cases.size(); ++i) prepare(i);
  }

  RunRecord run() {
    for (std::uint32_t warmup = 0; warmup < run_.plan.warmup_rounds; ++warmup) pass(true);
    while (!done()) pass(false);
    run_.interrupted = signals_.interrupted();
    run_.complete = !run_.interrupted;
    run_.elapsed_ns = now_ns() - began_ns_;
    return std::move(run_);
  }

 private:
  void prepare(std::size_t index) {
    const Case& config = run_.plan.cases[index];
    setups_.push_back(make_setup(config, run_.plan.seed));
    const Setup& setup = setups_.back();
    CaseRecord& record = run_.cases[index];
    record.config = config;
    record.promises = setup.transport->promises;
    record.seed = setup.spec.seed;
    record.floor = setup.transport->floor;
    if (setup.spec.oversubscribed)
      record.warnings.push_back(
          {"oversubscribed",
           fmt::format("{} workers share {} CPUs", config.producers + config.consumers, usable_cpus()),
           "compare only with runs on as many CPUs, or ask for fewer workers", config.id});
  }

  /// One round of every case that still needs one, in a fresh random order.
  void pass(bool warmup) {
    for (const std::size_t index : shuffled(setups_.size(), random_)) {
      if (signals_.interrupted()) return;
      if (run_.cases[index].stop_reason.empty()) round(index, warmup);
    }
  }

  void round(std::size_t index, bool warmup) {
    CaseRecord& record = run_.cases[index];
    const Setup& setup = setups_[index];
    run_.elapsed_ns = now_ns() - began_ns_;
    observer_.round_begins(run_, index, warmup);
    try {
      keep(record, setup, play(setup), warmup);
    } catch (const Error& e) {
      refuse(record, e.where + ": " + e.message, e.hint);
    } catch (const std::exception& e) {  // memory, most likely: no reason to lose the other cases
      refuse(record, e.what(), "ask for fewer workers, rounds or messages");
    }
    if (signals_.interrupted()) record.stop_reason = "interrupted";
    run_.elapsed_ns = now_ns() - began_ns_;
    observer_.round_ended(run_, index, warmup);
  }

  static void refuse(CaseRecord& record, std::string text, std::string remedy) {
    record.stop_reason = "cannot_start";
    record.warnings.push_back({"cannot_start", std::move(text), std::move(remedy), record.config.id});
  }

  RoundResult play(const Setup& setup) {
    const auto timeout_ns = static_cast<std::uint64_t>(run_.plan.timeout_s * 1e9);
    const NoiseCounters before = read_noise(files_);
    RoundResult result =
        run_round(setup, timeout_ns, signals_, [&](std::uint64_t messages, std::uint64_t elapsed_ns) {
          observer_.round_moves(messages, setup.config->messages.value_or(0), elapsed_ns);
        });
    result.record.noise = {noise_between(before, read_noise(files_)), fastest_cpu_mhz(files_)};
    return result;
  }

  /// A warm-up round that ended well is forgotten; one that did not is evidence like any other.
  void keep(CaseRecord& record, const Setup& setup, RoundResult result, bool warmup) {
    record.effective = std::move(result.effective);
    note_cpus(setup, record.effective);
    if (warmup && result.record.end == RoundEnd::completed) return;
    result.record.index = static_cast<std::uint32_t>(record.rounds.size());
    result.record.order_index = next_order_index_++;
    record.rounds.push_back(std::move(result.record));
    record.stop_reason = finished_because(record, {run_.plan.rounds, run_.plan.precision});
  }

  static void note_cpus(const Setup& setup, Effective& effective) {
    if (setup.config->pin.mode == PinMode::none) return;
    std::vector<std::string> cpus;
    for (const std::int32_t cpu : setup.cpus) cpus.push_back(std::to_string(cpu));
    effective.others.emplace_back("cpus", std::move(cpus));
  }

  /// Whether no case needs another round; an adaptive plan whose time is up needs none either.
  bool done() {
    const bool late =
        !run_.plan.rounds && static_cast<double>(now_ns() - began_ns_) > run_.plan.max_time_s * 1e9;
    bool all = true;
    for (CaseRecord& record : run_.cases) {
      if (record.stop_reason.empty() && late && !record.rounds.empty()) record.stop_reason = "max_time";
      all = all && !record.stop_reason.empty();
    }
    return all || signals_.interrupted();
  }

  RunObserver& observer_;
  const SystemFiles files_;
  std::mt19937_64 random_;
  Signals signals_;
  std::uint64_t began_ns_ = now_ns();
  RunRecord run_;
  std::vector<Setup> setups_;
  std::uint64_t next_order_index_ = 0;
};

}  // namespace

RunRecord execute(const Plan& plan, RunObserver& observer) { return Execution(plan, observer).run(); }

}  // namespace pcbench
