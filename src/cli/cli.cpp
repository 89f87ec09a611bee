#include "cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "build_info.h"
#include "cli/commands.h"
#include "cli/gate_commands.h"
#include "cli/terminal.h"
#include "plan/suggest.h"
#include "report/schemas.h"
#include "run/mpi/job.h"
#include "transport/plugin/plugin.h"

namespace pcbench {
namespace {

constexpr std::array<std::string_view, 10> kCommands = {"run",    "list",    "validate", "schema",  "recheck",
                                                        "report", "compare", "ab",       "history", "doctor"};

constexpr const char* kFooter = R"(
examples:
  bench --config configs/nton.json              run it; the report goes to results/nton.json
  bench run --config FILE --out r.json --quiet  run it, say nothing, leave the report in r.json
  bench run --config FILE --format csv          numbers for a spreadsheet on stdout
  bench run --config FILE --dry-run             the cases and a guess at their time, nothing is run
  bench run --config FILE --filter 'transport:shm* producers:4' --set /rounds=3
  bench list transports                         what there is, and what it promises
  bench run --config FILE --out record:r.rec    keep all evidence: go on after Ctrl-C with --resume r.rec
  bench report results/nton.json --html p.html  one page to look at, with everything in it
  bench compare old.json new.json               what changed between two reports
  bench ab --base OLD --new NEW --config FILE   two programs in turn: a verdict with a known error rate
  bench doctor                                  what on this machine spoils measurements

exit status:
  0    every verdict is as expected
  1    a verdict is not: messages lost, doubled, reordered or corrupted, an end too early or too late; or
       there is none where there should be, as of a case that could not be started
  2    usage or config error; nothing was run
  3    a case could not finish: a hang, or a worker that died unasked
  4    a regression was found (compare, ab, history trend)
  5    inconclusive, only with --strict (compare, ab)
  6    refused: nothing that can be compared (compare, ab), a noisy machine (doctor --require-quiet)
  7    the report could not be written
  130  interrupted; the report holds what had finished)";

/// What the command line came to, whichever command it was.
struct Arguments {
  RunOptions run;
  std::string list_topic;
  bool list_json = false;
  std::vector<std::string> validate_files;
  std::string schema;
  RecheckOptions recheck;
  ReportOptions report;
  GateOptions gate;
  std::vector<std::string> plugins;
};

/// For every command that names transports.
void add_plugin(CLI::App* command, std::vector<std::string>& plugins) {
  command
      ->add_option("--plugin", plugins,
                   "a shared library of a queue of yours (docs/your-queue.md); repeatable")
      ->allow_extra_args(false)
      ->type_name("FILE");
}

void add_run(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "run a config's cases, check and report them (the default)");
  run->add_option("--config", options.configs, "the config; several run one after the other")
      ->type_name("FILE");
  CLI::Option* resume =
      run->add_option("--resume", options.resume,
                      "instead of a config: go on with what --out record:FILE kept of a run that ended early")
          ->type_name("FILE");
  const auto add_each = [&](const char* name, std::vector<std::string>& values, const char* help) {
    return run->add_option(name, values, help)->allow_extra_args(false);
  };
  add_each("--out", options.outs,
           "where the report goes: a JSON file, FORMAT:FILE, or - for stdout; repeatable")
      ->type_name("FILE");
  run->add_option("--history-out", options.history_out,
                  "write the first failing or else the last round's history for `bench recheck`: JSON where "
                  "it ends in .json, else binary")
      ->type_name("FILE");
  run->add_option("--trace", options.trace,
                  "draw that round for ui.perfetto.dev: pushes, pops, waits, faults and occupancy, as Chrome "
                  "trace events")
      ->type_name("FILE");
  run->add_option("--format", options.format, "what stdout gets: a name of `bench list formats`")
      ->type_name("FORMAT");
  run->add_option("--filter", options.plan.filter, "only cases that match every KEY:PATTERN")
      ->type_name("EXPR");
  add_each("--set", options.plan.set, "override any key of the config, for example /rounds=3; repeatable")
      ->type_name("POINTER=VALUE");
  run->add_option("--rounds", options.plan.rounds, "exactly so many rounds")->type_name("N");
  run->add_option("--max-time", options.plan.max_time_s, "adaptive rounds end after so long")->type_name("S");
  run->add_option("--seed", options.plan.seed, "decides order, payload and schedule")->type_name("N");
  run->add_option("--launcher", options.launcher,
                  "mpi: the workers are ranks that mpirun has started, on one host or many")
      ->check(CLI::IsMember({"mpi"}));
  run->add_flag("--list,--dry-run", options.dry_run, "print the cases and a guess at their time instead");
  run->add_flag("--quiet", options.quiet, "say nothing but errors and what --format asks for");
  run->add_flag("--no-color", options.no_color, "no colour, as with NO_COLOR in the environment");
  for (const char* made_by_the_config :
       {"--config", "--filter", "--set", "--rounds", "--max-time", "--seed", "--dry-run"})
    resume->excludes(run->get_option(made_by_the_config));
  run->footer(kFooter);
}

void add_commands(CLI::App& app, Arguments& arguments) {
  add_run(app, arguments.run);
  add_plugin(app.get_subcommand("run"), arguments.plugins);
  CLI::App* list = app.add_subcommand("list", "what can be combined: the registries, with promises");
  list->add_option("topic", arguments.list_topic,
                   "transports, stops, waits, codecs, checks or formats; without it: all")
      ->check(CLI::IsMember({"transports", "stops", "waits", "codecs", "checks", "formats"}));
  list->add_flag("--json", arguments.list_json, "for machines");
  add_plugin(list, arguments.plugins);
  CLI::App* validate = app.add_subcommand("validate", "all errors of configs; nothing is run");
  validate->add_option("files", arguments.validate_files, "the configs")->required();
  add_plugin(validate, arguments.plugins);
  CLI::App* recheck =
      app.add_subcommand("recheck", "judge a stored history of pushes and pops, or a run's record, again");
  recheck
      ->add_option("file", arguments.recheck.file,
                   "the history, JSON or binary, - for standard input; or the record")
      ->required();
  recheck->add_flag("--json", arguments.recheck.as_json, "verdicts as in a report");
  recheck->add_option("--to-json", arguments.recheck.to_json, "write the history as JSON, too")
      ->type_name("FILE");
  CLI::App* report = app.add_subcommand("report", "one self-contained page of stored reports");
  report->add_option("files", arguments.report.files, "JSON of run, ab, compare and history trend")
      ->type_name("FILE")
      ->required();
  report->add_option("--html", arguments.report.html, "the page; - for stdout")->type_name("OUT")->required();
  std::vector<std::string> names;
  for (const SchemaRow& row : schemas()) names.emplace_back(row.name);
  app.add_subcommand("schema", "print a JSON Schema")
      ->add_option("which", arguments.schema, fmt::format("{}", fmt::join(names, ", ")))
      ->required()
      ->check(CLI::IsMember(names));
  add_gate_commands(app, arguments.gate);
}

/// ARGV without the program, with the default command put in where none is named. Errors: Error for a command
/// that is not there.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) throw Error("there is nothing to do", "", "bench --config FILE, or bench --help");
  const std::string first = words.front();
  if (first == "--help" || first == "-h" || first == "--version") return words;
  if (first.starts_with("-")) {
    words.insert(words.begin(), "run");
    return words;
  }
  if (std::find(kCommands.begin(), kCommands.end(), first) == kCommands.end())
    throw Error(fmt::format("there is no command \"{}\"", first), "",
                did_you_mean(first, {kCommands.begin(), kCommands.end()}));
  return words;
}

/// What CLI11 found wrong, as an Error.
Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = app.get_subcommands();
  const CLI::App& command = commands.empty() ? app : *commands.front();
  std::string remedy = fmt::format("bench {}{}--help", command.get_name(), commands.empty() ? "" : " ");
  if (commands.empty()) return Error(error.what(), "", remedy);
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  for (const std::string& extra : command.remaining()) {
    const std::string_view near = closest(extra.substr(0, extra.find('=')), {names.begin(), names.end()});
    if (!near.empty())
      remedy = fmt::format("did you mean {}? bench {} --help lists all", near, command.get_name());
  }
  return Error(error.what(), "", remedy);
}

/// Runs as this process, or as one of an MPI job.
ExitStatus launch(const RunOptions& options) {
  if (options.launcher.empty()) return run_command(options);
  MpiJob::join();
  const ExitStatus status = run_command(options);
  MpiJob::current()->end();
  return status;
}

ExitStatus dispatch(const CLI::App& app, Arguments& arguments) {
  for (const std::string& plugin : arguments.plugins) load_plugin(plugin);
  if (app.got_subcommand("list")) return list_command(arguments.list_topic, arguments.list_json);
  if (app.got_subcommand("validate")) return validate_command(arguments.validate_files);
  if (app.got_subcommand("recheck")) return recheck_command(arguments.recheck);
  if (app.got_subcommand("report")) return report_command(arguments.report);
  if (app.got_subcommand("run")) return launch(arguments.run);
  if (!app.got_subcommand("schema")) return gate_command(app, arguments.gate);
  return print_data(schema_named(arguments.schema));
}

ExitStatus obey(int argc, char** argv) {
  std::vector<std::string> words = words_of(argc, argv);
  Arguments arguments;
  CLI::App app("fio for producer-consumer pipelines, with a referee built in", "bench");
  app.set_version_flag("--version",
                       fmt::format("pcbench {} ({}, {}, {})", build_info::kVersion, build_info::kGitCommit,
                                   build_info::kType, build_info::kCompiler));
  app.require_subcommand(1);
  app.footer(kFooter);
  add_commands(app, arguments);
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return print_data(app.help());
  } catch (const CLI::CallForVersion& version) {
    return print_data(std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    throw usage_error(app, error);
  }
  return dispatch(app, arguments);
}

}  // namespace

int cli_main(int argc, char** argv) {
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);  // both become errors of write()
  try {
    return static_cast<int>(obey(argc, argv));
  } catch (const Error& error) {
    print_error(error);
  } catch (const std::exception& error) {
    print_error(Error(error.what()));
  }
  return static_cast<int>(ExitStatus::usage);
}

void print_error(const Error& error) {
  std::fprintf(stderr, "error: %s\n", error.message.c_str());
  if (!error.where.empty()) std::fprintf(stderr, "  at: %s\n", error.where.c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "  hint: %s\n", error.hint.c_str());
}

}  // namespace pcbench
