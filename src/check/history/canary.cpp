// The canary: a check that has never failed proves nothing, so part of this very log is damaged and judged
// again.
#include <algorithm>
#include <string_view>

#include "check/history/checks.h"
#include "check/history/judge_history.h"

namespace pcbench {
namespace {

constexpr std::uint32_t kMessagesPerProducer = 256;

/// Popped messages from the middle of each producer's: a history of its own, as good as the whole. Its
/// operations are push, pop, push, pop …
History middle_of(const Messages& messages) {
  const History& whole = messages.history();
  History part;
  part.promises = whole.promises;
  part.clock_guard_ns = whole.clock_guard_ns;
  part.workers = whole.workers;
  for (const ProducerRange& range : messages.producers()) {
    const std::uint32_t spare =
        std::max(range.end - range.begin, kMessagesPerProducer) - kMessagesPerProducer;
    const std::uint32_t first = range.begin + spare / 2;
    for (std::uint32_t i = first; i < std::min(range.end, first + kMessagesPerProducer); ++i) {
      if (!messages[i].popped() || !messages[i].acknowledged()) continue;
      part.operations.push_back(messages.operation(messages[i].push));
      part.operations.push_back(messages.operation(messages[i].pop));
    }
  }
  return part;
}

bool fails(const History& history, std::string_view check) {
  const std::vector<Verdict> verdicts = recheck(history);
  return std::any_of(verdicts.begin(), verdicts.end(), [&](const Verdict& verdict) {
    return verdict.check == check && verdict.outcome == Outcome::fail;
  });
}

/// Damages copies of one history and keeps count of what was noticed.
class Canary {
 public:
  explicit Canary(History good) : good_(std::move(good)), messages_(good_) {}

  bool all_noticed() {
    if (good_.operations.empty()) return false;
    const std::size_t some_pop = good_.operations.size() / 4 * 2 + 1;
    if (good_.promises.lossless)
      expect("delivery", [&](auto& ops) { ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(some_pop)); });
    if (!good_.promises.at_least_once) expect("delivery", [&](auto& ops) { ops.push_back(ops[some_pop]); });
    expect("delivery", [&](auto& ops) { ops[some_pop].sequence ^= std::uint64_t{1} << 62U; });
    expect("causality", [&](auto& ops) {
      Operation& push = ops[some_pop - 1];
      push.invoked_ns = push.returned_ns = ops[some_pop].returned_ns + good_.clock_guard_ns + 1;
    });
    if (good_.promises.order != Order::none) swap_two();
    if (good_.promises.empty_exact) say_empty();
    return all_noticed_;
  }

 private:
  template <class Damage>
  void expect(std::string_view check, Damage&& damage) {
    History damaged = good_;
    damage(damaged.operations);
    all_noticed_ = all_noticed_ && fails(damaged, check);
  }

  /// Two messages of one producer come out in each other's place, where the times leave no doubt about
  /// either.
  void swap_two() {
    for (std::uint32_t i = 1; i < messages_.all().size(); ++i) {
      const Message& x = messages_[i - 1];
      const Message& y = messages_[i];
      if (messages_.operation(x.push).producer != messages_.operation(y.push).producer) continue;
      if (!messages_.precedes(x.push_end, y.push_begin) || !messages_.precedes(x.pop_end, y.pop_begin))
        continue;
      expect("order", [&](auto& ops) { std::swap(ops[x.pop].sequence, ops[y.pop].sequence); });
      return;
    }
  }

  void say_empty() {
    for (std::uint32_t i = 0; i < messages_.all().size(); ++i) {
      const Messages::Inside inside = messages_.inside(i);
      if (!inside.certain() || inside.hi - inside.lo < 2) continue;
      expect("empty", [&](auto& ops) {
        Operation op = ops[messages_[i].pop];
        op.invoked_ns = op.returned_ns = inside.lo + 1;
        op.producer = kNoProducer;
        op.status = OperationStatus::empty;
        ops.push_back(op);
      });
      return;
    }
  }

  History good_;
  Messages messages_;  // of good_
  bool all_noticed_ = true;
};

}  // namespace

bool canary_detected(const Messages& messages) { return Canary(middle_of(messages)).all_noticed(); }

}  // namespace pcbench
