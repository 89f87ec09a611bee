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
#include "cli/resume.h"
#include "cli/search.h"
#include "cli/terminal.h"
#include "report/record_file.h"
#include "report/targets.h"
#include "run/environment.h"
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
  RunRecord past;  ///< the plan, and what an earlier session did of it
  Outputs outputs;
};

/// What --resume asks for. The record itself is kept up to date.
Job resumed_job(const RunOptions& options) {
  RunRecord past = taken_over(read_record_file(options.resume), read_environment());
  Outputs outputs = choose_outputs(options, past.plan.name);
  const auto is_record = [&](const ReportTarget& target) {
    return place_of(target.path) == place_of(options.resume);
  };
  const auto same = std::find_if(outputs.files.begin(), outputs.files.end(), is_record);
  const FormatRow* const format = find_format("record");
  if (same == outputs.files.end()) outputs.files.push_back({format, options.resume});
  else if (same->format != format)
    throw Error("a report would take the place of the record", "--out " + same->path, "give it another name");
  return {std::move(past), std::move(outputs)};
}

Job planned_job(const std::string& config, const RunOptions& options) {
  RunRecord nothing_yet;
  nothing_yet.plan = load_plan(config, options.plan);
  Outputs outputs = choose_outputs(options, nothing_yet.plan.name);
  return {std::move(nothing_yet), std::move(outputs)};
}

/// What is made of a history, FILE by OPTION. PLACES: where reports and the like go; FILE is added.
void check_history_file(const std::string& option, const std::string& file, const std::vector<Job>& jobs,
                        std::set<std::string>& places, bool dry_run) {
  if (file.empty()) return;
  const auto logs = [](const Case& config) {
    const TransportRow* transport = find_transport(config.transport);
    return config.verify == Verify::history && transport != nullptr && !transport->floor;
  };
  const bool any = std::any_of(jobs.begin(), jobs.end(), [&](const Job& job) {
    return std::any_of(job.past.plan.cases.begin(), job.past.plan.cases.end(), logs);
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
  if (options.configs.empty() && options.resume.empty())
    throw Error("--config is required", "", "bench run --help");
  std::vector<Job> jobs;
  std::set<std::string> places;
  for (const std::string& config : options.configs) jobs.push_back(planned_job(config, options));
  if (!options.resume.empty()) jobs.push_back(resumed_job(options));
  for (const Job& job : jobs)
    for (const ReportTarget& target : job.outputs.files)
      if (!options.dry_run && !places.insert(place_of(target.path)).second)
        throw Error(fmt::format("the reports of two configs would both go to {}", target.path),
                    job.past.plan.name,
                    "run them one after the other, or leave out --out and give each config its own name");
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
  if (!options.resume.empty()) say(options, resumed_text(job.past));
  Report report;
  ExitStatus status = ExitStatus::ok;
  {
    const DeferredInterrupts interrupts;
    const std::vector<SearchedCase> searches = search_rates(job.past.plan, options.quiet);
    Assembler assembler;
    Monitor monitor(job.past, job.outputs, assembler, kept, options.quiet);
    RunRecord record = resume(std::move(job.past), monitor);
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
    status = worse(status, options.dry_run ? print_data(dry_run_text(job.past.plan))
                                           : run_job(job, options, kept, last));
    if (status == ExitStatus::interrupted) break;
  }
  return status;
}

}  // namespace pcbench
