#include "compare/comparison_writers.h"

#include <nlohmann/json.hpp>

namespace pcbench {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson claim_json(const Claim& claim) {
  return {{"case", claim.case_id},
          {"metric", claim.metric},
          {"unit", claim.unit},
          {"better", claim.higher_is_better ? "higher" : "lower"},
          {"verdict", name_of(claim.verdict)},
          {"count_base", claim.count_base},
          {"count_new", claim.count_new},
          {"median_base", claim.median_base},
          {"median_new", claim.median_new},
          {"change", claim.change},
          {"change_ci95", or_null(claim.change_ci95)},
          {"change_sign_ci95", or_null(claim.change_sign_ci95)},
          {"control_ci95", or_null(claim.control_ci95)},
          {"p", claim.p},
          {"p_holm", claim.p_holm},
          {"detectable_change", or_null(claim.detectable)},
          {"notes", claim.notes}};
}

}  // namespace

OrderedJson comparisons_json(std::span<const Comparison> comparisons) {
  OrderedJson list = OrderedJson::array();
  for (const Comparison& comparison : comparisons) {
    const GateRule& rule = comparison.rule;
    OrderedJson one = {{"base", comparison.label_base},
                       {"new", comparison.label_new},
                       {"rule",
                        {{"alpha", rule.alpha},
                         {"min_effect", rule.min_effect},
                         {"margin", rule.margin},
                         {"equivalence_alpha", rule.equivalence_alpha}}},
                       {"family", comparison.family},
                       {"claims", OrderedJson::array()},
                       {"not_compared", OrderedJson::array()},
                       {"caveats", comparison.caveats}};
    for (const Claim& claim : comparison.claims) one["claims"].push_back(claim_json(claim));
    for (const NotCompared& left_out : comparison.not_compared)
      one["not_compared"].push_back({{"case", left_out.case_id},
                                     {"why", left_out.why},
                                     {"new_is_wrong", left_out.new_is_wrong},
                                     {"new_is_stuck", left_out.new_is_stuck}});
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace pcbench
