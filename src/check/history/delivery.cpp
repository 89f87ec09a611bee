// delivery: every message whose push said ok is popped exactly once, and nothing else is.
// A message nobody popped may have been taken by a pop that never returned, if that one began before any
// message that must come after it was out. Matching the two by time is exact.
#include <fmt/format.h>

#include "check/history/checks.h"
#include "check/registry.h"

namespace pcbench {
namespace {

/// A message that nobody popped, and the latest time at which a pop that took it can have begun.
struct Missing {
  std::uint32_t message;
  std::uint64_t taken_until_ns = kNever;
};

std::vector<Missing> missing_messages(const Messages& messages) {
  std::vector<Missing> missing;
  for (std::uint32_t i = 0; i < messages.all().size(); ++i)
    if (messages[i].acknowledged() && !messages[i].popped()) missing.push_back({i});
  return missing;
}

/// fifo: whoever was certainly pushed later must not be out before.
void limit_by_fifo(const Messages& messages, std::vector<Missing>& missing) {
  const std::vector<std::uint32_t> by_begin =
      messages.sorted_by([](const Message& m) { return m.push_begin; });
  std::sort(missing.begin(), missing.end(), [&](const Missing& x, const Missing& y) {
    return messages[x.message].push_end > messages[y.message].push_end;
  });
  auto later = by_begin.rbegin();
  std::uint64_t first_out = kNever;
  for (Missing& m : missing) {
    for (; later != by_begin.rend(); ++later) {
      if (!messages.precedes(messages[m.message].push_end, messages[*later].push_begin)) break;
      first_out = std::min(first_out, messages[*later].pop_end);
    }
    m.taken_until_ns = std::min(m.taken_until_ns, first_out);
  }
}

/// Likewise, of the same one of PRODUCERS. Requires: MISSING by rising index.
void limit_by_producer(const Messages& messages, const std::vector<ProducerRange>& producers,
                       std::vector<Missing>& missing) {
  auto m = missing.rbegin();  // by falling index
  for (auto range = producers.rbegin(); range != producers.rend(); ++range) {
    std::uint64_t first_out = kNever;
    while (m != missing.rend() && m->message >= range->end) ++m;
    for (std::uint32_t i = range->end; i-- > range->begin;) {
      if (m != missing.rend() && m->message == i) (m++)->taken_until_ns = first_out;
      first_out = std::min(first_out, messages[i].pop_end);
    }
  }
}

/// Takes away as many messages as pending pops can account for: none of what is delivered again if they never
/// return.
std::vector<Missing> unexplained(const Messages& messages, std::vector<Missing> missing) {
  const std::vector<std::uint64_t>& pops = messages.pending_pops_ns();
  if (pops.empty() || missing.empty() || messages.history().promises.at_least_once) return missing;
  const Order order = messages.history().promises.order;
  if (order == Order::per_producer) limit_by_producer(messages, messages.producers(), missing);
  if (order == Order::fifo) {
    limit_by_producer(messages, messages.sequential_producers(), missing);
    limit_by_fifo(messages, missing);
  }
  std::stable_sort(missing.begin(), missing.end(),
                   [](const Missing& x, const Missing& y) { return x.taken_until_ns < y.taken_until_ns; });
  std::vector<Missing> lost;
  auto pop = pops.begin();
  for (const Missing& m : missing) {
    if (pop != pops.end() && !messages.precedes(m.taken_until_ns, *pop)) ++pop;
    else lost.push_back(m);
  }
  return lost;
}

void fail_on_pops(const Messages& messages, const std::vector<std::uint32_t>& pops, const char* how,
                  Verdict& verdict) {
  if (pops.empty()) return;
  const Operation& op = messages.operation(pops.front());
  fail(verdict, messages.example_of_operation(
                    pops.front(), fmt::format("message {} of producer {} was {}: {}", op.sequence,
                                              op.producer, how, messages.say_operation(pops.front()))));
}

}  // namespace

Verdict judge_history_delivery(const Messages& messages) {
  Verdict verdict;
  verdict.check = "delivery";
  const HistoryPromises& promises = messages.history().promises;
  std::uint64_t acknowledged = 0;
  std::uint64_t popped = 0;
  std::uint64_t recovered = 0;
  for (const Message& message : messages.all()) {
    acknowledged += message.acknowledged() ? 1 : 0;
    popped += message.popped() ? 1 : 0;
    recovered += message.popped() && !message.acknowledged() ? 1 : 0;
  }
  const std::uint64_t doubled = messages.doubled().size();
  const std::vector<Missing> missing = missing_messages(messages);
  const std::vector<Missing> lost = unexplained(messages, missing);

  fail_on_pops(messages, messages.invented(), "popped, but never pushed", verdict);
  if (!promises.at_least_once) fail_on_pops(messages, messages.doubled(), "popped twice", verdict);
  if (promises.lossless && !lost.empty()) {
    const std::uint32_t i = lost.front().message;
    fail(verdict, messages.example(i, messages.say(i) + " was lost"));
  }
  if (messages.history().truncated && verdict.outcome == Outcome::pass) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = "history_truncated: the log was full before the run was over";
  }
  const bool sampled = messages.history().sampled;  // then nobody can tell how many of all
  verdict.facts = {{"pushed", number(acknowledged)},
                   {"popped", number(popped)},
                   {"lost", messages.history().truncated || sampled ? Fact{} : number(lost.size())},
                   {"duplicated", sampled ? Fact{} : number(promises.at_least_once ? 0 : doubled)},
                   {"unexpected", sampled ? Fact{} : number(messages.invented().size())},
                   {"lost_in_flight", number(missing.size() - lost.size())},
                   {"recovered", number(recovered)}};
  if (promises.at_least_once) verdict.facts.emplace_back("redelivered", sampled ? Fact{} : number(doubled));
  if (acknowledged + popped == 0) verdict.facts.emplace_back(kVacuous, true);
  return verdict;
}

Verdict judge_history_causality(const Messages& messages) {
  Verdict verdict;
  verdict.check = "causality";
  std::uint64_t future = 0;
  std::uint64_t popped = 0;
  for (std::uint32_t i = 0; i < messages.all().size(); ++i) {
    const Message& message = messages[i];
    popped += message.popped() ? 1 : 0;
    if (!messages.precedes(message.pop_end, message.push_begin)) continue;
    ++future;
    fail(verdict, messages.example(i, messages.say(i) + " was popped before its push began"));
  }
  verdict.facts = {{"future", number(future)}};
  if (popped == 0) verdict.facts.emplace_back(kVacuous, true);
  return verdict;
}

const CheckRow kCausalityCheck = {
    .name = "causality",
    .help = "verify history: no message is popped before its push began",
    .judge = nullptr,
};

}  // namespace pcbench
