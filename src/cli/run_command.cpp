#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <set>
#include <sstream>
#include <utility>

#include "base/stop_signals.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/dry_run.h"
#include "cli/monitor.h"
#include "cli/search.h"
#include "cli/terminal.h"
#include "report/targets.h"
#include "transport/registry.h"

namespace pcbench {
namespace {

/// While it lives, Ctrl-C and its like wait: execute() takes them as they come, and the report is written in
/// peace even when there are several. Those that nobody took are dropped at its end.
class DeferredInterrupts {
 public:
  DeferredInterrupts() : signals_(stop_signals()) { ::sigprocmask(SIG_BLOCK, &signals_, &before_); }
  DeferredInterrupts(const DeferredInterrupts&) = delete;
  DeferredInterrupts& operator=(const DeferredInterrupts&) = delete;
  ~DeferredInterrupts() {
    const timespec now{};
    while (::sigtimedwait(&signals_, nullptr, &now) > 0) {
    }
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }

  [[nodiscard]] bool arrived() const {
    sigset_t waiting, both;
    sigpending(&waiting);
    sigandset(&both, &waiting, &signals_);
    return sigisemptyset(&both) == 0;
  }

 private:
  sigset_t signals_;
  sigset_t before_{};
};

struct Job {
  Plan plan;
  Outputs outputs;
};

/// What is made of a history, FILE by OPTION. PLACES: where reports and the like go; FILE is added.
void check_history_file(const std::string& option, const std::string& file, const std::vector<Job>& jobs,
                        std::set<std::string>& places, bool dry_run) {
  if (file.empty()) return;
  const auto logs = [](const Case& config) {
    const TransportRow* transport = find_transport(config.transport);
    return config.verify == Verify::history && transport != nullptr && !transport->floor;
  };
  const bool any = std::any_of(jobs.begin(), jobs.end(), [&](const Job& job) {
    return std::any_of(job.plan.cases.begin(), job.plan.cases.end(), logs);
  });
  if (!any)
    throw Error("no case logs a history", option + " " + file,
                "set \"verify\": \"history\", for example with --set /defaults/verify=history");
  if (dry_run) return;
  if (!places.insert(place_of(file)).second)
    throw Error("a report and the history would go to one file", option + " " + file, "give each its own");
  check_writable(file);
}

/// Everything that can be wrong is found here, before anything is run.
std::vector<Job> plan_jobs(const RunOptions& options) {
  std::vector<Job> jobs;
  std::set<std::string> places;
  for (const std::string& config : options.configs) {
    Plan plan = load_plan(config, options.plan);
    Outputs outputs = choose_outputs(options, plan.name);
    for (const ReportTarget& target : outputs.files)
      if (!options.dry_run && !places.insert(place_of(target.path)).second)
        throw Error(fmt::format("the reports of two configs would both go to {}", target.path), config,
                    "run them one after the other, or leave out --out and give each config its own name");
    jobs.push_back({std::move(plan), std::move(outputs)});
  }
  check_history_file("--history-out", options.history_out, jobs, places, options.dry_run);
  check_history_file("--trace", options.trace, jobs, places, options.dry_run);
  if (!options.dry_run)
    for (const Job& job : jobs) check_outputs(job.outputs);
  return jobs;
}

void say(const RunOptions& options, const std::string& text) {
  if (!options.quiet) std::fputs(text.c_str(), stderr);
}

ExitStatus write_files(const Report& report, const Outputs& outputs, const RunOptions& options) {
  ExitStatus status = ExitStatus::ok;
  for (const ReportTarget& target : outputs.files) {
    try {
      write_report_file(report, *target.format, target.path);
      say(options, fmt::format("report: {}\n", target.path));
    } catch (const Error& error) {
      print_error(error);
      status = ExitStatus::not_written;
    }
  }
  return status;
}

/// Stdout after the files: a reader that blocks it cannot cost anybody the report.
ExitStatus write_streams(const Report& report, const Outputs& outputs, const RunOptions& options) {
  const auto text_as = [&](const FormatRow& format, Stream stream) {
    std::ostringstream text;
    format.write(report, format_options(stream, !options.no_color), text);
    return text.str();
  };
  if (outputs.table_on_stderr) say(options, text_as(*find_format("console"), Stream::err));
  if (outputs.on_stdout == nullptr) return ExitStatus::ok;
  return print_data(text_as(*outputs.on_stdout, Stream::out));
}

ExitStatus write_history(const KeptHistory& kept, const RunOptions& options) {
  try {
    say(options, kept.write());
    return ExitStatus::ok;
  } catch (const Error& error) {
    print_error(error);
    return ExitStatus::not_written;
  }
}

/// LAST: no other job follows, so that an interrupt that comes when all has been run has nothing to stop.
ExitStatus run_job(Job& job, const RunOptions& options, KeptHistory& kept, bool last) {
  Report report;
  ExitStatus status = ExitStatus::ok;
  {
    const DeferredInterrupts interrupts;
    const std::vector<SearchedCase> searches = search_rates(job.plan, options.quiet);
    Assembler assembler;
    Monitor monitor(job.plan, job.outputs, assembler, kept, options.quiet);
    RunRecord record = execute(job.plan, monitor);
    monitor.finish();
    add_searches(searches, record);
    report = assembler.assemble(std::move(record));
    status = worse(status_of(report), write_files(report, job.outputs, options));
    if (!last && interrupts.arrived()) status = worse(status, ExitStatus::interrupted);
    if (last || status == ExitStatus::interrupted) status = worse(status, write_history(kept, options));
  }
  return worse(status, write_streams(report, job.outputs, options));
}

}  // namespace

ExitStatus run_command(const RunOptions& options) {
  std::vector<Job> jobs = plan_jobs(options);
  KeptHistory kept(options.history_out, options.trace);
  ExitStatus status = ExitStatus::ok;
  for (Job& job : jobs) {
    const bool last = &job == &jobs.back();
    status = worse(status,
                   options.dry_run ? print_data(dry_run_text(job.plan)) : run_job(job, options, kept, last));
    if (status == ExitStatus::interrupted) break;
  }
  return status;
}

}  // namespace pcbench
