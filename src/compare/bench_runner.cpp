#include "compare/bench_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "base/order_statistics.h"
#include "report/json_file.h"

namespace pcbench {
namespace {

namespace fs = std::filesystem;

constexpr int kInterruptedStatus = 130;

void stage(const std::string& from, const fs::path& to, fs::perms permissions) {
  std::error_code error;
  if (!fs::is_regular_file(from, error))
    throw Error("is no file that could be compared", from, "give the path of a `bench` program");
  fs::copy_file(from, to, error);
  if (!error) fs::permissions(to, permissions, error);
  if (error)
    throw Error("cannot be copied: " + error.message(), from, "TMPDIR chooses another folder for the copies");
}

std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// The glob that matches exactly ID, but for the characters that a filter cannot hold.
std::string pattern_of(std::string id) {
  std::replace_if(id.begin(), id.end(), [](char c) { return c == ' ' || c == '*' || c == '\t'; }, '?');
  return id;
}

/// What REPORT, of a run of nothing but WANTED, says.
void take_report(const StoredReport& report, const AbCase& wanted, CaseRun& run) {
  const StoredCase* const found = report.find(wanted.id);
  if (found == nullptr) throw Error("the report does not hold the case", wanted.id);
  if (found->stuck || found->outcome == Outcome::fail || !found->as_expected) {
    run.end = found->stuck ? RunEnd::stuck : RunEnd::incorrect;
    run.problem = found->problem;
    return;
  }
  for (const MetricKey& key : wanted.metrics) {
    const StoredMetric* const metric = found->find(key.name);
    const bool usable = metric != nullptr && !metric->samples.empty() && median(metric->samples) > 0;
    run.values.push_back(usable ? std::optional(median(metric->samples)) : std::nullopt);
  }
  for (const std::string& placement : found->placements)  // rounds that fell apart are a class of their own
    run.placement = run.placement == "unknown" || run.placement == placement ? placement : "mixed";
}

}  // namespace

StagingFolder::StagingFolder(const std::string& base, const std::string& next, const std::string& config) {
  std::string name = (fs::temp_directory_path() / "pcbench-ab-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw system_error(name, "TMPDIR chooses another folder for the copies");
  path_ = name;
  try {
    for (const auto& [side, program] :
         {std::pair{Side::base, base}, {Side::next, next}, {Side::control, base}}) {
      fs::create_directory(fs::path(file(side, "")).parent_path());
      stage(program, file(side, "bench"), fs::perms::owner_all);
    }
    stage(config, path_ / "config.json", fs::perms::owner_read | fs::perms::owner_write);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    throw;
  }
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string StagingFolder::file(Side side, const char* name) const {
  constexpr const char* kFolders[kSides] = {"a", "b", "c"};
  return (path_ / kFolders[static_cast<std::size_t>(side)] / name).string();
}

BenchRunner::BenchRunner(const StagingFolder& folder, const ConfigSize& config, SignalsHeld& signals,
                         double max_time_s, std::ostream* progress)
    : folder_(folder),
      config_(config),
      signals_(signals),
      max_time_s_(max_time_s),
      progress_(progress),
      begun_ns_(now_ns()) {}

std::vector<std::string> BenchRunner::command(Side side, std::uint32_t rounds) const {
  return {folder_.program(side),  "run",   "--config",           folder_.config(), "--rounds",
          std::to_string(rounds), "--out", folder_.report(side), "--quiet",        "--no-color"};
}

double limit_s(const ConfigSize& config, std::size_t cases, std::uint32_t rounds) {
  constexpr double kBesidesS = 5;  // of each round: workers are made and end
  return (config.timeout_s + kBesidesS) * (rounds + config.warmup_rounds) * static_cast<double>(cases);
}

Survey BenchRunner::survey(Side side) {
  if (progress_ != nullptr)
    *progress_ << fmt::format("\rab: surveying the {} program's cases\x1b[K",
                              side == Side::base ? "base" : "new")
               << std::flush;
  const ChildEnd end =
      run_child(command(side, 1), folder_.errors(side), limit_s(config_, config_.cases, 1), signals_);
  Survey survey;
  survey.interrupted = end.interrupted || end.status == kInterruptedStatus;
  if (survey.interrupted) return survey;
  const bool reported = fs::exists(folder_.report(side));
  if (end.timed_out || !reported)
    throw Error(fmt::format("the {} program {}: {}", side == Side::base ? "base" : "new",
                            end.timed_out ? "did not end in time"
                                          : fmt::format("left no report, exit status {}", end.status),
                            end.stderr_text),
                "ab", "run it with this config by itself");
  survey.json = read_json_file(folder_.report(side), kUnreadKeys);
  survey.report = report_of(survey.json, folder_.report(side));
  return survey;
}

void BenchRunner::choose(std::vector<AbCase> cases, std::vector<std::uint32_t> rounds) {
  cases_ = std::move(cases);
  rounds_ = std::move(rounds);
}

double BenchRunner::elapsed_s() { return static_cast<double>(now_ns() - begun_ns_) / 1e9; }

void BenchRunner::pass_begins(std::size_t pass, std::size_t pairs, std::size_t undecided) {
  if (progress_ == nullptr) return;
  *progress_ << fmt::format(
                    "\rab: pair {} of {} at most, {} of {} cases undecided, {:.0f} s of {:.0f} s\x1b[K",
                    pass + 1, pairs, undecided, cases_.size(), elapsed_s(), max_time_s_)
             << std::flush;
}

CaseRun BenchRunner::run(std::size_t case_index, Side side) {
  const AbCase& wanted = cases_[case_index];
  const std::uint32_t rounds = rounds_[case_index];
  std::vector<std::string> argv = command(side, rounds);
  argv.insert(argv.end(), {"--filter", "id:" + pattern_of(wanted.id)});
  std::error_code ignored;
  fs::remove(folder_.report(side), ignored);

  const NoiseCounters before = read_noise(files_);
  const ChildEnd end = run_child(argv, folder_.errors(side), limit_s(config_, 1, rounds), signals_);
  CaseRun run;
  run.disturbed = is_disturbed(noise_between(before, read_noise(files_)));
  if (end.interrupted || end.status == kInterruptedStatus) {
    run.end = RunEnd::interrupted;
    return run;
  }
  if (end.timed_out || !fs::exists(folder_.report(side))) {
    run.end = RunEnd::failed;
    run.problem = end.timed_out
                      ? "the program did not end in time"
                      : fmt::format("no report, exit status {}: {}", end.status, last_line(end.stderr_text));
    return run;
  }
  try {
    take_report(read_report(folder_.report(side)), wanted, run);
  } catch (const Error& error) {
    run.end = RunEnd::failed;
    run.problem = fmt::format("{} ({})", error.message, error.where);
  }
  return run;
}

std::uint32_t rounds_for(double elapsed_ns) {
  constexpr double kTimedNs = 2e8;
  constexpr double kRoundsMax = 10;
  return static_cast<std::uint32_t>(
      std::clamp(std::ceil(kTimedNs / std::max(elapsed_ns, 1.0)), 1.0, kRoundsMax));
}

}  // namespace pcbench
