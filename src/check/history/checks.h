// The checks of a history, each blind to what the others judge.
#pragma once

#include <string>
#include <vector>

#include "check/history/messages.h"
#include "model/verdict.h"

namespace pcbench {

[[nodiscard]] Verdict judge_history_delivery(const Messages& messages);
[[nodiscard]] Verdict judge_history_causality(const Messages& messages);
[[nodiscard]] Verdict judge_history_order(const Messages& messages);
[[nodiscard]] Verdict judge_history_empty(const Messages& messages);
[[nodiscard]] Verdict judge_history_capacity(const Messages& messages);

/// All of them; `unknown` where the clock is not trusted.
[[nodiscard]] std::vector<Verdict> verdicts_of(const Messages& messages);

/// What became of the damage done to copies of a log.
struct CanaryReport {
  bool all_noticed = true;             ///< all that was done; false also where there was nothing to damage
  std::vector<std::string> not_tried;  ///< checks that this log left no way to put to the test
};
[[nodiscard]] CanaryReport try_canary(const Messages& messages);

/// The fact that tells a run that a check passed for want of anything to check.
inline constexpr const char* kVacuous = "vacuous";
/// The fact that tells in how many rounds a check found nothing, and could not be put to the test by the
/// canary; its reason begins so, too.
inline constexpr const char* kCanaryNotTried = "canary_not_tried";

/// The first failure's words stay.
inline void fail(Verdict& verdict, CounterExample example) {
  if (verdict.outcome == Outcome::fail) return;
  verdict.outcome = Outcome::fail;
  verdict.reason = example.what;
  verdict.counter_example = std::move(example);
}

[[nodiscard]] inline Fact number(std::uint64_t n) { return static_cast<std::int64_t>(n); }

}  // namespace pcbench
