#include "cli/gate_commands.h"

#include <algorithm>
#include <iostream>
#include <sstream>

#include "cli/terminal.h"
#include "plan/plan.h"
#include "run/environment.h"

namespace pcbench {
namespace {

constexpr const char* kCompareFooter = R"(
examples:
  bench compare old.json new.json                  exit 4 where something regressed
  bench compare old.json new.json newer.json       side by side
  bench compare old.json new.json --history perf.sqlite --out junit:compare.xml

The reports were taken at different times: how often this alarms wrongly is unknown without a --history of
this machine. `bench ab` knows.

exit status:
  0  nothing regressed               4  a regression was found
  1  a new case is incorrect         5  inconclusive, only with --strict
  2  usage, or a file is no report   6  another machine or config (--informational), or nothing compared
  3  a new case hung or died         7  a file could not be written)";

constexpr const char* kAbFooter = R"(
examples:
  bench ab --base old/bench --new new/bench --config configs/1to1.json
  bench ab --base old/bench --new new/bench --config FILE --max-time 60 --out junit:ab.xml --out ab.json

Each case is run by base, new and a copy of base in a drawn order, each in a fresh process. Verdicts are
sought after 16, 24 and 40 pairs, and when the time is over.

exit status:
  0  nothing regressed               4  a regression was found
  1  the new program is incorrect    5  inconclusive, only with --strict
  2  usage, program or config error  6  nothing could be compared
  3  the new program hung or died    7  a file could not be written, 130  interrupted)";

constexpr const char* kHistoryFooter = R"(
examples:
  bench history add results/1to1.json          reports of `run`, and of `ab` for its control
  bench history list
  bench history trend --case shm_spsc_ring     exit 4 when the last step was for the worse)";

constexpr const char* kDoctorFooter = R"(
examples:
  bench doctor --config configs/1to1.json
  bench doctor --require-quiet && bench ab ...     exit 6 where something spoils)";

constexpr const char* kOutHelp =
    "a JSON file, or FORMAT:FILE with json, markdown, github or junit; - is stdout; repeatable";
constexpr const char* kFormatHelp = "of stdout: console, json, markdown, github or junit";

/// A range that the help does not spell out; an error does.
CLI::Validator between(double least, double most) { return CLI::Range(least, most).description(""); }

void add_rule(CLI::App& command, GateRule& rule, std::vector<std::string>& metrics, bool& strict) {
  command.add_option("--alpha", rule.alpha, "chance of any false alarm in the whole report")
      ->type_name("P")
      ->check(between(1e-9, 0.5))
      ->capture_default_str();
  command.add_option("--min-effect", rule.min_effect, "a smaller change is no regression (0.03 is 3 %)")
      ->type_name("X")
      ->check(between(0, 10))
      ->capture_default_str();
  command.add_option("--margin", rule.margin, "a change surely smaller than this is none")
      ->type_name("X")
      ->check(between(1e-6, 10))
      ->capture_default_str();
  command.add_option("--metric", metrics, "gate this metric too; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_flag("--strict", strict, "exit 5 where a claim is inconclusive");
}

void add_output(CLI::App& command, ComparisonOutput& output, bool& no_color) {
  command.add_option("--out", output.outs, kOutHelp)->type_name("FILE")->allow_extra_args(false);
  command.add_option("--format", output.format, kFormatHelp)->type_name("FORMAT")->capture_default_str();
  command.add_flag("--no-color", no_color, "no colour, as with NO_COLOR in the environment");
}

void add_compare(CLI::App& app, GateOptions& options) {
  CLI::App* const compare =
      app.add_subcommand("compare", "two stored reports or more: what changed, how surely");
  compare->add_option("reports", options.compare.reports, "the base, then the others")
      ->type_name("REPORT")
      ->required()
      ->expected(2, 100);
  compare
      ->add_option("--history", options.compare.history,
                   "believe only what lies further apart than this store's sessions of one commit")
      ->type_name("DB");
  compare->add_flag("--informational", options.compare.informational,
                    "compare what differs in machine or config too, and never exit 4 or 5");
  compare->footer(kCompareFooter);
  add_rule(*compare, options.compare.rule, options.compare.metrics, options.compare.strict);
  add_output(*compare, options.compare.output, options.no_color);
}

void add_ab(CLI::App& app, GateOptions& options) {
  CLI::App* const ab = app.add_subcommand(
      "ab", "two programs in coin-ordered pairs: verdicts whose false-alarm rate is known");
  AbOptions& own = options.ab;
  ab->add_option("--base", own.base, "the `bench` to compare with")->type_name("BENCH")->required();
  ab->add_option("--new", own.next, "the `bench` under test")->type_name("BENCH")->required();
  ab->add_option("--config", own.config, "what both run")->type_name("FILE")->required();
  ab->add_option("--max-time", own.rules.max_time_s, "end with verdicts after so many seconds")
      ->type_name("S")
      ->check(between(1e-3, 1e6))
      ->capture_default_str();
  ab->add_option("--pairs", own.rules.pairs, "of each case, at most")
      ->type_name("N")
      ->check(between(8, 1000))
      ->capture_default_str();
  ab->add_option("--seed", own.rules.seed, "decides the order")->type_name("N")->capture_default_str();
  ab->footer(kAbFooter);
  add_rule(*ab, own.rules.gate, own.metrics, own.strict);
  add_output(*ab, own.output, options.no_color);
}

void add_history(CLI::App& app, GateOptions& options) {
  HistoryOptions& own = options.history;
  CLI::App* const history = app.add_subcommand("history", "the store of past reports");
  history->require_subcommand(1);
  history->footer(kHistoryFooter);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* const command = history->add_subcommand(name, help);
    command->add_option("--db", own.database, "the store")->type_name("FILE")->capture_default_str();
    return command;
  };
  add("add", "put reports of `run` and `ab` into it")
      ->add_option("reports", own.reports, "the reports")
      ->type_name("REPORT")
      ->required();
  CLI::App* const list = add("list", "the reports in it");
  CLI::App* const trend = add("trend", "how each case moved, with change points; exit 4 on a regression");
  trend->add_option("--name", own.name, "follow this config; default: the newest report's")
      ->type_name("CONFIG");
  trend->add_option("--case", own.case_part, "only cases whose id contains this")->type_name("TEXT");
  trend->add_option("--metric", own.metrics, "follow this metric too; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  trend->add_option("--last", own.last, "sessions to look at")
      ->type_name("N")
      ->check(between(2, 1000))
      ->capture_default_str();
  trend->add_option("--min-effect", own.rule.min_effect, "a smaller step is no regression")
      ->type_name("X")
      ->check(between(0, 10))
      ->capture_default_str();
  for (CLI::App* const command : {list, trend}) {
    command->add_flag("--json", own.as_json, "for machines");
    command->add_flag("--no-color", options.no_color, "no colour, as with NO_COLOR in the environment");
  }
}

void add_doctor(CLI::App& app, GateOptions& options) {
  CLI::App* const doctor =
      app.add_subcommand("doctor", "what here spoils measurements, and the command that mends it");
  doctor->add_option("--config", options.doctor_config, "are there cores for its workers?")
      ->type_name("FILE");
  doctor->footer(kDoctorFooter);
  doctor->add_flag("--require-quiet", options.doctor.require_quiet, "exit 6 where something spoils");
  doctor->add_flag("--json", options.doctor.as_json, "for machines");
  doctor->add_flag("--no-color", options.no_color, "no colour, as with NO_COLOR in the environment");
}

DoctorFacts doctor_facts(const std::string& config) {
  DoctorFacts facts;
  const Environment environment = read_environment();
  if (const auto* optimized = environment.find_as<bool>("build", "optimized")) facts.optimized = *optimized;
  if (const auto* sanitizers = environment.find_as<std::vector<std::string>>("build", "sanitizers"))
    for (const std::string& one : *sanitizers)
      facts.sanitizers += (facts.sanitizers.empty() ? "" : ", ") + one;
  if (config.empty()) return facts;
  facts.workers = 0;
  for (const Case& one : load_plan(config).cases)
    facts.workers = std::max(*facts.workers, one.producers + one.consumers);
  return facts;
}

/// Of a config that this program does not know, the programs under comparison say what is wrong.
ConfigSize config_size(const std::string& config) {
  try {
    const Plan plan = load_plan(config);
    return {plan.cases.size(), plan.warmup_rounds, plan.timeout_s};
  } catch (const Error&) {
    return {};
  }
}

int run_history(const CLI::App& history, const HistoryOptions& options, std::ostream& out) {
  if (history.got_subcommand("add")) return history_add(options, out, std::cerr);
  if (history.got_subcommand("list")) return history_list(options, out);
  return history_trend(options, out);
}

}  // namespace

void add_gate_commands(CLI::App& app, GateOptions& options) {
  add_compare(app, options);
  add_ab(app, options);
  add_history(app, options);
  add_doctor(app, options);
}

ExitStatus gate_command(const CLI::App& app, GateOptions& options) {
  const FormatOptions text = format_options(Stream::out, !options.no_color);
  options.compare.output.text = options.ab.output.text = options.history.text = options.doctor.text = text;
  int status = 0;
  std::ostringstream out;
  if (app.got_subcommand("compare")) {
    status = compare_command(options.compare, out, std::cerr);
  } else if (app.got_subcommand("ab")) {
    options.ab.progress = is_terminal(Stream::err);
    options.ab.config_size = config_size(options.ab.config);
    status = ab_command(options.ab, out, std::cerr);
  } else if (app.got_subcommand("history")) {
    status = run_history(*app.get_subcommand("history"), options.history, out);
  } else {
    options.doctor.facts = doctor_facts(options.doctor_config);
    status = doctor_command(options.doctor, out);
  }
  return worse(static_cast<ExitStatus>(status), print_data(out.view()));
}

}  // namespace pcbench
