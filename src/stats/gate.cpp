#include "stats/gate.h"

#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "stats/holm.h"

namespace pcbench {
namespace {

std::vector<double> shifted(Differences differences, double by) {
  std::vector<double> moved(differences.begin(), differences.end());
  for (double& d : moved) d += by;
  return moved;
}

}  // namespace

std::vector<GateDecision> judge_claims(std::span<const Differences> claims, std::size_t family,
                                       const GateRule& rule, double share) {
  std::vector<double> p;
  for (const Differences claim : claims) p.push_back(signed_rank_test(claim).p);
  const std::vector<double> adjusted = holm_adjusted(p, family);
  const double alpha = rule.alpha * share;
  std::vector<GateDecision> decisions;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const double effect = adjusted[i] <= alpha ? sorted_median(walsh_averages(claims[i])) : 0;
    const auto equivalent = [&] {
      return is_equivalent(claims[i], std::log1p(rule.margin), rule.equivalence_alpha * share);
    };
    decisions.push_back({gate_verdict(adjusted[i], alpha, effect, std::log1p(rule.min_effect), equivalent),
                         p[i], adjusted[i]});
  }
  return decisions;
}

bool is_equivalent(Differences differences, double margin, double alpha) {
  return signed_rank_test(shifted(differences, -margin)).p_less <= alpha &&
         signed_rank_test(shifted(differences, margin)).p_greater <= alpha;
}

double detectable_difference(const Interval& interval, double alpha) {
  constexpr double kPower = 0.9;
  const boost::math::normal normal;
  const double allowance = 1 + quantile(normal, kPower) / quantile(complement(normal, alpha / 2));
  return (interval[1] - interval[0]) / 2 * allowance;
}

}  // namespace pcbench
