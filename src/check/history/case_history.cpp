#include "check/history/case_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "check/history/checks.h"
#include "check/history/judge_history.h"
#include "model/names.h"

namespace pcbench {
namespace {

using Facts = std::vector<std::pair<std::string, Fact>>;

Fact* find_fact(Facts& facts, std::string_view name) {
  const auto it =
      std::find_if(facts.begin(), facts.end(), [&](const auto& fact) { return fact.first == name; });
  return it == facts.end() ? nullptr : &it->second;
}
const Fact* find_fact(const Facts& facts, std::string_view name) {
  return find_fact(const_cast<Facts&>(facts), name);
}

/// How much a round says that ended so: one in which a check was exercised outweighs those in which it was
/// not, or was but in vain.
enum class Weight { vacuous, not_tried, counts };
Weight weight_of(const Verdict& verdict) {
  if (verdict.outcome != Outcome::unknown) return Weight::counts;
  if (find_fact(verdict.facts, kVacuous) != nullptr) return Weight::vacuous;
  return verdict.reason.starts_with(kCanaryNotTried) ? Weight::not_tried : Weight::counts;
}

/// Facts of one round that do not add up over rounds: the largest is shown.
bool is_maximum(std::string_view name) {
  constexpr std::array<std::string_view, 4> kMaxima = {"capacity_slots", "max_inside", "overtaken_max",
                                                       "worst_lateness_ns"};
  return std::find(kMaxima.begin(), kMaxima.end(), name) != kMaxima.end();
}

/// Takes the facts of one more round into those of all before it. What one round cannot tell (null) all
/// cannot.
void add_facts(Facts& all, const Facts& more) {
  const auto integer = [](const Fact* fact) {
    return fact == nullptr ? nullptr : std::get_if<std::int64_t>(fact);
  };
  const std::int64_t* before = integer(find_fact(all, "overtaken_max"));
  const std::int64_t* now = integer(find_fact(more, "overtaken_max"));
  const bool worse = now != nullptr && (before == nullptr || *now > *before);
  for (const auto& [name, fact] : more) {
    Fact* known = find_fact(all, name);
    if (known == nullptr) {
      all.emplace_back(name, fact);
    } else if (name == "kept") {
      const Order a = value_of<Order>(std::get<std::string>(*known)).value();
      const Order b = value_of<Order>(std::get<std::string>(fact)).value();
      *known = std::string(name_of(std::max(a, b)));  // the weaker
    } else if (name == "overtaken") {
      if (worse) *known = fact;
    } else if (std::holds_alternative<std::int64_t>(*known) && std::holds_alternative<std::int64_t>(fact)) {
      const std::int64_t x = std::get<std::int64_t>(*known);
      const std::int64_t y = std::get<std::int64_t>(fact);
      *known = is_maximum(name) ? std::max(x, y) : x + y;
    } else if (std::holds_alternative<std::monostate>(fact)) {
      *known = fact;
    }
  }
}

void fold_round(Verdict& all, Verdict&& round) {
  const Weight before = weight_of(all);
  const Weight now = weight_of(round);
  const bool replaces = now > before || (now == before && round.outcome > all.outcome);
  if (replaces) {
    all.outcome = round.outcome;
    all.reason = std::move(round.reason);
    all.counter_example = std::move(round.counter_example);
  }
  add_facts(all.facts, round.facts);
  if (std::max(before, now) != Weight::vacuous)
    std::erase_if(all.facts, [](const auto& fact) { return fact.first == kVacuous; });
}

Verdict not_judged(std::string_view check, const std::exception& error) {
  Verdict verdict;
  verdict.check = check;
  verdict.outcome = Outcome::unknown;
  verdict.reason = std::string("checker_error: ") + error.what();
  return verdict;
}

std::vector<Verdict> judge_or_say_why_not(const History& history) {
  try {
    return judge_history(history);
  } catch (const std::exception& error) {
    std::vector<Verdict> verdicts;
    for (const char* check : {"delivery", "causality", "order", "empty", "capacity"})
      verdicts.push_back(not_judged(check, error));
    return verdicts;
  }
}

}  // namespace

Outcome CaseHistory::add(const RoundRecord& round, const History& history) {
  Outcome outcome = Outcome::pass;
  for (Verdict& verdict : judge_or_say_why_not(history)) {
    outcome = worst(outcome, verdict.outcome);
    if (verdict.counter_example) verdict.counter_example->round = round.index;
    if (verdict.outcome != Outcome::pass && weight_of(verdict) == Weight::counts)
      verdict.reason = fmt::format("round {}: {}", round.index, verdict.reason);
    const auto known = std::find_if(verdicts_.begin(), verdicts_.end(),
                                    [&](const Verdict& other) { return other.check == verdict.check; });
    if (known == verdicts_.end()) verdicts_.push_back(std::move(verdict));
    else fold_round(*known, std::move(verdict));
  }
  ++rounds_;
  return outcome;
}

const Verdict* CaseHistory::find(std::string_view check) const {
  const auto it = std::find_if(verdicts_.begin(), verdicts_.end(),
                               [&](const Verdict& verdict) { return verdict.check == check; });
  return it == verdicts_.end() ? nullptr : &*it;
}

void CaseHistory::merge_into(Verdict& verdict) const {
  const Verdict* history = find(verdict.check);
  if (history == nullptr) return;
  if (history->outcome >= verdict.outcome && !history->reason.empty()) {
    verdict.outcome = history->outcome;
    verdict.reason = history->reason;
    verdict.counter_example = history->counter_example;
  }
  for (const auto& [name, fact] : history->facts) {
    Fact* known = find_fact(verdict.facts, name);
    if (known == nullptr) {
      verdict.facts.emplace_back(name, fact);
      continue;
    }
    const auto* counted = std::get_if<std::int64_t>(known);
    const auto* logged = std::get_if<std::int64_t>(&fact);
    const bool tells_less = std::holds_alternative<std::monostate>(fact) ||
                            (counted != nullptr && logged != nullptr && *counted > *logged);
    if (!tells_less) *known = fact;
  }
}

std::vector<Warning> CaseHistory::warnings(const CaseRecord& record) const {
  const Verdict* order = find("order");
  const Fact* kept = order == nullptr ? nullptr : find_fact(order->facts, "kept");
  const Fact* pairs = order == nullptr ? nullptr : find_fact(order->facts, "fifo_pairs");
  if (kept == nullptr || pairs == nullptr || std::get<std::int64_t>(*pairs) == 0) return {};
  const Order promised = record.promises.order;
  const Order seen = value_of<Order>(std::get<std::string>(*kept)).value();
  if (seen >= promised ||
      (seen == Order::fifo && promised == Order::per_producer && record.config.producers < 2))
    return {};
  return {
      {"stronger_than_declared",
       fmt::format("{} promises {}, but kept {} in all {} pairs of messages that could have shown otherwise",
                   record.config.transport, name_of(promised), name_of(seen), std::get<std::int64_t>(*pairs)),
       "if that is by design, let it promise so: then it is judged", record.config.id}};
}

}  // namespace pcbench
