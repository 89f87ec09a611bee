#include "machine.h"

#include <cmath>

namespace pcbench::simulation {

double Machine::noise_now() {
  const double own = spread_ * normal_(random_);
  std::uniform_real_distribution<double> uniform;
  switch (noise_) {
    case Noise::lognormal:
      return own;
    case Noise::bimodal:
      return own + (uniform(random_) < 0.3 ? std::log(1.4) : 0);
    case Noise::ar1:
      return level_ = 0.9 * level_ + own;
    case Noise::step_drift:
      level_ += 1e-4;
      if (uniform(random_) < 0.005) level_ += 0.6 * uniform(random_) - 0.3;
      return level_ + own;
    case Noise::position_bias: {
      constexpr double kBias[] = {0, 0.05, 0.08};
      return own + kBias[runs_ % kSides];
    }
  }
  return own;
}

CaseRun Machine::run(std::size_t /*case_index*/, Side side) {
  CaseRun run;
  const double log_time = noise_now() + (side == Side::next ? std::log(slowdown_) : 0);
  ++runs_;
  run.values = {std::exp(log_time)};
  return run;
}

std::vector<AbCase> cases_of(std::size_t count) { return {count, AbCase{"case", {{"time", "ns", false}}}}; }

}  // namespace pcbench::simulation
