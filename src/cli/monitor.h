// What happens while a plan runs: progress for people, and the report so far on disk.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "cli/assemble.h"
#include "cli/estimate.h"
#include "cli/kept_history.h"
#include "cli/outputs.h"
#include "run/execute.h"

namespace pcbench {

/// The line that is redrawn, at most WIDTH columns: the case's id gives way first, then the end.
[[nodiscard]] std::string live_line(const std::string& position, const std::string& case_id,
                                    const std::string& state, std::size_t width);

/// Says on stderr how far the run is: one line redrawn on a terminal, a line now and then elsewhere, and at
/// once when a round did not end well.
class Progress {
 public:
  /// PAST: the plan, and the rounds that need not be run again.
  Progress(const RunRecord& past, bool quiet);

  void round_begins(const RunRecord& run, std::size_t case_index, bool warmup);
  void round_moves(std::uint64_t messages, std::uint64_t total);
  void round_ended(const RunRecord& run, std::size_t case_index);
  /// Takes the redrawn line away. What is said next begins on an empty one.
  void clear();

 private:
  /// Draws the line, with MORE on the state of the round.
  void show(const std::string& more = {});
  void say(const std::string& line);
  [[nodiscard]] std::string position(const RunRecord& run) const;

  bool quiet_;
  bool redraws_;
  TimeLeft time_left_;
  std::string name_;
  std::string position_, case_id_, state_;  ///< of the round that runs
  std::uint64_t next_draw_ns_ = 0;
  std::uint64_t round_began_ns_ = 0;
  std::uint64_t next_line_ns_;
};

/// Writes the report to its files while the run goes on, so that a crash of the machine or of bench itself
/// costs little. Not more than a small part of the time goes into it.
class Saver {
 public:
  explicit Saver(const Outputs& outputs) : outputs_(outputs) {}

  /// Errors: none; a full disk may have room again at the end, when failing counts.
  void save(const RunRecord& run, Assembler& assembler) noexcept;

 private:
  const Outputs& outputs_;
  std::uint64_t next_ns_ = 0;
};

class Monitor final : public RunObserver {
 public:
  Monitor(const RunRecord& past, const Outputs& outputs, Assembler& assembler, KeptHistory& kept, bool quiet)
      : progress_(past, quiet), saver_(outputs), assembler_(assembler), kept_(kept) {}

  void round_begins(const RunRecord& run, std::size_t case_index, bool warmup) override {
    progress_.round_begins(run, case_index, warmup);
  }
  void round_moves(std::uint64_t messages, std::uint64_t total, std::uint64_t /*elapsed_ns*/) override {
    progress_.round_moves(messages, total);
  }
  void round_logged(const RunRecord& run, std::size_t case_index, History&& history) override {
    const CaseRecord& record = run.cases[case_index];
    const Outcome outcome = assembler_.judge_history(record, history);
    kept_.offer(record, std::move(history), outcome);
  }
  void round_ended(const RunRecord& run, std::size_t case_index, bool warmup) override {
    progress_.round_ended(run, case_index);
    if (!warmup) saver_.save(run, assembler_);  // until there is something new, an older report is worth more
  }
  void finish() { progress_.clear(); }

 private:
  Progress progress_;
  Saver saver_;
  Assembler& assembler_;
  KeptHistory& kept_;
};

}  // namespace pcbench
