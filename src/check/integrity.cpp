// integrity: every payload byte is what its producer and sequence give.
// Evidence    consumers regenerate and compare each payload; the first wrong byte's offset is kept
#include <fmt/format.h>

#include "check/registry.h"
#include "check/rounds.h"

namespace pcbench {
namespace {

RoundJudgement judge_payloads(const Contradictions& seen) {
  if (!seen.who) return {};
  std::string what =
      fmt::format("{} popped message {} of p{} with a wrong payload, first at byte {}", seen.who->name(),
                  seen.first.sequence, seen.first.producer, seen.first.offset_bytes);
  return {Outcome::fail, what, example_of(seen, what)};
}

Verdict judge_integrity(const CaseRecord& record) {
  Verdict verdict;
  const std::string off = switched_off(record, "integrity");
  Count corrupted;
  std::uint64_t popped = 0;
  for (const RoundRecord& round : record.rounds) {
    for (const Taker& taker : takers(round)) popped += taker.worker->messages;
    const Contradictions seen = contradictions(round, Finding::corrupted);
    corrupted.n += seen.count;
    fold(verdict, record, round, judge_payloads(seen));
  }
  verdict.facts = {{"corrupted", corrupted.fact()}};
  if (corrupted.n > 0) return verdict;  // seen is seen, even where nobody asked
  if (!off.empty()) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = off;
    verdict.facts = {{"corrupted", {}}};
  } else if (popped == 0) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = "vacuous: no message was popped";
  } else if (record.config.payload_bytes == 0) {
    verdict.reason = "there are no payload bytes";
  }
  return verdict;
}

}  // namespace

const CheckRow kIntegrityCheck = {
    .name = "integrity",
    .help = "every payload byte is what its producer and sequence give",
    .judge = judge_integrity,
};

}  // namespace pcbench
