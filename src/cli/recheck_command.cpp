#include <fmt/format.h>

#include <sstream>

#include "check/history/judge_history.h"
#include "cli/assemble.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "history/history_file.h"
#include "model/names.h"
#include "report/json_parts.h"
#include "report/record_file.h"

namespace pcbench {
namespace {

std::string fact_text(const Fact& fact) { return fact_json(fact).dump(); }

std::string verdict_text(const Verdict& verdict) {
  std::string text = fmt::format("{:<12}{}", verdict.check, name_of(verdict.outcome));
  for (const auto& [name, fact] : verdict.facts) text += fmt::format("  {} {}", name, fact_text(fact));
  text += '\n';
  if (!verdict.reason.empty()) text += fmt::format("  {}\n", verdict.reason);
  if (verdict.counter_example && verdict.counter_example->what != verdict.reason)
    text += fmt::format("  first: {}\n", verdict.counter_example->what);
  return text;
}

ExitStatus write_as_json(const History& history, const std::string& path) {
  std::ostringstream text;
  write_history_json(history, text);
  if (path == "-") return print_data(text.view());
  try {
    write_text_file(text.view(), path);
  } catch (const Error& error) {
    print_error(error);
    return ExitStatus::not_written;
  }
  return ExitStatus::ok;
}

/// Every case of a run, judged again from its evidence.
ExitStatus recheck_record(const RecheckOptions& options) {
  if (!options.to_json.empty())
    throw Error("a record holds no single operations", "--to-json " + options.to_json,
                "log a history with --history-out FILE");
  const Report report = Assembler().assemble(read_record_file(options.file));
  ExitStatus status = ExitStatus::ok;
  Outcome outcome = Outcome::pass;
  OrderedJson cases = OrderedJson::array();
  std::string text;
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const CaseReport& one = report.cases[i];
    const CaseRecord& record = report.record.cases[i];
    outcome = worst(outcome, one.outcome);
    if (one.outcome == Outcome::fail && !one.as_expected) status = ExitStatus::incorrect;
    cases.push_back({{"id", record.config.id},
                     {"outcome", name_of(one.outcome)},
                     {"expected", name_of(one.expected)},
                     {"as_expected", one.as_expected}});
    text += fmt::format("{}: {} in {} rounds{}\n", record.config.id, name_of(one.outcome),
                        record.rounds.size(), one.as_expected ? "" : ", not as expected");
    for (const Verdict& verdict : one.verdicts) {
      cases.back()["verdicts"].push_back(verdict_json(verdict));
      text += "  " + verdict_text(verdict);
    }
  }
  if (options.as_json) text = pretty_json({{"outcome", name_of(outcome)}, {"cases", cases}});
  return worse(status, print_data(text));
}

}  // namespace

ExitStatus recheck_command(const RecheckOptions& options) {
  if (is_record_file(options.file)) return recheck_record(options);
  if (options.as_json && options.to_json == "-")
    throw Error("stdout is to carry two documents", "--json --to-json -", "send the history to a file");
  const History history = read_history_file(options.file);
  const std::vector<Verdict> verdicts = recheck(history);
  Outcome outcome = Outcome::pass;
  OrderedJson json = OrderedJson::array();
  std::string text =
      fmt::format("{} operations by {} workers\n", history.operations.size(), history.workers.size());
  for (const Verdict& verdict : verdicts) {
    outcome = worst(outcome, verdict.outcome);
    json.push_back(verdict_json(verdict));
    text += verdict_text(verdict);
  }
  ExitStatus status = outcome == Outcome::fail ? ExitStatus::incorrect : ExitStatus::ok;
  if (!options.to_json.empty()) status = worse(status, write_as_json(history, options.to_json));
  if (options.as_json) text = pretty_json({{"outcome", name_of(outcome)}, {"verdicts", json}});
  return options.to_json == "-" ? status : worse(status, print_data(text));
}

}  // namespace pcbench
