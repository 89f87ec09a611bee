// pipelines: the cases of a config as Google Benchmark sees them, for people whose tooling speaks it. One
// iteration is one round, its time measured by the workers. One with an unexpected verdict has no time.
//   pipelines --config FILE… [--benchmark_…]    exits with 1 where a round was refused, 2 on wrong usage,
//                                             130 when interrupted
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "check/history/case_history.h"
#include "check/judge.h"
#include "model/names.h"
#include "plan/plan.h"
#include "run/execute.h"

namespace pcbench {
namespace {

/// Takes `--config FILE` and `--config=FILE` out of the arguments.
std::vector<std::string> take_configs(int& argc, char** argv) {
  std::vector<std::string> files;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--config" && i + 1 < argc) files.emplace_back(argv[++i]);
    else if (argument.starts_with("--config=")) files.emplace_back(argument.substr(9));
    else argv[kept++] = argv[i];
  }
  argc = kept;
  return files;
}

/// Judges what a case logs, where its verify is history.
class HistoryJudge final : public RunObserver {
 public:
  void round_logged(const RunRecord& run, std::size_t case_index, History&& history) override {
    history_.add(run.cases[case_index].rounds.back(), history);
  }
  [[nodiscard]] const CaseHistory& history() const { return history_; }

 private:
  CaseHistory history_;
};

/// Why RECORD's round is no measurement; empty: it is one.
std::string complaint(const CaseRecord& record, const CaseHistory& history) {
  if (record.rounds.empty()) return "no round could be run";
  const RoundRecord& round = record.rounds.back();
  if (round.end != RoundEnd::completed) return "the round ended " + std::string(name_of(round.end));
  for (const Verdict& verdict : judge(record, &history)) {
    const std::vector<Outcome> allowed = allowed_outcomes(record, verdict.check);
    if (std::find(allowed.begin(), allowed.end(), verdict.outcome) == allowed.end())
      return verdict.check + ": " + std::string(name_of(verdict.outcome)) + " " + verdict.reason;
  }
  return {};
}

std::int64_t received(const RoundRecord& round) {
  std::uint64_t messages = 0;
  for (const WorkerRecord& worker : round.workers)
    if (worker.role == Role::consumer) messages += worker.messages;
  return static_cast<std::int64_t>(messages);
}

/// What became of all that was run.
struct Tally {
  bool refused = false;      ///< a round was no measurement
  bool interrupted = false;  ///< the user wants no more
};

/// PLAN holds one case. Its warm-up rounds are run before the first repetition.
void run_case(benchmark::State& state, Plan& plan, Tally& tally) {
  for (auto _ : state) {
    if (tally.interrupted) return state.SkipWithError("interrupted");
    HistoryJudge logged;
    const RunRecord run = execute(plan, logged);
    plan.warmup_rounds = 0;
    const std::string wrong =
        run.interrupted ? "interrupted" : complaint(run.cases.front(), logged.history());
    tally.refused = tally.refused || !wrong.empty();
    tally.interrupted = run.interrupted;
    if (!wrong.empty()) return state.SkipWithError(wrong.c_str());
    const RoundRecord& round = run.cases.front().rounds.back();
    state.SetIterationTime(static_cast<double>(round.elapsed_ns) * 1e-9);
    state.SetItemsProcessed(received(round));
  }
}

int pipelines(int argc, char** argv) {
  const std::vector<std::string> files = take_configs(argc, argv);
  const auto sets_repetitions = [](const char* argument) {
    return std::string_view(argument).starts_with("--benchmark_repetitions");
  };
  const bool repetitions_given = std::any_of(argv, argv + argc, sets_repetitions);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (files.empty())
    throw Error("no config was given", "pipelines", "pipelines --config FILE [--benchmark_…]");
  Tally tally;
  for (const std::string& file : files) {
    const Plan whole = load_plan(file);
    for (const Case& config : whole.cases) {
      Plan plan = whole;
      plan.cases = {config};
      plan.rounds = 1;
      auto* registered = benchmark::RegisterBenchmark(
          config.id.c_str(),
          [plan, &tally](benchmark::State& state) mutable { run_case(state, plan, tally); });
      registered->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
      if (whole.rounds && !repetitions_given) registered->Repetitions(static_cast<int>(*whole.rounds));
    }
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return tally.interrupted ? 130 : tally.refused ? 1 : 0;
}

}  // namespace
}  // namespace pcbench

int main(int argc, char** argv) {
  try {
    if (pcbench::is_worker_command(argc, argv)) return pcbench::worker_main(argc, argv);
    return pcbench::pipelines(argc, argv);
  } catch (const pcbench::Error& e) {
    std::fprintf(stderr, "%s: %s\n%s\n", e.where.c_str(), e.message.c_str(), e.hint.c_str());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "pipelines: %s\n", e.what());
    return 2;
  }
}
