// steadiness: whether a case's rounds come from one steady state, or still warm up, drift or swing.
#pragma once

#include <span>
#include <string>

namespace pcbench {

struct Steadiness {
  bool judged = false;  ///< false: too few samples, or all alike
  bool steady = true;
  double p = 1;         ///< of the test that spoke against it, corrected for there being two
  std::string finding;  ///< what speaks against it, in words; empty where steady
};

/// Tests SAMPLES in the order they were taken: autocorrelation (Ljung-Box) and too few or too many crossings
/// of the median (Wald-Wolfowitz runs), each at half of ALPHA. At least 8 samples are needed.
[[nodiscard]] Steadiness judge_steadiness(std::span<const double> samples, double alpha = 0.01);

}  // namespace pcbench
