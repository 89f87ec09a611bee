#include "run/execute.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/mix.h"
#include "base/noise_probe.h"
#include "base/system_files.h"
#include "run/adds_up.h"
#include "run/environment.h"
#include "run/placement.h"
#include "run/round.h"
#include "run/schedule.h"

namespace pcbench {
namespace {

/// The CPU of the first producer and the first other one that a worker has, consumers before producers; twice
/// the same where none has. Of workers that are not pinned: the first two of ours.
CpuPair cpus_to_probe(const Setup& setup) {
  if (setup.config->pin.mode == PinMode::none) return first_two_cpus();
  const auto cpu_of = [&](std::size_t worker) { return static_cast<std::size_t>(setup.cpus[worker]); };
  for (std::size_t i = 0; i < setup.cpus.size(); ++i) {
    const std::size_t other = cpu_of((setup.spec.producers + i) % setup.cpus.size());
    if (other != cpu_of(0)) return {cpu_of(0), other};
  }
  return {cpu_of(0), cpu_of(0)};
}

/// Everything one execution of a plan carries from round to round.
class Execution {
 public:
  Execution(RunRecord past, RunObserver& observer, PlacementProbe probe)
      : observer_(observer), probe_(std::move(probe)), run_(std::move(past)) {
    if (run_.started_at.empty()) {
      run_.environment = read_environment();
      run_.started_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    }
    began_ns_ -= run_.elapsed_ns;  // as if there had been no break
    std::vector<CaseRecord> known = std::exchange(run_.cases, {});
    run_.cases.resize(run_.plan.cases.size());
    for (std::size_t i = 0; i < run_.cases.size(); ++i) {
      const std::string& id = run_.plan.cases[i].id;
      const auto same = [&](const CaseRecord& record) { return record.config.id == id; };
      const auto before = std::find_if(known.begin(), known.end(), same);
      prepare(i, before == known.end() ? nullptr : &*before);
    }
    random_.seed(next_order_index_ == 0 ? run_.plan.seed : mix64(run_.plan.seed + next_order_index_));
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
  /// BEFORE: what an earlier session left of it; nullptr: nothing.
  void prepare(std::size_t index, CaseRecord* before) {
    const Case& config = run_.plan.cases[index];
    setups_.push_back(make_setup(config, run_.plan.seed));
    Setup& setup = setups_.back();
    if (setup.spec.verify == Verify::history) {
      if (!clock_) clock_ = measure_clock_skew();
      setup.clock = *clock_;
    }
    CaseRecord& record = run_.cases[index];
    if (before != nullptr) {
      record = std::move(*before);
      for (const RoundRecord& round : record.rounds)
        next_order_index_ = std::max(next_order_index_, round.order_index + 1);
      return;
    }
    record.config = config;
    record.promises = setup.transport->promises;
    record.seed = setup.spec.seed;
    record.sample_every = setup.spec.sample_every;
    record.floor = setup.transport->floor;
    const std::uint32_t cpus = count_cpus(setup.cpus);
    if (setup.spec.oversubscribed)
      record.warnings.push_back(
          {"oversubscribed",
           fmt::format("{} workers share {} CPU{}", setup.cpus.size(), cpus, cpus == 1 ? "" : "s"),
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
    run_.elapsed_ns = now_ns() - began_ns_;
    observer_.round_begins(run_, index, warmup);
    try {
      for (int tries = 1; try_round(index, warmup, tries < kTriesMax); ++tries) {
      }
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
    const CpuPair cpus = cpus_to_probe(setup);
    const std::optional<double> before_lines_per_s = probe_(cpus);
    Setup now = setup;
    now.spec.near = is_near(before_lines_per_s);
    const NoiseCounters before = read_noise(files_);
    RoundResult result =
        run_round(now, timeout_ns, signals_, [&](std::uint64_t messages, std::uint64_t elapsed_ns) {
          observer_.round_moves(messages, setup.config->messages.value_or(0), elapsed_ns);
        });
    try {
      result.record.noise = {noise_between(before, read_noise(files_)), fastest_cpu_mhz(files_)};
      result.record.placement = classify_placement(before_lines_per_s, probe_(cpus));
    } catch (const std::exception& e) {  // the round is worth more than what surrounded it
      result.record.troubles.push_back(std::string("the machine's state after it is unknown: ") + e.what());
    }
    return result;
  }

  /// Plays one round and books it. A warm-up round is forgotten, and one during which the machine changed is
  /// discarded, only when all of it adds up: whatever does not is evidence. What a round logged is judged in
  /// any case. True: it was discarded, and is to be played again.
  bool try_round(std::size_t index, bool warmup, bool may_repeat) {
    CaseRecord& record = run_.cases[index];
    const Setup& setup = setups_[index];
    RoundResult result = play(setup);
    record.effective = std::move(result.effective);
    note_cpus(setup, record.effective);
    note_log(setup, record.effective);
    if (setup.spec.codec != Codec::raw)
      record.effective.others.emplace_back("frame_bytes", std::int64_t{setup.spec.message_bytes});
    if (setup.spec.load.step_count != 0 && setup.spec.sample_every != 0)
      record.effective.others.emplace_back("sample_every", std::int64_t{setup.spec.sample_every});
    if (setup.spec.trip_every != 0)
      record.effective.others.emplace_back("trip_every", std::int64_t{setup.spec.trip_every});
    const bool right = adds_up(setup, result.record);
    const bool forgotten = warmup && right;
    const bool again = !warmup && right && may_repeat && !signals_.interrupted() &&
                       result.record.placement.kind == PlacementClass::mixed;
    result.record.index = static_cast<std::uint32_t>(record.rounds.size());
    result.record.order_index = next_order_index_;
    warn_of_troubles(record, result.record);
    record.rounds.push_back(std::move(result.record));
    if (result.history) {
      if (forgotten || again) ++record.histories_not_kept;
      observer_.round_logged(run_, index, *std::move(result.history));
    }
    if (again) {
      RoundRecord& discarded = record.discarded_rounds.emplace_back(std::move(record.rounds.back()));
      discarded.discarded_because = "the machine's placement changed during it (mixed)";
      discarded.bitmap.reset();
    }
    if (forgotten || again) {
      record.rounds.pop_back();
      return again;
    }
    ++next_order_index_;
    record.stop_reason = finished_because(record, {run_.plan.rounds, run_.plan.precision});
    return false;
  }

  static void warn_of_troubles(CaseRecord& record, const RoundRecord& round) {
    if (round.held_up_ns != 0)
      record.warnings.push_back({"held_up",
                                 fmt::format("round {}: this program was stopped or got no CPU for {:.1f} s; "
                                             "its time limit was moved by that",
                                             round.index, static_cast<double>(round.held_up_ns) * 1e-9),
                                 "its times are worth little: let it run undisturbed", record.config.id});
    for (const std::string& trouble : round.troubles)
      record.warnings.push_back({"trouble", fmt::format("round {}: {}", round.index, trouble),
                                 "ask for fewer workers or messages, or raise the limits (ulimit -a)",
                                 record.config.id});
  }

  static void note_cpus(const Setup& setup, Effective& effective) {
    if (setup.config->pin.mode == PinMode::none) return;
    std::vector<std::string> cpus;
    for (const std::int32_t cpu : setup.cpus) cpus.push_back(std::to_string(cpu));
    effective.others.emplace_back("cpus", std::move(cpus));
  }

  static void note_log(const Setup& setup, Effective& effective) {
    if (setup.spec.verify != Verify::history) return;
    effective.others.emplace_back("history_operations",
                                  static_cast<std::int64_t>(setup.spec.consumer_log_operations));
    effective.others.emplace_back("clock_guard_ns", static_cast<std::int64_t>(setup.clock.guard_ns));
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

  /// A round that the machine changed under is played at most twice more.
  static constexpr int kTriesMax = 3;

  RunObserver& observer_;
  PlacementProbe probe_;
  std::optional<ClockSkew> clock_;  // measured for the first case that needs it
  const SystemFiles files_;
  std::mt19937_64 random_;
  Signals signals_;
  std::uint64_t began_ns_ = now_ns();
  RunRecord run_;
  std::vector<Setup> setups_;
  std::uint64_t next_order_index_ = 0;
};

}  // namespace

RunRecord execute(const Plan& plan, RunObserver& observer, PlacementProbe probe) {
  RunRecord nothing_yet;
  nothing_yet.plan = plan;
  return resume(std::move(nothing_yet), observer, std::move(probe));
}

RunRecord resume(RunRecord past, RunObserver& observer, PlacementProbe probe) {
  return Execution(std::move(past), observer, std::move(probe)).run();
}

}  // namespace pcbench
