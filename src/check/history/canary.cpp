// The canary: a check that has never failed proves nothing, so part of this very log is damaged and judged
// again.
#include <algorithm>
#include <set>
#include <string_view>

#include "check/history/checks.h"
#include "check/history/judge_history.h"

namespace pcbench {
namespace {

constexpr std::uint32_t kMessagesPerProducer = 256;

/// Those of CHOSEN that were popped: a history of its own, as good as the whole. Its operations are push,
/// pop, push, pop …
History part_of(const Messages& messages, const std::set<std::uint32_t>& chosen) {
  const History& whole = messages.history();
  History part;
  part.promises = whole.promises;
  part.clock_guard_ns = whole.clock_guard_ns;
  part.workers = whole.workers;
  for (const std::uint32_t i : chosen) {
    if (!messages[i].popped() || !messages[i].acknowledged()) continue;
    part.operations.push_back(messages.operation(messages[i].push));
    part.operations.push_back(messages.operation(messages[i].pop));
  }
  return part;
}

/// From the middle of each producer's.
History middle_of(const Messages& messages) {
  std::set<std::uint32_t> chosen;
  for (const ProducerRange& range : messages.producers()) {
    const std::uint32_t spare =
        std::max(range.end - range.begin, kMessagesPerProducer) - kMessagesPerProducer;
    const std::uint32_t first = range.begin + spare / 2;
    for (std::uint32_t i = first; i < std::min(range.end, first + kMessagesPerProducer); ++i)
      chosen.insert(i);
  }
  return part_of(messages, chosen);
}

/// From all over the log, with each producer's first and last and the one that was inside longest: where they
/// leave no way to do a damage, hardly any others do.
History spread_of(const Messages& messages) {
  std::set<std::uint32_t> chosen;
  std::uint64_t longest_ns = 0;
  std::uint32_t longest = kNoOperation;
  for (const ProducerRange& range : messages.producers()) {
    if (range.begin == range.end) continue;
    const std::uint32_t step = std::max((range.end - range.begin) / kMessagesPerProducer, 1U);
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      if ((i - range.begin) % step == 0) chosen.insert(i);
      const Message& message = messages[i];
      if (!message.popped() || message.pop_begin <= message.push_end) continue;
      if (message.pop_begin - message.push_end <= longest_ns) continue;
      longest_ns = message.pop_begin - message.push_end;
      longest = i;
    }
    chosen.insert(range.end - 1);
  }
  if (longest != kNoOperation) chosen.insert(longest);
  return part_of(messages, chosen);
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
  /// MOST: operations that may be added.
  Canary(History good, std::uint64_t most) : good_(std::move(good)), most_(most), messages_(good_) {}

  CanaryReport report() {
    if (good_.operations.empty()) return {.all_noticed = false, .not_tried = {}};
    const std::size_t some_pop = good_.operations.size() / 4 * 2 + 1;
    if (good_.promises.lossless)
      expect("delivery", [&](auto& ops) { ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(some_pop)); });
    if (!good_.promises.at_least_once) expect("delivery", [&](auto& ops) { ops.push_back(ops[some_pop]); });
    expect("delivery", [&](auto& ops) { ops[some_pop].sequence ^= std::uint64_t{1} << 62U; });
    expect("causality", [&](auto& ops) {
      Operation& push = ops[some_pop - 1];
      push.invoked_ns = push.returned_ns = ops[some_pop].returned_ns + good_.clock_guard_ns + 1;
    });
    if (good_.promises.order != Order::none) try_to("order", [&] { return swap_two(); });
    if (good_.promises.empty_exact) try_to("empty", [&] { return say_empty(); });
    if (good_.promises.capacity_slots) try_to("capacity", [&] { return overfill(); });
    if (good_.promises.capacity_slots && good_.promises.full_exact) say_full();
    return std::move(report_);
  }

 private:
  template <class Damage>
  void expect(std::string_view check, Damage&& damage) {
    History damaged = good_;
    damage(damaged.operations);
    report_.all_noticed = report_.all_noticed && fails(damaged, check);
  }

  /// TRIAL says whether the log was such that the damage could be done.
  template <class Trial>
  void try_to(const char* check, Trial&& trial) {
    if (!trial()) report_.not_tried.emplace_back(check);
  }

  /// Whether X was popped before Y, without doubt: one consumer's own pops need no guard.
  [[nodiscard]] bool out_before(const Message& x, const Message& y) const {
    const bool own = messages_.operation(x.pop).worker == messages_.operation(y.pop).worker;
    return messages_.precedes(x.pop_end, y.pop_begin) || (own && x.pop_end < y.pop_begin);
  }

  /// Two messages of one producer come out in each other's place, where there is no doubt about either.
  bool swap_two() {
    std::set<std::uint32_t> sequential;
    for (const ProducerRange& range : messages_.sequential_producers()) sequential.insert(range.producer);
    for (const ProducerRange& range : messages_.producers()) {
      const bool by_sequence = sequential.count(range.producer) != 0;
      for (std::uint32_t i = range.begin; i < range.end; ++i) {
        for (std::uint32_t later = i + 1; later < range.end; ++later) {
          const Message& x = messages_[i];
          const Message& y = messages_[later];
          const bool in_before = by_sequence || messages_.precedes(x.push_end, y.push_begin);
          if (!in_before || !out_before(x, y)) continue;
          expect("order", [&](auto& ops) { std::swap(ops[x.pop].sequence, ops[y.pop].sequence); });
          return true;
        }
      }
    }
    return false;
  }

  /// A consumer says empty while a message is inside; if there is none that is so for others, just before it
  /// pops one itself.
  bool say_empty() {
    for (const bool to_itself : {false, true}) {
      for (std::uint32_t i = 0; i < messages_.all().size(); ++i) {
        const Messages::Inside inside = messages_.inside(i);
        const Message& message = messages_[i];
        const std::uint64_t time_ns =
            to_itself ? std::max(message.pop_begin, std::uint64_t{1}) - 1 : inside.lo + 1;
        const bool certain = to_itself ? messages_.precedes(message.push_end, time_ns)
                                       : inside.certain() && inside.hi - inside.lo >= 2;
        if (!certain) continue;
        expect("empty", [&](auto& ops) {
          Operation op = ops[message.pop];
          op.invoked_ns = op.returned_ns = time_ns;
          op.producer = kNoProducer;
          op.status = OperationStatus::empty;
          ops.push_back(op);
        });
        return true;
      }
    }
    return false;
  }

  /// When all is over, one message more than there is room for goes in before any of them comes out.
  bool overfill() {
    const std::uint64_t messages = *good_.promises.capacity_slots + 1;
    if (2 * messages > most_) return false;
    expect("capacity", [&](auto& ops) {
      Operation push = ops[0];
      Operation pop = ops[1];
      push.invoked_ns = push.returned_ns = long_after();
      pop.invoked_ns = pop.returned_ns = push.returned_ns + 2 * good_.clock_guard_ns + 2;
      push.sequence = pop.sequence = std::uint64_t{1} << 61U;
      for (std::uint64_t i = 0; i < messages; ++i, ++push.sequence, ++pop.sequence) {
        ops.push_back(push);
        ops.push_back(pop);
      }
    });
    return true;
  }

  /// When all is over and nothing is inside, a push says full.
  void say_full() {
    expect("capacity", [&](auto& ops) {
      Operation op = ops[0];
      op.invoked_ns = op.returned_ns = long_after();
      op.status = OperationStatus::full;
      ops.push_back(op);
    });
  }

  /// A time at which all operations are over, whatever the clocks.
  [[nodiscard]] std::uint64_t long_after() const {
    std::uint64_t last_ns = 0;
    for (const Operation& op : good_.operations) last_ns = std::max(last_ns, op.returned_ns);
    return last_ns + 2 * good_.clock_guard_ns + 2;
  }

  History good_;
  std::uint64_t most_;
  Messages messages_;  // of good_
  CanaryReport report_;
};

}  // namespace

CanaryReport try_canary(const Messages& messages) {
  constexpr std::uint64_t kFewOperations = 1U << 17U;  // what it adds should not outweigh the log
  const std::uint64_t most = std::max<std::uint64_t>(messages.history().operations.size(), kFewOperations);
  History middle = middle_of(messages);
  if (middle.operations.empty()) return Canary(spread_of(messages), most).report();
  CanaryReport report = Canary(std::move(middle), most).report();
  // Whether there is room for one message too many is up to the capacity and the log's length alone.
  if (report.not_tried.empty() || report.not_tried == std::vector<std::string>{"capacity"}) return report;
  const CanaryReport again = Canary(spread_of(messages), most).report();
  report.all_noticed = report.all_noticed && again.all_noticed;
  std::erase_if(report.not_tried, [&](const std::string& check) {
    return std::find(again.not_tried.begin(), again.not_tried.end(), check) == again.not_tried.end();
  });
  return report;
}

}  // namespace pcbench
