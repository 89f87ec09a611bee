// order: each producer's messages leave in the order it sent them, within each consumer.
// Evidence    a consumer compares each sequence with the last one it popped of that producer
// Allows      at_least_once: as many as a consumer that died may have held come late, out of order
// Misses      a swap across two consumers, and fifo across producers: those need the history of all
//             operations
#include <fmt/format.h>

#include "check/in_flight.h"
#include "check/registry.h"
#include "check/rounds.h"

namespace pcbench {
namespace {

RoundJudgement judge_sequences(const Contradictions& seen) {
  if (!seen.who) return {};
  std::string what = fmt::format("{} popped message {} of p{} after message {}", seen.who->name(),
                                 seen.first.sequence, seen.first.producer, seen.first.expected_sequence - 1);
  return {Outcome::fail, what, example_of(seen, what)};
}

Verdict judge_order(const CaseRecord& record) {
  Verdict verdict;
  if (std::string off = switched_off(record, "order"); !off.empty()) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = std::move(off);
    verdict.facts = {{"judged", {}}, {"reordered", {}}};
    return verdict;
  }
  const bool promised = record.promises.order != Order::none;
  Count reordered;
  std::uint64_t popped = 0;
  for (const RoundRecord& round : record.rounds) {
    for (const Taker& taker : takers(round)) popped += taker.worker->messages;
    const Contradictions seen = contradictions(round, Finding::reordered);
    reordered.n += seen.count;
    if (promised && seen.count > redelivered_at_most(record, round))
      fold(verdict, record, round, judge_sequences(seen));
  }
  if (!promised) {
    verdict.reason = "no order is promised";
  } else if (popped == 0) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = "vacuous: no message was popped";
  }
  verdict.facts = {{"judged", std::string(promised ? "per_producer" : "none")},
                   {"reordered", reordered.fact()}};
  return verdict;
}

}  // namespace

const CheckRow kOrderCheck = {
    .name = "order",
    .help = "each consumer pops each producer's messages in the order they were sent",
    .judge = judge_order,
};

}  // namespace pcbench
