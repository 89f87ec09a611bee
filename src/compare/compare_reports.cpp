#include "compare/compare_reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/order_statistics.h"
#include "stats/holm.h"
#include "stats/steadiness.h"
#include "stats/unpaired.h"

namespace pcbench {
namespace {

/// A claim with the samples it rests on, in logarithms.
struct Pending {
  std::size_t comparison;
  std::vector<double> base;
  std::vector<double> next;
  bool tied_or_large = false;
};

/// Why ONE is not fit to be compared; empty: it is. What could not be checked, as expected, is compared with
/// a note.
std::string unfit(const StoredCase& one) {
  if (one.floor) return "its transport moves nothing: the harness's own cost";
  if (one.outcome == Outcome::pass || (one.outcome == Outcome::unknown && one.as_expected)) return {};
  return one.problem.empty() ? "its verdict is not pass" : one.problem;
}

/// The share of rounds whose placement was probed as near; nullopt where it is not known.
std::optional<double> near_share(const StoredCase& one) {
  std::size_t near = 0, known = 0;
  for (const std::string& placement : one.placements) {
    known += placement != "unknown" ? 1 : 0;
    near += placement == "near" ? 1 : 0;
  }
  if (known == 0) return std::nullopt;
  return static_cast<double>(near) / static_cast<double>(known);
}

void note_conditions(const StoredCase& base, const StoredCase& next, const StoredMetric& metric_base,
                     const StoredMetric& metric_new, Claim& claim) {
  if (next.outcome != Outcome::pass) claim.notes.push_back("correctness unknown: " + next.problem);
  const auto near_base = near_share(base), near_new = near_share(next);
  if (near_base && near_new && std::abs(*near_base - *near_new) > 0.25)
    claim.notes.push_back(
        fmt::format("workers sat near each other in {:.0f} % of the base's rounds and in {:.0f} % of "
                    "the new one's: part of the change may be that",
                    100 * *near_base, 100 * *near_new));
  for (const auto& [metric, whose] : {std::pair{&metric_base, "base"}, std::pair{&metric_new, "new"}})
    if (const Steadiness steadiness = judge_steadiness(metric->samples); !steadiness.steady)
      claim.notes.push_back(
          fmt::format("the {} rounds are not steady: {}; p is too small", whose, steadiness.finding));
}

/// "/tool/build/type differs: "Debug" (old.json) and "Release" (new.json)", of each fact that does.
std::vector<std::string> differing(const std::vector<std::pair<std::string, std::string>>& facts_base,
                                   const std::vector<std::pair<std::string, std::string>>& facts_new,
                                   const StoredReport& base, const StoredReport& next) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < facts_base.size(); ++i)
    if (const auto& [pointer, value] = facts_base[i]; value != facts_new[i].second)
      found.push_back(fmt::format("{} differs: {} ({}) and {} ({})", pointer, value, base.path,
                                  facts_new[i].second, next.path));
  return found;
}

class Comparer {
 public:
  Comparer(const StoredReport& base, const std::vector<std::string>& gated, const GateRule& rule)
      : base_(base), gated_(gated), rule_(rule) {
    for (const StoredCase& one : base.cases) base_cases_.emplace(one.id, &one);
  }

  void add(const StoredReport& next) {
    Comparison& comparison = comparisons_.emplace_back();
    comparison.label_base = base_.path;
    comparison.label_new = next.path;
    comparison.rule = rule_;
    std::unordered_map<std::string_view, const StoredCase*> left = base_cases_;
    for (const StoredCase& one : next.cases) {
      const auto found = left.find(one.id);
      if (found == left.end()) {
        comparison.not_compared.push_back(left_out(one.id, "the base has no such case", &one));
        continue;
      }
      pair_up(*found->second, one, comparison);
      left.erase(found);
    }
    for (const StoredCase& one : base_.cases)
      if (left.contains(one.id))
        comparison.not_compared.push_back(left_out(one.id, "the new report has no such case", nullptr));
    for (const auto* report : {&base_, &next})
      if (!report->complete)
        comparison.caveats.push_back(report->path + " is incomplete: its run was interrupted");
    for (const std::string& fact : differing(base_.build, next.build, base_, next))
      comparison.caveats.push_back("two builds: " + fact);
  }

  std::vector<Comparison> judge() {
    std::vector<double> p;
    for (Pending& pending : pending_) {
      const RankSumTest test = rank_sum_test(pending.base, pending.next);
      pending.tied_or_large = !test.exact;
      p.push_back(test.p);
    }
    const std::vector<double> adjusted = holm_adjusted(p, p.size());
    std::vector<std::size_t> position(comparisons_.size());
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      const std::size_t at = pending_[i].comparison;
      Claim& claim = comparisons_[at].claims[position[at]++];
      claim.p = p[i];
      claim.p_holm = adjusted[i];
      judge_one(pending_[i], claim);
    }
    for (Comparison& comparison : comparisons_) comparison.family = p.size();
    return std::move(comparisons_);
  }

 private:
  void pair_up(const StoredCase& base, const StoredCase& next, Comparison& comparison) {
    const std::string why_base = unfit(base), why_new = unfit(next);
    if (!why_base.empty() || !why_new.empty()) {
      comparison.not_compared.push_back(
          left_out(base.id, why_new.empty() ? "base: " + why_base : "new: " + why_new, &next));
      return;
    }
    for (const std::string& name : gated_) {
      const StoredMetric* const a = base.find(name);
      const StoredMetric* const b = next.find(name);
      const bool has_base = a != nullptr && !a->samples.empty(),
                 has_new = b != nullptr && !b->samples.empty();
      if (has_base != has_new)
        comparison.not_compared.push_back(left_out(
            base.id, fmt::format("only the {} rounds gave {}", has_base ? "base's" : "new", name), nullptr));
      if (!has_base || !has_new) continue;
      if (!a->comparable() || !b->comparable() || a->unit != b->unit) {
        comparison.not_compared.push_back(
            {base.id, name + " is not positive everywhere, or its unit changed"});
        continue;
      }
      Claim claim;
      claim.case_id = base.id;
      claim.metric = name;
      claim.unit = a->unit;
      claim.higher_is_better = a->higher_is_better;
      claim.count_base = a->samples.size();
      claim.count_new = b->samples.size();
      claim.median_base = median(a->samples);
      claim.median_new = median(b->samples);
      note_conditions(base, next, *a, *b, claim);
      comparison.claims.push_back(std::move(claim));
      pending_.push_back({comparisons_.size() - 1, a->logarithms(), b->logarithms()});
    }
  }

  void judge_one(const Pending& pending, Claim& claim) const {
    const bool higher = claim.higher_is_better;  // then it is worse by what the base lies above the new one
    const PairwiseDifferences worse(higher ? pending.next : pending.base,
                                    higher ? pending.base : pending.next);
    const std::size_t n_base = pending.base.size(), n_new = pending.next.size();
    const auto interval_at = [&](double level) { return shift_interval(worse, level); };
    const double effect = worse.median(), margin = std::log1p(rule_.margin);
    claim.change = change_of(effect, claim.higher_is_better);
    if (const auto interval = interval_at(0.95))
      claim.change_ci95 = change_of(*interval, claim.higher_is_better);
    const double alpha_alone = rule_.alpha / static_cast<double>(pending_.size());
    if (const auto interval = interval_at(1 - alpha_alone))
      claim.detectable = std::expm1(detectable_difference(*interval, alpha_alone));
    else
      claim.notes.push_back(
          fmt::format("{} and {} rounds can show no change, however large, among {} claims: the "
                      "least p is {:.2g}",
                      n_base, n_new, pending_.size(), least_rank_sum_p(n_base, n_new)));
    if (pending.tied_or_large) claim.notes.push_back("p by normal approximation");
    claim.verdict = gate_verdict(claim.p_holm, rule_.alpha, effect, std::log1p(rule_.min_effect), [&] {
      const auto interval = interval_at(1 - 2 * rule_.equivalence_alpha);
      return interval && (*interval)[0] > -margin && (*interval)[1] < margin;
    });
  }

  const StoredReport& base_;
  const std::vector<std::string>& gated_;
  const GateRule& rule_;
  std::unordered_map<std::string_view, const StoredCase*> base_cases_;
  std::vector<Comparison> comparisons_;
  std::vector<Pending> pending_;  ///< claims of all comparisons, in their order
};

}  // namespace

std::vector<std::string> obstacles(const StoredReport& base, const StoredReport& next) {
  std::vector<std::string> found;
  if (base.config_hash != next.config_hash)
    found.push_back(fmt::format("the configs differ: {} ({}) and {} ({})", base.config_hash, base.path,
                                next.config_hash, next.path));
  for (std::string& fact : differing(base.fingerprint, next.fingerprint, base, next))
    found.push_back(std::move(fact));
  return found;
}

std::vector<Comparison> compare_reports(const StoredReport& base, const std::vector<StoredReport>& next,
                                        const std::vector<std::string>& gated, const GateRule& rule) {
  Comparer comparer(base, gated, rule);
  for (const StoredReport& one : next) comparer.add(one);
  return comparer.judge();
}

}  // namespace pcbench
