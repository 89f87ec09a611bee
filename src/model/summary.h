// Summary: what stats/ makes of a case's rounds.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "model/histogram.h"
#include "model/warning.h"

namespace pcbench {

/// One metric of one case; a sample is one round with fresh workers.
struct Metric {
  std::string name;  ///< "throughput_msgs_per_s"; the unit is its suffix
  std::string unit;  ///< "msg/s", "ns"
  bool higher_is_better = false;
  std::vector<double> samples;
  std::optional<double> median;               ///< nullopt: no samples
  std::optional<std::array<double, 2>> ci95;  ///< of the median, by order statistics; nullopt: too few
  std::string reason;                         ///< why a number is missing
};

struct Summary {
  std::vector<Metric> metrics;
  Histogram service_ns;  ///< of all completed rounds
  std::vector<Warning> warnings;
};

}  // namespace pcbench
