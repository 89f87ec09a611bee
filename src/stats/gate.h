// gate: from differences to a verdict whose rate of false alarms is known.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/paired.h"

namespace pcbench {

enum class GateVerdict : std::uint8_t { regression, improvement, equivalent, inconclusive };

/// Thresholds of a comparison; changes are relative (0.03 is 3 %).
struct GateRule {
  double alpha = 0.01;              ///< chance of any false alarm in a whole report
  double min_effect = 0.03;         ///< a smaller change is no regression, however sure
  double margin = 0.05;             ///< a change surely smaller than this is none
  double equivalence_alpha = 0.05;  ///< chance per claim to call a change of MARGIN equivalent
};

/// A claim's differences ln(new / base) or its negative, so that positive is worse; one a pair.
using Differences = std::span<const double>;

struct GateDecision {
  GateVerdict verdict = GateVerdict::inconclusive;
  double p = 1;
  double p_holm = 1;
};

/// Judges CLAIMS at one look with SHARE of the rule's alphas; FAMILY as in holm_adjusted. In their order.
[[nodiscard]] std::vector<GateDecision> judge_claims(std::span<const Differences> claims, std::size_t family,
                                                     const GateRule& rule, double share);

/// The verdict on a claim with this adjusted p and effect; IS_EQUIVALENT is asked only where nothing was
/// found.
template <class IsEquivalent>
[[nodiscard]] GateVerdict gate_verdict(double p_holm, double alpha, double effect, double min_effect,
                                       IsEquivalent&& is_equivalent) {
  if (p_holm <= alpha && effect >= min_effect) return GateVerdict::regression;
  if (p_holm <= alpha && effect <= -min_effect) return GateVerdict::improvement;
  return is_equivalent() ? GateVerdict::equivalent : GateVerdict::inconclusive;
}

/// Whether the centre of DIFFERENCES surely lies within +-MARGIN: two one-sided signed-rank tests at ALPHA
/// (Schuirmann 1987). MARGIN is a difference of logarithms.
[[nodiscard]] bool is_equivalent(Differences differences, double margin, double alpha);

/// The least change that a claim would have shown with 90 % power when tested alone at ALPHA, from the
/// INTERVAL of its effect at 1 - ALPHA: half the width, and the normal theory's allowance for power.
[[nodiscard]] double detectable_difference(const Interval& interval, double alpha);

}  // namespace pcbench
