// empty: a pop says empty (or closed) only if at some instant of the call nothing was certainly inside.
// Each message is certainly inside from the end of its push to the begin of its pop; messages may take turns,
// so the union of these open intervals is what counts. Where two only touch, an instant is left.
// And closed stays: no pop that began after one has said so gets a message.
#include <fmt/format.h>

#include <map>
#include <optional>
#include <vector>

#include "check/history/checks.h"
#include "check/registry.h"

namespace pcbench {
namespace {

/// The union of all certain presences, as disjoint open pieces by rising time.
std::vector<Messages::Inside> covered(const Messages& messages) {
  std::vector<Messages::Inside> pieces;
  for (const std::uint32_t i : messages.sorted_by([](const Message& m) { return m.push_end; })) {
    const Messages::Inside inside = messages.inside(i);
    if (!inside.certain()) continue;
    if (!pieces.empty() && inside.lo < pieces.back().hi)
      pieces.back().hi = std::max(pieces.back().hi, inside.hi);
    else pieces.push_back(inside);
  }
  return pieces;
}

bool all_inside(const std::vector<Messages::Inside>& pieces, const Operation& op) {
  const auto after =
      std::lower_bound(pieces.begin(), pieces.end(), op.invoked_ns,
                       [](const Messages::Inside& piece, std::uint64_t t) { return piece.lo < t; });
  return after != pieces.begin() && std::prev(after)->hi > op.returned_ns;
}

/// The guard is for two workers' clocks: what a consumer popped itself after it had said `empty` was not out
/// before, however short the time between.
class OwnLater {
 public:
  explicit OwnLater(const Messages& messages) : messages_(messages) {
    for (std::uint32_t i = 0; i < messages.all().size(); ++i) {
      if (!messages[i].popped() || !messages[i].acknowledged()) continue;
      const Operation& pop = messages.operation(messages[i].pop);
      if (pop.invoked_ns == messages[i].pop_begin) pops_[pop.worker].push_back(i);  // popped once
    }
    for (auto& [worker, pops] : pops_) {
      std::sort(pops.begin(), pops.end(),
                [&](auto x, auto y) { return messages[x].pop_begin < messages[y].pop_begin; });
      std::vector<std::uint32_t>& oldest = oldest_[worker] = pops;  // of each and those after it
      for (std::size_t i = oldest.size(); i-- > 1;)
        if (messages[oldest[i]].push_end < messages[oldest[i - 1]].push_end) oldest[i - 1] = oldest[i];
    }
  }

  /// A message that was inside before OP began and that OP's worker popped after it; nullopt: there is none.
  [[nodiscard]] std::optional<std::uint32_t> find(const Operation& op) const {
    const auto own = pops_.find(op.worker);
    if (own == pops_.end()) return std::nullopt;
    const auto& pops = own->second;
    const auto later = std::partition_point(
        pops.begin(), pops.end(), [&](std::uint32_t i) { return messages_[i].pop_begin <= op.returned_ns; });
    if (later == pops.end()) return std::nullopt;
    const std::uint32_t i = oldest_.at(op.worker)[static_cast<std::size_t>(later - pops.begin())];
    if (!messages_.precedes(messages_[i].push_end, op.invoked_ns)) return std::nullopt;
    return i;
  }

 private:
  const Messages& messages_;
  std::map<std::uint16_t, std::vector<std::uint32_t>> pops_;  // of each worker, by rising time
  std::map<std::uint16_t, std::vector<std::uint32_t>> oldest_;
};

/// A message that was inside when OP began. Requires: there is one.
std::uint32_t witness(const Messages& messages, const Operation& op) {
  for (std::uint32_t i = 0; i < messages.all().size(); ++i) {
    const Messages::Inside inside = messages.inside(i);
    if (inside.lo < op.invoked_ns && op.invoked_ns < inside.hi) return i;
  }
  return 0;
}

/// The first pop that said closed and was over before another began that got a message, and that message.
struct LateDelivery {
  std::uint32_t closed;
  std::uint32_t message;
};
std::optional<LateDelivery> late_delivery(const Messages& messages,
                                          const std::vector<std::uint32_t>& empties) {
  std::optional<std::uint32_t> first;
  for (const std::uint32_t k : empties) {
    const Operation& op = messages.operation(k);
    if (op.status == OperationStatus::closed &&
        (!first || op.returned_ns < messages.operation(*first).returned_ns))
      first = k;
  }
  if (!first) return std::nullopt;
  const std::uint64_t closed_ns = messages.operation(*first).returned_ns;
  for (std::uint32_t i = 0; i < messages.all().size(); ++i)
    if (messages[i].popped() && messages.precedes(closed_ns, messages[i].pop_begin))
      return LateDelivery{*first, i};
  return std::nullopt;
}

}  // namespace

Verdict judge_history_empty(const Messages& messages) {
  Verdict verdict;
  verdict.check = "empty";
  const std::vector<Operation>& operations = messages.history().operations;
  std::vector<std::uint32_t> empties;
  for (std::uint32_t k = 0; k < operations.size(); ++k) {
    const Operation& op = operations[k];
    const bool nothing = op.status == OperationStatus::empty || op.status == OperationStatus::closed;
    if (op.kind == OperationKind::pop && nothing) empties.push_back(k);
  }
  const bool promised = messages.history().promises.empty_exact;
  std::uint64_t false_empties = 0;
  if (!empties.empty()) {
    const std::vector<Messages::Inside> pieces = covered(messages);
    const OwnLater own_later(messages);
    for (const std::uint32_t k : empties) {
      const std::optional<std::uint32_t> own = own_later.find(operations[k]);
      if (!own && !all_inside(pieces, operations[k])) continue;
      ++false_empties;
      if (!promised || verdict.outcome == Outcome::fail) continue;
      const std::uint32_t i = own ? *own : witness(messages, operations[k]);
      const char* said = operations[k].status == OperationStatus::empty ? "empty" : "closed";
      fail(verdict, messages.example_of_operation(
                        k, fmt::format("{} said {}, but something was inside all the time, first {}",
                                       messages.say_operation(k), said, messages.say(i))));
      verdict.counter_example->producer = messages.operation(messages[i].push).producer;
      verdict.counter_example->sequence = messages.operation(messages[i].push).sequence;
      messages.involve(i, *verdict.counter_example);
    }
  }
  if (const auto late = late_delivery(messages, empties); late && promised)
    fail(verdict, messages.example(late->message, fmt::format("{} was delivered after {} said closed",
                                                              messages.say(late->message),
                                                              messages.say_operation(late->closed))));
  if (!promised) verdict.reason = "an exact empty is not promised";
  verdict.facts = {{"empties", number(empties.size())}, {"false_empties", number(false_empties)}};
  if (promised && empties.empty()) verdict.facts.emplace_back(kVacuous, true);
  return verdict;
}

const CheckRow kEmptyCheck = {
    .name = "empty",
    .help = "verify history: a pop says empty or closed only when it is so, where that is promised",
    .judge = nullptr,
};

}  // namespace pcbench
