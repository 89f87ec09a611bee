#include "compare/compare_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "compare/compare_reports.h"
#include "compare/comparison_writers.h"
#include "compare/history_trend.h"

namespace pcbench {
namespace {

constexpr const char* kCaveat =
    "rounds of one session share its minutes, its memory layout and its neighbours; p knows nothing of what "
    "differs between two sessions, so alike programs alarm more often than alpha says. `bench ab` "
    "interleaves both programs and keeps its rate";

void require_metrics(const std::vector<std::string>& wanted, const std::vector<StoredReport>& reports) {
  for (const std::string& name : wanted) {
    const bool known = std::any_of(reports.begin(), reports.end(), [&](const StoredReport& report) {
      return std::any_of(report.cases.begin(), report.cases.end(),
                         [&](const StoredCase& one) { return one.find(name) != nullptr; });
    });
    if (!known)
      throw Error(fmt::format("no case has a metric \"{}\"", name), "--metric",
                  "the reports name theirs under /cases/0/metrics");
  }
}

/// Sessions known to be alike lie LARGEST apart at most; a session that does not lie further from the base
/// has shown nothing, whatever the samples say.
void require_more_than_alike(const AlikeSessions& alike, double scaled_change, Comparison& comparison) {
  if (alike.pairs == 0) {
    comparison.caveats.emplace_back(
        "the history holds no two sessions of one clean commit of this machine, config and build");
    return;
  }
  const double rate = 100.0 / static_cast<double>(alike.pairs + 1);
  comparison.caveats.push_back(
      fmt::format("against {} pairs of alike sessions: the largest change is {:.1f} standard errors, theirs "
                  "at most {:.1f}; such a rule alarms falsely in {:.1f} % of the reports",
                  alike.pairs, scaled_change, alike.largest_scaled, rate));
  if (scaled_change > alike.largest_scaled) return;
  for (Claim& claim : comparison.claims) {
    if (claim.verdict != GateVerdict::regression && claim.verdict != GateVerdict::improvement) continue;
    claim.verdict = GateVerdict::inconclusive;
    claim.notes.emplace_back("alike sessions have lain as far apart");
  }
}

int write_and_exit(const std::vector<Comparison>& comparisons, const CompareOptions& options,
                   std::ostream& out, std::ostream& err) {
  const nlohmann::ordered_json document = {{"schema", "pcbench/comparison"},
                                           {"schema_version", "1.0"},
                                           {"comparisons", comparisons_json(comparisons)}};
  const int status = exit_status_of(comparisons, options.strict);
  try {
    write_comparison(comparisons, document, options.output, out);
  } catch (const Error& error) {
    err << fmt::format("error: {} ({})\n", error.message, error.where);
    return status == 1 || status == 3 ? status : 7;
  }
  return status;
}

/// The files say what was refused, so that a step that collects them finds them. Returns the exit status.
int write_refused(const StoredReport& base, const std::vector<StoredReport>& reports,
                  const CompareOptions& options, std::ostream& out, std::ostream& err) {
  std::vector<Comparison> comparisons;
  for (const StoredReport& next : reports) {
    Comparison& comparison = comparisons.emplace_back();
    comparison.label_base = base.path;
    comparison.label_new = next.path;
    comparison.rule = options.rule;
    for (std::string& refusal : obstacles(base, next))
      comparison.not_compared.push_back(left_out(next.path, "refused: " + std::move(refusal), nullptr));
    if (comparison.not_compared.empty())
      comparison.not_compared.push_back(left_out(next.path, "another report was refused", nullptr));
  }
  return write_and_exit(comparisons, options, out, err);
}

}  // namespace

int compare_command(const CompareOptions& options, std::ostream& out, std::ostream& err) {
  if (options.reports.size() < 2)
    throw Error("needs two reports at least", "compare", "bench compare BASE.json NEW.json");
  check_output(options.output);
  std::vector<StoredReport> reports;
  for (const std::string& path : options.reports) reports.push_back(read_report(path));
  require_metrics(options.metrics, reports);
  const StoredReport base = std::move(reports.front());
  reports.erase(reports.begin());

  std::vector<std::string> refusals;
  for (const StoredReport& next : reports)
    for (std::string& refusal : obstacles(base, next)) refusals.push_back(std::move(refusal));
  if (!refusals.empty() && !options.informational) {
    err << "error: these reports are not comparable\n";
    for (const std::string& refusal : refusals) err << "  " << refusal << '\n';
    err << "  hint: measure both on one machine with one config, or see the numbers with --informational\n";
    return write_refused(base, reports, options, out, err);
  }

  const std::vector<std::string> metrics = gated_metrics(options.metrics);
  std::vector<Comparison> comparisons = compare_reports(base, reports, metrics, options.rule);
  std::optional<AlikeSessions> alike;
  if (!options.history.empty()) {
    HistoryStore store = open_history(options.history);
    alike = alike_sessions(store, session_of(base), metrics);
  }
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    if (alike)
      require_more_than_alike(*alike, largest_scaled_change(base, reports[i], metrics).value_or(0),
                              comparisons[i]);
    if (!alike || alike->pairs == 0) comparisons[i].caveats.emplace_back(kCaveat);
    for (const std::string& refusal : refusals) comparisons[i].caveats.push_back("informational: " + refusal);
  }
  const int status = write_and_exit(comparisons, options, out, err);
  return options.informational && (status == 4 || status == 5) ? 0 : status;
}

}  // namespace pcbench
