#include "check/history/judge_history.h"

#include <algorithm>

#include "check/history/checks.h"

namespace pcbench {
namespace {

bool exercised_nothing(const Verdict& verdict) {
  return std::any_of(verdict.facts.begin(), verdict.facts.end(),
                     [](const auto& fact) { return fact.first == kVacuous; });
}

void make_unknown(Verdict& verdict, const char* reason) {
  verdict.outcome = Outcome::unknown;
  verdict.reason = reason;
}

/// What is wrong with some of the messages is wrong with all of them, so a fail is a fail. What only the rest
/// of them would show is not seen, and whether a queue was rightly called full is not judged.
void say_what_bursts_hide(Verdict& verdict) {
  verdict.facts.emplace_back("sampled", true);
  if (verdict.outcome != Outcome::pass || !verdict.reason.empty()) return;
  verdict.reason = "bursts: judged is what happened to the messages logged";
  if (verdict.check == "capacity") verdict.reason += "; whether full was said rightly cannot be";
  if (verdict.check == "empty") verdict.reason += "; only they can show that something was inside";
  if (verdict.check == "delivery") verdict.reason += "; of the others only number and sum";
}

}  // namespace

std::vector<Verdict> verdicts_of(const Messages& messages) {
  std::vector<Verdict> verdicts = {judge_history_delivery(messages), judge_history_causality(messages),
                                   judge_history_order(messages), judge_history_empty(messages),
                                   judge_history_capacity(messages)};
  if (messages.history().sampled)
    for (Verdict& verdict : verdicts) say_what_bursts_hide(verdict);
  if (messages.history().clock_trusted) return verdicts;
  for (std::size_t i = 1; i < verdicts.size(); ++i)  // delivery looks at the clock only to excuse
    make_unknown(verdicts[i], "clock_untrusted: the workers' clocks differ by more than the guard");
  return verdicts;
}

std::vector<Verdict> recheck(const History& history) { return verdicts_of(Messages(history)); }

std::vector<Verdict> judge_history(const History& history) {
  const Messages messages(history);
  std::vector<Verdict> verdicts = verdicts_of(messages);
  for (Verdict& verdict : verdicts)
    if (verdict.outcome == Outcome::pass && exercised_nothing(verdict))
      make_unknown(verdict, "vacuous: nothing in this run put it to the test");
  const auto passed = [](const Verdict& verdict) { return verdict.outcome == Outcome::pass; };
  if (std::none_of(verdicts.begin(), verdicts.end(), passed)) return verdicts;
  const CanaryReport canary = try_canary(messages);
  const auto not_tried = [&](const Verdict& verdict) {
    return std::find(canary.not_tried.begin(), canary.not_tried.end(), verdict.check) !=
           canary.not_tried.end();
  };
  for (Verdict& verdict : verdicts) {
    if (!passed(verdict)) continue;
    if (!canary.all_noticed)
      make_unknown(verdict, "canary_missed: damage done to a copy of this log was not noticed");
    if (!not_tried(verdict)) continue;
    verdict.facts.emplace_back(kCanaryNotTried, number(1));
    if (passed(verdict))
      make_unknown(verdict, "canary_not_tried: no copy of this log could be damaged for the check to notice");
  }
  return verdicts;
}

bool canary_detected(const History& history) {
  const CanaryReport canary = try_canary(Messages(history));
  return canary.all_noticed && canary.not_tried.empty();
}

}  // namespace pcbench
