// empty: a pop says empty (or closed) only if at some instant of the call nothing was certainly inside.
// Each message is certainly inside from the end of its push to the begin of its pop; messages may take turns,
// so the union of these open intervals is what counts. Where two only touch, an instant is left.
#include <fmt/format.h>

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

/// A message that was inside when OP began. Requires: there is one.
std::uint32_t witness(const Messages& messages, const Operation& op) {
  for (std::uint32_t i = 0; i < messages.all().size(); ++i) {
    const Messages::Inside inside = messages.inside(i);
    if (inside.lo < op.invoked_ns && op.invoked_ns < inside.hi) return i;
  }
  return 0;
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
    for (const std::uint32_t k : empties) {
      if (!all_inside(pieces, operations[k])) continue;
      ++false_empties;
      if (!promised || verdict.outcome == Outcome::fail) continue;
      const std::uint32_t i = witness(messages, operations[k]);
      const char* said = operations[k].status == OperationStatus::empty ? "empty" : "closed";
      fail(verdict, messages.example_of_operation(
                        k, fmt::format("{} said {}, but something was inside all the time, first {}",
                                       messages.say_operation(k), said, messages.say(i))));
      verdict.counter_example->producer = messages.operation(messages[i].push).producer;
      verdict.counter_example->sequence = messages.operation(messages[i].push).sequence;
    }
  }
  if (!promised) verdict.reason = "an exact empty is not promised";
  verdict.facts = {{"empties", number(empties.size())}, {"false_empties", number(false_empties)}};
  if (promised && empties.empty()) verdict.facts.emplace_back(kVacuous, true);
  return verdict;
}

const CheckRow kEmptyCheck = {
    .name = "empty",
    .help = "verify history: a pop says empty only when it is so, where that is promised",
    .judge = nullptr,
};

}  // namespace pcbench
