// machine: a simulated machine on which programs run whose true speeds are known, under noise of a chosen
// kind.
#pragma once

#include <array>
#include <random>
#include <string_view>

#include "compare/ab_session.h"

namespace pcbench::simulation {

enum class Noise {
  lognormal,      ///< each run for itself
  bimodal,        ///< three runs in ten fall into a mode 40 % slower
  ar1,            ///< each run resembles the one before: coefficient 0.9
  step_drift,     ///< the level steps by up to 30 % now and then, and grows meanwhile
  position_bias,  ///< the second and third run of a slot are slower by 5 and 8 %
};

inline constexpr std::array<std::pair<Noise, std::string_view>, 5> kNoises = {{
    {Noise::lognormal, "lognormal"},
    {Noise::bimodal, "bimodal"},
    {Noise::ar1, "AR(1) 0.9"},
    {Noise::step_drift, "step drift"},
    {Noise::position_bias, "position bias"},
}};

/// Runs CASES with one metric each, "time". The new program takes SLOWDOWN times as long in every case.
class Machine : public CaseRunner {
 public:
  /// SPREAD is the standard deviation of a run's logarithm, before the special noise.
  Machine(Noise noise, double spread, double slowdown, std::uint64_t seed)
      : noise_(noise), spread_(spread), slowdown_(slowdown), random_(seed) {}

  CaseRun run(std::size_t case_index, Side side) override;
  double elapsed_s() override { return 0; }

 private:
  double noise_now();

  Noise noise_;
  double spread_;
  double slowdown_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::uint64_t runs_ = 0;
  double level_ = 0;
};

/// COUNT cases with one metric.
std::vector<AbCase> cases_of(std::size_t count);

}  // namespace pcbench::simulation
