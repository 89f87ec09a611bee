// Ratios: of rounds run by turns, so that what a machine does to both leaves their ratio alone; by how near
// the CPUs were, which changes the ratio itself.
#pragma once

#include <benchmark/benchmark.h>

#include <optional>
#include <vector>

namespace pcbench::micro {

/// What a row's label says of all its rounds, so that a table need not assert it. There is no label for
/// worse: such a row is an error.
inline constexpr const char* kJudged = "pass";       ///< by the checks, from the workers' evidence
inline constexpr const char* kCompared = "checked";  ///< by the loop itself, which has no judge

class Ratios {
 public:
  /// Before the rounds of one ratio: a hand-over probe. Whether it says that the CPUs share a cache.
  [[nodiscard]] bool begin();
  /// After them, with their RATIO: another probe.
  void end(double ratio);
  /// The label of STATE, and its counters: `ratio`, the median, with `low` and `high`, at least 95 % (none
  /// for too few); likewise `ratio_near` and so on of those between two probes of one class, and how many
  /// these are, `n_near` and `n_far`.
  void report(benchmark::State& state, const char* label) const;

 private:
  std::optional<double> lines_per_s_;  // by the probe before
  std::vector<double> all_;
  std::vector<double> near_;
  std::vector<double> far_;
};

}  // namespace pcbench::micro
