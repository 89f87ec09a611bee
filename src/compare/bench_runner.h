// bench_runner: runs the cases of a config by the `bench` programs under comparison, each time in a fresh
// process.
#pragma once

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "base/noise_probe.h"
#include "base/system_files.h"
#include "compare/ab_session.h"
#include "compare/child_process.h"
#include "compare/report_reader.h"

namespace pcbench {

/// A private folder that is gone with this object. The programs lie in it under names of one length, so that
/// no side has a longer path, command line or environment than another: that alone moves results.
class StagingFolder {
 public:
  /// Copies BASE (twice) and NEXT and the config. Errors: Error naming what could not be copied.
  StagingFolder(const std::string& base, const std::string& next, const std::string& config);
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  ~StagingFolder();

  [[nodiscard]] std::string program(Side side) const { return file(side, "bench"); }
  [[nodiscard]] std::string report(Side side) const { return file(side, "report.json"); }
  [[nodiscard]] std::string errors(Side side) const { return file(side, "errors"); }
  [[nodiscard]] std::string config() const { return (path_ / "config.json").string(); }

 private:
  [[nodiscard]] std::string file(Side side, const char* name) const;

  std::filesystem::path path_;
};

/// What of a config says how long a run of it may take; where it is not known, more than any needs.
struct ConfigSize {
  std::size_t cases = 10'000;
  std::uint32_t warmup_rounds = 10;
  double timeout_s = 30;  ///< of a round
};

/// One run of a program on the whole config, one timed round a case.
struct Survey {
  nlohmann::json json;
  StoredReport report;
  bool interrupted = false;
};

/// How long a program may take over so many of CONFIG's CASES with ROUNDS timed rounds each: beyond what its
/// own watchdog allows them.
[[nodiscard]] double limit_s(const ConfigSize& config, std::size_t cases, std::uint32_t rounds);

class BenchRunner : public CaseRunner {
 public:
  /// PROGRESS: nullptr, or where a line is redrawn. Does not own the folder or the signals.
  BenchRunner(const StagingFolder& folder, const ConfigSize& config, SignalsHeld& signals, double max_time_s,
              std::ostream* progress);

  /// Runs all cases once by SIDE's program. Errors: Error when it leaves no report.
  [[nodiscard]] Survey survey(Side side);

  /// What run(i, …) runs from now on; ROUNDS timed rounds in each process, of which the median counts.
  void choose(std::vector<AbCase> cases, std::vector<std::uint32_t> rounds);

  CaseRun run(std::size_t case_index, Side side) override;
  double elapsed_s() override;
  void pass_begins(std::size_t pass, std::size_t pairs, std::size_t undecided) override;

 private:
  [[nodiscard]] std::vector<std::string> command(Side side, std::uint32_t rounds) const;

  const StagingFolder& folder_;
  ConfigSize config_;
  SignalsHeld& signals_;
  double max_time_s_;
  std::ostream* progress_;
  SystemFiles files_;
  std::vector<AbCase> cases_;
  std::vector<std::uint32_t> rounds_;
  std::uint64_t begun_ns_;
};

/// How many rounds of ELAPSED_NS a process should time, so that its start does not outweigh them.
[[nodiscard]] std::uint32_t rounds_for(double elapsed_ns);

}  // namespace pcbench
