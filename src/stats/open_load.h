// What an open load adds to a case: response times, and whether its generator and its channel kept up.
#pragma once

#include <optional>
#include <vector>

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// The generator of a round is valid while at most this share of its messages was late by its own fault …
inline constexpr double kLateShareMax = 0.01;
/// … and a rate is kept while no producer ends further behind its schedule, relative to the round.
inline constexpr double kBehindShareMax = 0.05;

/// How the generator of one round did.
struct GeneratorFit {
  std::optional<double> lag_ns_p99;  ///< own lag; nullopt: too few messages
  double lag_ns_max = 0;             ///< likewise, of the latest message
  /// Messages whose own lag was longer than the round's median service time; nullopt: that was not measured.
  std::optional<double> late_share;
  double push_late_ns_max = 0;  ///< intended to push began, whatever the cause
  double behind_share = 0;      ///< how far the producer furthest behind was at its end, of the round
  std::uint64_t unsent = 0;     ///< meant to be sent in time, but not sent

  [[nodiscard]] bool lagged() const noexcept { return late_share.value_or(0) > kLateShareMax; }
  [[nodiscard]] bool kept_rate() const noexcept { return behind_share <= kBehindShareMax; }
};

[[nodiscard]] GeneratorFit generator_fit(const RoundRecord& round);

/// Response times of the rounds whose generator was valid, and how the generator did. Requires: the load of
/// RECORD is open.
[[nodiscard]] std::vector<Metric> open_load_metrics(const CaseRecord& record);

/// Of all rounds whose generator was valid.
[[nodiscard]] Histogram valid_responses(const CaseRecord& record);

/// Generators that lagged, rates that were not kept.
[[nodiscard]] std::vector<Warning> open_load_warnings(const CaseRecord& record);

}  // namespace pcbench
