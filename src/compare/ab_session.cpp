#include "compare/ab_session.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "stats/holm.h"

namespace pcbench {
namespace {

constexpr std::size_t kTriesApartMax = 3;  ///< a slot whose runs fell apart so often is left without a pair
constexpr std::size_t kTriesDisturbedMax = 2;  ///< on a machine that is always disturbed the second counts

bool is_alarm(GateVerdict verdict) {
  return verdict == GateVerdict::regression || verdict == GateVerdict::improvement;
}

class AbSession {
 public:
  AbSession(const std::vector<AbCase>& cases, const AbRules& rules, CaseRunner& runner)
      : cases_(cases), rules_(rules), runner_(runner), random_(rules.seed), slot_s_(cases.size()) {
    record_.cases.resize(cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
      record_.cases[i].claims.resize(cases[i].metrics.size());
      record_.family += cases[i].metrics.size();
    }
  }

  AbRecord run() {
    double left = 1;
    for (const Look& look : declared_looks(rules_.pairs)) {
      run_until(look.pairs);
      if (record_.interrupted) break;
      // Time is the sum of all sides' runs and knows nothing of which was faster: to stop by it is no
      // peeking, and the last look may spend all that is left.
      const double share = record_.out_of_time ? left : look.share;
      left -= look.share;
      if (!any_slot()) break;  // a look at nothing would make a control that never ran a clean one
      judge(look.pairs, share);
      if (record_.out_of_time || !any_undecided()) break;
    }
    return std::move(record_);
  }

 private:
  template <class T>
  void shuffle(T& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random_() % i]);
  }

  [[nodiscard]] bool undecided(std::size_t case_index) const {
    const AbCaseRecord& record = record_.cases[case_index];
    return record.end == RunEnd::measured && std::any_of(record.claims.begin(), record.claims.end(),
                                                         [](const ClaimState& claim) { return !claim.look; });
  }

  [[nodiscard]] bool any_undecided() const {
    for (std::size_t i = 0; i < cases_.size(); ++i)
      if (undecided(i)) return true;
    return false;
  }

  [[nodiscard]] bool any_slot() const {
    return std::any_of(record_.cases.begin(), record_.cases.end(),
                       [](const AbCaseRecord& record) { return !record.slots.empty(); });
  }

  /// Passes over the undecided cases, each time in another order, until each has PAIRS slots.
  void run_until(std::size_t pairs) {
    for (std::size_t pass = slots_done_; pass < pairs; ++pass) {
      std::vector<std::size_t> wanted;
      for (std::size_t i = 0; i < cases_.size(); ++i)
        if (undecided(i)) wanted.push_back(i);
      shuffle(wanted);
      runner_.pass_begins(pass, rules_.pairs, wanted.size());
      for (const std::size_t case_index : wanted) {
        const double begun_s = runner_.elapsed_s();
        record_.out_of_time = begun_s + slot_s_[case_index] > rules_.max_time_s;
        if (record_.out_of_time) return;
        run_slot(case_index);
        slot_s_[case_index] = runner_.elapsed_s() - begun_s;
        if (record_.interrupted) return;
      }
      slots_done_ = pass + 1;
    }
  }

  void run_slot(std::size_t case_index) {
    Slot slot{{Side::base, Side::next, Side::control}, {}};
    shuffle(slot.order);
    std::size_t apart = 0, disturbed = 0;
    do {
      Try one;
      for (const Side side : slot.order) {
        CaseRun& run = one.runs[index_of(side)] = runner_.run(case_index, side);
        if (run.end != RunEnd::measured) return end_case(case_index, side, run);
        one.disturbed = one.disturbed || run.disturbed;
      }
      one.apart = std::any_of(one.runs.begin(), one.runs.end(),
                              [&](const CaseRun& run) { return run.placement != one.runs[0].placement; });
      apart += one.apart ? 1 : 0;
      disturbed += one.disturbed ? 1 : 0;
      slot.tries.push_back(std::move(one));
    } while ((slot.tries.back().apart && apart < kTriesApartMax) ||
             (slot.tries.back().disturbed && disturbed < kTriesDisturbedMax));
    record_.cases[case_index].slots.push_back(std::move(slot));
  }

  void end_case(std::size_t case_index, Side side, const CaseRun& run) {
    if (run.end == RunEnd::interrupted) {
      record_.interrupted = true;
      return;
    }
    AbCaseRecord& record = record_.cases[case_index];
    record.end = run.end;
    record.ended_by = side;
    record.problem = run.problem;
  }

  /// The claims that are still open, as {case, metric}.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> open_claims() const {
    std::vector<std::pair<std::size_t, std::size_t>> open;
    for (std::size_t c = 0; c < cases_.size(); ++c)
      for (std::size_t m = 0; m < cases_[c].metrics.size(); ++m)
        if (record_.cases[c].end == RunEnd::measured && !record_.cases[c].claims[m].look)
          open.emplace_back(c, m);
    return open;
  }

  void judge(std::size_t pairs, double share) {
    const auto open = open_claims();
    const auto decide = [&](Side other, bool with_disturbed) {
      std::vector<std::vector<double>> values;
      for (const auto& [c, m] : open)
        values.push_back(differences_of(record_.cases[c], m, cases_[c].metrics[m].higher_is_better, other,
                                        record_.cases[c].slots.size(), with_disturbed));
      const std::vector<Differences> claims(values.begin(), values.end());
      return judge_claims(claims, record_.family, rules_.gate, share);
    };
    const auto found = decide(Side::next, false), cautious = decide(Side::next, true);
    const auto control = decide(Side::control, false);
    for (std::size_t i = 0; i < open.size(); ++i) {
      const AbCaseRecord& record = record_.cases[open[i].first];
      ClaimState& claim = record_.cases[open[i].first].claims[open[i].second];
      claim.decision = found[i];
      claim.control = control[i];
      claim.slots = record.slots.size();
      claim.fragile = found[i].verdict != cautious[i].verdict;
      if (claim.fragile) claim.decision.verdict = GateVerdict::inconclusive;
      if (claim.decision.verdict != GateVerdict::inconclusive) claim.look = record_.looks.size();
      record_.control_alarm = record_.control_alarm || is_alarm(control[i].verdict);
    }
    record_.looks.push_back({pairs, share});
  }

  const std::vector<AbCase>& cases_;
  const AbRules& rules_;
  CaseRunner& runner_;
  std::mt19937_64 random_;
  std::vector<double> slot_s_;  ///< how long each case's last slot took
  std::size_t slots_done_ = 0;
  AbRecord record_;
};

}  // namespace

AbRecord run_ab_session(const std::vector<AbCase>& cases, const AbRules& rules, CaseRunner& runner) {
  return AbSession(cases, rules, runner).run();
}

std::vector<double> differences_of(const AbCaseRecord& record, std::size_t metric, bool higher_is_better,
                                   Side other, std::size_t slots, bool with_disturbed) {
  std::vector<double> differences;
  const auto add = [&](const Try& one) {
    const auto& base = one.runs[index_of(Side::base)].values[metric];
    const auto& next = one.runs[index_of(other)].values[metric];
    if (one.apart || !base || !next) return;
    const double d = std::log(*next) - std::log(*base);
    differences.push_back(higher_is_better ? -d : d);
  };
  for (std::size_t i = 0; i < std::min(slots, record.slots.size()); ++i) {
    const std::vector<Try>& tries = record.slots[i].tries;
    if (with_disturbed) std::for_each(tries.begin(), tries.end(), add);
    else add(tries.back());
  }
  return differences;
}

}  // namespace pcbench
