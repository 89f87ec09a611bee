// moments: mean and variance of a sample.
#pragma once

#include <span>

namespace pcbench {

struct Moments {
  double mean = 0;
  double variance = 0;  ///< with one degree of freedom less; of a single value 0
};

/// Requires: VALUES is not empty.
[[nodiscard]] inline Moments moments_of(std::span<const double> values) noexcept {
  const auto count = static_cast<double>(values.size());
  Moments moments;
  for (const double value : values) moments.mean += value / count;
  double squares = 0;
  for (const double value : values) squares += (value - moments.mean) * (value - moments.mean);
  if (values.size() > 1) moments.variance = squares / (count - 1);
  return moments;
}

}  // namespace pcbench
