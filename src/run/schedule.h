// Schedule: which case runs next. Rounds of all cases are interleaved, each pass in an order drawn from the
// seed, so that a drift of the machine is spread over the cases instead of hitting one.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "model/record.h"

namespace pcbench {

/// When a case has had enough rounds.
struct StopRule {
  std::optional<std::uint32_t> rounds;  ///< exactly so many; nullopt: adaptive
  double precision;                     ///< adaptive: half-width of the median's 95 % interval, relative
};

/// Why CASE needs no more rounds: "rounds", "precision", "hang", "worker_died"; empty: it needs more.
[[nodiscard]] std::string finished_because(const CaseRecord& record, const StopRule& rule);

/// The indices 0 … COUNT-1 in an order drawn from RANDOM (Fisher-Yates, the same on every standard library).
[[nodiscard]] std::vector<std::size_t> shuffled(std::size_t count, std::mt19937_64& random);

}  // namespace pcbench
