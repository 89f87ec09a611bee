// How a metric comes from rounds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// What one round gives; nullopt: it can give none.
using Sample = std::function<std::optional<double>(const RoundRecord&)>;

/// One sample of each completed round that can give one, with their median and its interval.
[[nodiscard]] Metric measure(std::string name, std::string unit, bool higher_is_better,
                             const CaseRecord& record, const Sample& sample);

struct NamedQuantile {
  const char* suffix;
  double q;
};
inline constexpr NamedQuantile kQuantiles[] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"p99_99", 0.9999}};

}  // namespace pcbench
