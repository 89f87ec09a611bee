#include "compare/ab_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/order_statistics.h"
#include "report/text.h"
#include "stats/moments.h"
#include "stats/unpaired.h"

namespace pcbench {
namespace {

constexpr double kShapeAlpha = 0.01;
constexpr double kOrderAlpha = 0.01;

/// SIDE's values of a metric in the first SLOTS slots that were compared.
std::vector<double> values_of(const AbCaseRecord& record, std::size_t metric, Side side, std::size_t slots) {
  std::vector<double> values;
  for (std::size_t i = 0; i < slots; ++i) {
    const Try& counted = record.slots[i].tries.back();
    const auto& value = counted.runs[index_of(side)].values[metric];
    if (!counted.apart && value) values.push_back(*value);
  }
  return values;
}

std::vector<double> centred_logs(std::vector<double> values) {
  for (double& value : values) value = std::log(value);
  const double centre = median(values);
  for (double& value : values) value -= centre;
  return values;
}

/// How much worse a run was for being the later one of its pair, in logarithms; nullopt: not surely.
std::optional<double> order_effect(const AbCaseRecord& record, std::size_t metric, bool higher_is_better,
                                   std::size_t slots) {
  const std::vector<double> differences = differences_of(record, metric, higher_is_better, Side::next, slots);
  const double centre = sorted_median(walsh_averages(differences));
  std::vector<double> later;
  std::size_t at = 0;
  for (std::size_t i = 0; i < slots; ++i) {
    const Slot& slot = record.slots[i];
    AbCaseRecord one;
    one.slots = {slot};
    if (differences_of(one, metric, higher_is_better, Side::next, 1).empty()) continue;
    const auto place = [&slot](Side side) { return std::find(slot.order.begin(), slot.order.end(), side); };
    const double off = differences[at++] - centre;
    later.push_back(place(Side::base) < place(Side::next) ? off : -off);
  }
  if (signed_rank_test(later).p > kOrderAlpha) return std::nullopt;
  return sorted_median(walsh_averages(later));
}

/// One claim on its way from the record to its verdict.
class ClaimBuilder {
 public:
  ClaimBuilder(const AbReport& report, std::size_t case_index, std::size_t metric)
      : report_(report),
        record_(report.record.cases[case_index]),
        state_(record_.claims[metric]),
        key_(report.cases[case_index].metrics[metric]),
        metric_(metric) {
    claim_.case_id = report.cases[case_index].id;
    claim_.metric = key_.name;
    claim_.unit = key_.unit;
    claim_.higher_is_better = key_.higher_is_better;
    claim_.verdict = state_.decision.verdict;
    claim_.p = state_.decision.p;
    claim_.p_holm = state_.decision.p_holm;
  }

  Claim build() {
    const std::size_t slots = state_.slots == 0 ? record_.slots.size() : state_.slots;
    const std::vector<double> base = values_of(record_, metric_, Side::base, slots);
    const std::vector<double> next = values_of(record_, metric_, Side::next, slots);
    const std::vector<double> worse =
        differences_of(record_, metric_, key_.higher_is_better, Side::next, slots);
    claim_.count_base = claim_.count_new = worse.size();
    if (worse.empty()) {
      claim_.notes.emplace_back("no pair was measured");
      return std::move(claim_);
    }
    claim_.median_base = median(base);
    claim_.median_new = median(next);
    add_effect(worse);
    add_control(differences_of(record_, metric_, key_.higher_is_better, Side::control, slots));
    if (state_.fragile)
      claim_.notes.emplace_back("inconclusive because the verdict hangs on tries dropped as disturbed");
    add_shape(base, next);
    if (worse.size() > 2) {
      const auto later = order_effect(record_, metric_, key_.higher_is_better, slots);
      if (later && std::abs(*later) > std::sqrt(moments_of(worse).variance) / 2)
        claim_.notes.push_back(
            fmt::format("the later run of a pair is {:.1f} % {}: no false alarm, as the order is drawn, "
                        "but changes are harder to see; more warmup_rounds may help",
                        100 * std::expm1(std::abs(*later)), *later > 0 ? "worse" : "better"));
    }
    return std::move(claim_);
  }

 private:
  void add_effect(const std::vector<double>& worse) {
    const std::vector<double> walsh = walsh_averages(worse);
    claim_.change = change_of(sorted_median(walsh), key_.higher_is_better);
    interval_ = centre_interval(walsh, worse.size(), 0.95);
    if (interval_) claim_.change_ci95 = change_of(*interval_, key_.higher_is_better);
    const auto sign = sign_test_interval(worse, 0.95);
    if (sign) claim_.change_sign_ci95 = change_of(*sign, key_.higher_is_better);
    if (interval_ && sign &&
        (((*interval_)[0] > 0 && (*sign)[1] < 0) || ((*interval_)[1] < 0 && (*sign)[0] > 0)))
      claim_.notes.emplace_back("shape changed: the centre and the median moved in different directions");
    const double alpha_alone = report_.rules.gate.alpha / static_cast<double>(report_.record.family);
    if (const auto strict = centre_interval(walsh, worse.size(), 1 - alpha_alone))
      claim_.detectable = std::expm1(detectable_difference(*strict, alpha_alone));
  }

  void add_control(const std::vector<double>& worse) {
    const auto control = centre_interval(walsh_averages(worse), worse.size(), 0.95);
    if (control) claim_.control_ci95 = change_of(*control, key_.higher_is_better);
    if (claim_.verdict != GateVerdict::regression && claim_.verdict != GateVerdict::improvement) return;
    if (report_.record.control_alarm)
      return make_inconclusive("the control alarmed: alike programs look unlike here");
    const double margin = std::log1p(report_.rules.gate.margin);
    const bool wide = !control || ((*control)[1] - (*control)[0]) / 2 > margin;
    const bool apart =
        control && interval_ && ((*interval_)[0] > (*control)[1] || (*interval_)[1] < (*control)[0]);
    if (wide && !apart)
      make_inconclusive("the control is spread wider than the margin, and as far as the change");
  }

  void make_inconclusive(const char* why) {
    claim_.notes.push_back(fmt::format("would be a {}, but {}", name_of(claim_.verdict), why));
    claim_.verdict = GateVerdict::inconclusive;
  }

  void add_shape(const std::vector<double>& base, const std::vector<double>& next) {
    const KolmogorovSmirnovTest test = kolmogorov_smirnov_test(centred_logs(base), centred_logs(next));
    if (test.p <= kShapeAlpha)
      claim_.notes.push_back(
          fmt::format("shape changed (Kolmogorov-Smirnov p {:.2g}): compare the distributions, two "
                      "modes may hide behind one number",
                      test.p));
  }

  const AbReport& report_;
  const AbCaseRecord& record_;
  const ClaimState& state_;
  const MetricKey& key_;
  std::size_t metric_;
  std::optional<Interval> interval_;  ///< in logarithms, positive is worse
  Claim claim_;
};

bool any_placement_known(const AbRecord& record) {
  for (const AbCaseRecord& one : record.cases)
    for (const Slot& slot : one.slots)
      for (const CaseRun& run : slot.tries.back().runs)
        if (run.placement != "unknown") return true;
  return false;
}

/// What more time would have to buy before a claim can be decided.
std::string out_of_time_text(const AbReport& report) {
  std::size_t fewest = report.rules.pairs, most = 0;
  for (const AbCaseRecord& one : report.record.cases) {
    if (one.end != RunEnd::measured) continue;
    fewest = std::min(fewest, one.slots.size());
    most = std::max(most, one.slots.size());
  }
  // The least p of n pairs is 2^(1-n).
  const auto family = static_cast<double>(report.record.family);
  const auto needed = 1 + static_cast<std::size_t>(std::ceil(std::log2(family / report.rules.gate.alpha)));
  const std::string pairs = fewest < most ? fmt::format("{} to {}", fewest, most) : fmt::format("{}", most);
  std::string text =
      fmt::format("the time was over after {:.0f} s with {} pairs a case", report.elapsed_s, pairs);
  if (fewest >= needed) return text + "; more --max-time decides more";
  text += fmt::format(", but to find anything among {} takes at least {}",
                      counted(report.record.family, "claim"), needed);
  if (fewest == 0) return text + ": give more --max-time, or fewer cases";
  return text + fmt::format(": give --max-time {:.0f} or more, or fewer cases",
                            std::ceil(report.elapsed_s * static_cast<double>(needed) /
                                      static_cast<double>(fewest) / 10) *
                                10);
}

/// Of each gated metric that some case lacks, how many do.
void add_unmeasured(const AbReport& report, std::vector<std::string>& caveats) {
  for (const std::string& name : report.gated) {
    const auto without = std::count_if(report.cases.begin(), report.cases.end(), [&](const AbCase& one) {
      return std::none_of(one.metrics.begin(), one.metrics.end(),
                          [&](const MetricKey& key) { return key.name == name; });
    });
    if (without == 0) continue;
    caveats.push_back(fmt::format(
        "{} is not compared in {} of {} cases: their rounds did not give it; a quantile needs 20 samples "
        "above it (\"latency\": \"every\", or more messages)",
        name, without, report.cases.size()));
  }
}

}  // namespace

Comparison comparison_of(const AbReport& report) {
  Comparison comparison;
  comparison.label_base = report.base_path;
  comparison.label_new = report.new_path;
  comparison.rule = report.rules.gate;
  comparison.family = report.record.family;
  comparison.not_compared = report.left_out;
  for (std::size_t c = 0; c < report.cases.size(); ++c) {
    const AbCaseRecord& record = report.record.cases[c];
    if (record.end == RunEnd::measured) {
      for (std::size_t m = 0; m < report.cases[c].metrics.size(); ++m)
        comparison.claims.push_back(ClaimBuilder(report, c, m).build());
      continue;
    }
    const bool new_did = record.ended_by == Side::next;
    comparison.not_compared.push_back({report.cases[c].id, (new_did ? "new: " : "base: ") + record.problem,
                                       new_did && record.end == RunEnd::incorrect,
                                       new_did && record.end != RunEnd::incorrect});
  }
  const AbRecord& record = report.record;
  if (record.control_alarm)
    comparison.caveats.emplace_back(
        "the control alarmed: the base against its own copy looks changed, so no change found "
        "in this run is believed");
  if (record.out_of_time) comparison.caveats.push_back(out_of_time_text(report));
  if (record.interrupted) comparison.caveats.emplace_back("interrupted: open claims were not judged");
  add_unmeasured(report, comparison.caveats);
  if (!any_placement_known(record))
    comparison.caveats.emplace_back(
        "where the workers were placed is unknown, so pairs are not stratified by it");
  return comparison;
}

}  // namespace pcbench
