// How long a plan takes: a guess before it runs, and a better one while it does.
#pragma once

#include <cstddef>
#include <vector>

#include "model/record.h"

namespace pcbench {

/// A guess at one round, for want of a measurement: start-up of the workers, kGuessedNsPerMessage or the
/// case's own work for each message, and never more than the timeout.
[[nodiscard]] double guessed_round_s(const Case& config, double timeout_s);

/// Rounds of each case, warm-up included; of an adaptive plan the fewest it may run.
[[nodiscard]] std::uint32_t rounds_of(const Plan& plan);

/// A guess at the whole plan; an adaptive one is not longer than its max_time_s, unless one pass is.
[[nodiscard]] double guessed_plan_s(const Plan& plan);

/// Time left, from what each case's rounds took. A case that has not run yet takes its guess, corrected by
/// what the others showed their guesses to be worth.
class TimeLeft {
 public:
  explicit TimeLeft(const Plan& plan);

  void round_took(std::size_t case_index, double seconds);

  /// Requires: RUN is the plan's. Of an adaptive plan: at most.
  [[nodiscard]] double seconds(const RunRecord& run) const;

  /// Rounds run and, where that is known, to run; warm-up included.
  [[nodiscard]] std::uint64_t rounds_done() const noexcept;
  [[nodiscard]] std::uint64_t rounds_in_all() const noexcept { return costs_.size() * rounds_a_case_; }

 private:
  struct Cost {
    double guess_s = 0;  ///< of one round
    double spent_s = 0;
    std::uint32_t rounds = 0;
  };
  std::uint32_t rounds_a_case_;
  std::vector<Cost> costs_;
};

inline constexpr double kGuessedNsPerMessage = 500;

}  // namespace pcbench
