#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "check/history/judge_history.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "history/history_file.h"
#include "model/names.h"
#include "report/json_parts.h"

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

void write_as_json(const History& history, const std::string& path) {
  if (path == "-") return write_history_json(history, std::cout);
  std::ofstream file(path);
  if (!file) throw system_error(path);
  write_history_json(history, file);
}

}  // namespace

ExitStatus recheck_command(const RecheckOptions& options) {
  const History history = read_history_file(options.file);
  if (!options.to_json.empty()) write_as_json(history, options.to_json);
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
  if (options.as_json) print_data(pretty_json({{"outcome", name_of(outcome)}, {"verdicts", json}}) + "\n");
  else if (options.to_json != "-") print_data(text);
  return outcome == Outcome::fail ? ExitStatus::incorrect : ExitStatus::ok;
}

}  // namespace pcbench
