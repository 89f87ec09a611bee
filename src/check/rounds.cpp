#include "check/rounds.h"

#include <fmt/format.h>

#include "model/names.h"

namespace pcbench {

std::string switched_off(const CaseRecord& record, std::string_view check) {
  if (check == "termination") return {};
  if (record.floor) return "floor";
  if (record.config.verify == Verify::none) return "verify: none";
  if (check == "integrity" && record.config.integrity == Integrity::off) return "integrity: off";
  return {};
}

void fold(Verdict& verdict, const CaseRecord& record, const RoundRecord& round, RoundJudgement judgement) {
  if (judgement.counter_example) judgement.counter_example->round = round.index;
  if (judgement.outcome <= verdict.outcome) return;
  if (round.pong_seed) judgement.reason = "on the way back: " + judgement.reason;
  verdict.outcome = judgement.outcome;
  verdict.reason = record.rounds.size() == 1 ? judgement.reason
                                             : fmt::format("round {}: {}", round.index, judgement.reason);
  verdict.counter_example = std::move(judgement.counter_example);
}

std::string why_aborted(const RoundRecord& round) {
  switch (round.end) {
    case RoundEnd::completed:
      return {};
    case RoundEnd::hung:
      return fmt::format("the round was stopped by the watchdog ({})", name_of(round.hang));
    case RoundEnd::worker_died:
      return "the round was stopped because a worker died";
    case RoundEnd::interrupted:
      return "the round was interrupted";
  }
  return "the round ended in an unknown way";
}

std::string worker_name(const WorkerRecord& worker) { return worker_name(worker.role, worker.index); }

std::string Taker::name() const { return index ? worker_name(*worker) : "the final drain"; }

std::vector<Taker> takers(const RoundRecord& round) {
  std::vector<Taker> all;
  for (const WorkerRecord& worker : round.workers)
    if (worker.role == Role::consumer) all.push_back({&worker, worker.index});
  if (round.drain) all.push_back({&*round.drain, std::nullopt});
  return all;
}

std::vector<const WorkerRecord*> producers(const RoundRecord& round) {
  std::vector<const WorkerRecord*> all;
  for (const WorkerRecord& worker : round.workers)
    if (worker.role == Role::producer) all.push_back(&worker);
  return all;
}

std::uint64_t found(const WorkerRecord& worker, Finding kind) {
  const auto k = static_cast<std::size_t>(kind);
  return k < worker.findings.size() ? worker.findings[k].count : 0;
}

Contradictions contradictions(const RoundRecord& round, Finding kind) {
  Contradictions seen;
  for (const Taker& taker : takers(round)) {
    if (found(*taker.worker, kind) == 0) continue;
    const FindingRecord& finding = taker.worker->findings[static_cast<std::size_t>(kind)];
    seen.count += finding.count;
    const FirstFinding first = finding.first.value_or(FirstFinding{});
    if (seen.who && seen.first.time_ns <= first.time_ns) continue;
    seen.who = taker;
    seen.first = first;
  }
  return seen;
}

CounterExample example_of(const Contradictions& seen, std::string what) {
  return {.what = std::move(what),
          .producer = seen.first.producer,
          .sequence = seen.first.sequence,
          .consumer = seen.who->index,
          .round = {},
          .time_ns = seen.first.time_ns};
}

}  // namespace pcbench
