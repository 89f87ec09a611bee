// steadiness: whether a case's rounds come from one steady state, or still warm up, drift or swing.
#pragma once

#include <span>

#include "model/summary.h"

namespace pcbench {

/// Tests SAMPLES in the order they were taken: autocorrelation (Ljung-Box) and too few or too many crossings
/// of the median (Wald-Wolfowitz runs), each at half of ALPHA. At least 8 samples are needed.
[[nodiscard]] Steadiness judge_steadiness(std::span<const double> samples, double alpha = 0.01);

}  // namespace pcbench
