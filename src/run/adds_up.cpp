#include "run/adds_up.h"

#include <algorithm>

#include "base/mix.h"
#include "model/evidence.h"

namespace pcbench {
namespace {

bool found_nothing(const Setup& setup, const WorkerRecord& worker) {
  for (std::size_t kind = 0; kind < worker.findings.size(); ++kind) {
    const bool allowed =
        static_cast<Finding>(kind) == Finding::reordered && setup.transport->promises.order == Order::none;
    if (worker.findings[kind].count != 0 && !allowed) return false;
  }
  return true;
}

/// Consumers, the drain among them, popped of producer PRODUCER what it sent, each message once.
bool all_popped(const Setup& setup, const RoundRecord& round, std::uint64_t seed, std::uint32_t producer) {
  TallyRecord popped = round.drain->tallies[producer];
  for (std::size_t id = setup.spec.producers; id < round.workers.size(); ++id) {
    popped.count += round.workers[id].tallies[producer].count;
    popped.sum += round.workers[id].tallies[producer].sum;
  }
  const std::uint64_t sent = round.workers[producer].messages;
  return popped.count == sent && popped.sum == run_sum(producer_key(seed, producer), 0, sent);
}

}  // namespace

bool adds_up(const Setup& setup, const RoundRecord& round) {
  if (round.end != RoundEnd::completed) return false;
  if (setup.transport->floor) return true;  // it moves nothing
  const bool all_left =
      std::all_of(round.workers.begin(), round.workers.end(),
                  [](const WorkerRecord& worker) { return worker.end_at_ns && worker.error.empty(); });
  if (!all_left || !round.drain) return false;
  const bool by_count = setup.spec.duration_ns == 0;
  if (by_count && (round.drain->messages != 0 || round.drain->pills != 0)) return false;
  if (!found_nothing(setup, *round.drain)) return false;
  std::uint64_t sent = 0, received = round.drain->messages;
  for (const WorkerRecord& worker : round.workers) {
    (worker.role == Role::producer ? sent : received) += worker.messages;
    if (!found_nothing(setup, worker)) return false;
  }
  if (sent != received || (by_count && sent != setup.spec.messages)) return false;
  const bool pongs_add_up = std::all_of(round.pongs.begin(), round.pongs.end(),
                                        [&](const RoundRecord& pongs) { return adds_up(setup, pongs); });
  if (!pongs_add_up) return false;
  if (setup.spec.verify == Verify::none || setup.transport->keeps_numbers) return true;
  for (std::uint32_t producer = 0; producer < setup.spec.producers; ++producer)
    if (!all_popped(setup, round, round.pong_seed.value_or(setup.spec.seed), producer)) return false;
  return true;
}

}  // namespace pcbench
