#include "compare/ab_command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/order_statistics.h"
#include "compare/ab_report.h"
#include "compare/bench_runner.h"

namespace pcbench {
namespace {

constexpr int kInterrupted = 130;

/// Why a case cannot be compared after both programs ran it once; empty: it can.
std::optional<NotCompared> reason_against(const StoredCase& base, const StoredCase* next) {
  if (next == nullptr) return left_out(base.id, "the new program has no such case", nullptr);
  if (base.floor) return left_out(base.id, "its transport moves nothing: the harness's own cost", nullptr);
  const auto bad = [](const StoredCase& one) {
    return one.stuck || one.outcome == Outcome::fail || !one.as_expected;
  };
  if (!bad(base) && !bad(*next)) return std::nullopt;
  return left_out(base.id, bad(*next) ? "new: " + next->problem : "base: " + base.problem, next);
}

std::vector<MetricKey> shared_metrics(const StoredCase& base, const StoredCase& next,
                                      const std::vector<std::string>& wanted) {
  std::vector<MetricKey> keys;
  for (const std::string& name : wanted) {
    const StoredMetric *const a = base.find(name), *const b = next.find(name);
    if (a == nullptr || b == nullptr || a->samples.empty() || b->samples.empty() || a->unit != b->unit)
      continue;
    keys.push_back({name, a->unit, a->higher_is_better});
  }
  return keys;
}

/// Sorts the cases of both surveys into those to compare and those not.
void choose_cases(const StoredReport& base, const StoredReport& next, const std::vector<std::string>& metrics,
                  AbReport& report) {
  for (const StoredCase& one : base.cases) {
    const StoredCase* const other = next.find(one.id);
    if (auto against = reason_against(one, other)) {
      report.left_out.push_back(std::move(*against));
      continue;
    }
    std::vector<MetricKey> keys = shared_metrics(one, *other, metrics);
    if (keys.empty()) {
      report.left_out.push_back({one.id, "no metric that both programs measured"});
      continue;
    }
    report.cases.push_back({one.id, std::move(keys)});
    report.rounds.push_back(rounds_for(one.elapsed_ns.empty() ? 1e9 : median(one.elapsed_ns)));
  }
  for (const StoredCase& one : next.cases)
    if (base.find(one.id) == nullptr)
      report.left_out.push_back(left_out(one.id, "the base program has no such case", &one));
}

/// Surveys, chooses, compares. False: the user stopped it before there was anything to compare.
bool measure(const AbOptions& options, SignalsHeld& signals, AbReport& report, std::ostream& err) {
  const StagingFolder folder(options.base, options.next, options.config);
  BenchRunner runner(folder, options.config_size, signals, options.rules.max_time_s,
                     options.progress ? &err : nullptr);
  Survey base = runner.survey(Side::base);
  if (base.interrupted) return false;
  Survey next = runner.survey(Side::next);
  if (next.interrupted) return false;
  report.gated = gated_metrics(options.metrics);
  choose_cases(base.report, next.report, report.gated, report);
  report.base_survey = std::move(base.json);
  report.new_survey = std::move(next.json);
  runner.choose(report.cases, report.rounds);
  report.record = run_ab_session(report.cases, report.rules, runner);
  report.elapsed_s = runner.elapsed_s();
  if (options.progress) err << "\r\x1b[K";
  return true;
}

}  // namespace

int ab_command(const AbOptions& options, std::ostream& out, std::ostream& err) {
  check_output(options.output);
  if (options.rules.pairs == 0) throw Error("0 pairs compare nothing", "--pairs", "give at least 8");
  AbReport report;
  report.base_path = options.base;
  report.new_path = options.next;
  report.rules = options.rules;
  report.started_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::now()));
  SignalsHeld signals;  // until the report is written
  if (!measure(options, signals, report, err)) report.record.interrupted = true;

  const Comparison comparison = comparison_of(report);
  const int status =
      report.record.interrupted ? kInterrupted : exit_status_of({&comparison, 1}, options.strict);
  try {
    write_comparison({&comparison, 1}, ab_json(report, comparison), options.output, out);
  } catch (const Error& error) {
    err << fmt::format("error: {} ({})\n", error.message, error.where);
    return status == kInterrupted || status == 1 || status == 3 ? status : 7;
  }
  return status;
}

}  // namespace pcbench
