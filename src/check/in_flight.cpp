#include "check/in_flight.h"

#include <algorithm>

#include "check/rounds.h"

namespace pcbench {
namespace {

/// Whether a death of consumer INDEX, which the case ordered, may have taken messages with it: in_pop, and
/// only there, it is certain that all it had released was noted.
bool takes_messages_along(const CaseRecord& record, std::uint32_t index) {
  if (record.promises.at_least_once) return false;
  if (!record.promises.keeps_unreleased) return true;
  const auto elsewhere = [&](const FaultSpec& fault) {
    return fault.consumer && fault.index == index && fault.phase != FaultPhase::in_pop;
  };
  return std::any_of(record.config.faults.begin(), record.config.faults.end(), elsewhere);
}

}  // namespace

std::uint64_t held_at_most(const CaseRecord& record, const RoundRecord& round) {
  std::uint64_t held = 0;
  for (const Taker& taker : takers(round))
    if (taker.index && !left(*taker.worker)) held += record.effective.batch_messages;
  return held;
}

std::uint64_t in_flight_at_most(const CaseRecord& record, const RoundRecord& round) {
  std::uint64_t messages = 0;
  for (const Taker& taker : takers(round))
    if (taker.index && taker.worker->exit.asked && takes_messages_along(record, *taker.index))
      messages += record.effective.batch_messages;
  return messages;
}

std::uint64_t redelivered_at_most(const CaseRecord& record, const RoundRecord& round) {
  std::uint64_t messages = 0;
  for (const WorkerRecord& worker : round.workers)
    if (record.promises.at_least_once && may_be_redelivered(record.config, worker))
      messages += record.effective.batch_messages;
  return messages;
}

}  // namespace pcbench
