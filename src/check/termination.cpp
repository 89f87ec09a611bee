// termination: everybody learns that it is over, leaves in time and leaves nothing behind.
// Evidence    how each worker ended, what the final drain found inside, what the watchdog saw
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "check/registry.h"
#include "check/rounds.h"
#include "model/names.h"

namespace pcbench {
namespace {

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

/// "c1, c2 wait in pop for a message".
std::string say_group(const std::vector<std::string>& names, const std::string& phase,
                      const std::string& waits_for) {
  const std::string who = joined(names) + (names.size() == 1 ? " waits" : " wait");
  const std::string what = waits_for.empty() ? "" : " for " + waits_for;
  if (phase == name_of(Phase::blocked_empty)) return who + " in pop" + what;
  if (phase == name_of(Phase::blocked_full)) return who + " in push" + what;
  if (phase == name_of(Phase::waiting_lock) && !what.empty()) return who + what;
  return fmt::format("{} {} in phase {}{}", joined(names), names.size() == 1 ? "is" : "are", phase,
                     what.empty() ? "" : " and waits" + what);
}

/// "hang (deadlock): c1, c2 wait in pop for a message that never comes; the stop lock is held by c0".
std::string say_hang(const RoundRecord& round) {
  std::vector<std::pair<std::pair<std::string, std::string>, std::vector<std::string>>> groups;
  for (const BlockedWorker& worker : round.blocked) {
    const std::pair key{worker.phase, worker.waits_for};
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == key; });
    if (group == groups.end()) group = groups.insert(groups.end(), {key, {}});
    group->second.push_back(worker.worker);
  }
  std::vector<std::string> parts;
  for (const auto& [key, names] : groups) {
    const bool never =
        round.hang == HangKind::deadlock && (key.second == "a message" || key.second == "a free slot");
    parts.push_back(say_group(names, key.first, key.second) + (never ? " that never comes" : ""));
  }
  for (const BlockedWorker& worker : round.blocked)
    if (!worker.holds.empty()) parts.push_back(fmt::format("{} is held by {}", worker.holds, worker.worker));
  if (parts.empty()) parts.emplace_back("no blocked worker was seen");
  return fmt::format("hang ({}): {}", name_of(round.hang), fmt::join(parts, "; "));
}

std::string say_exit(const WorkerRecord& worker) {
  const int code = worker.exit.code;
  switch (worker.exit.kind) {
    case ExitKind::returned:
      return {};
    case ExitKind::exited:
      return code == 0 ? "" : fmt::format("{} exited with status {}", worker_name(worker), code);
    case ExitKind::signaled: {
      const char* signal = ::sigabbrev_np(code);
      return fmt::format("{} was killed by signal {}{}", worker_name(worker), code,
                         signal == nullptr ? "" : fmt::format(" (SIG{})", signal));
    }
    case ExitKind::hung:
      return fmt::format("{} did not end", worker_name(worker));
  }
  return fmt::format("{} ended in an unknown way", worker_name(worker));
}

struct Exits {
  bool all = true;                          ///< everybody left by itself, or died by order
  const WorkerRecord* dead = nullptr;       ///< the first that ended otherwise, unasked
  const WorkerRecord* gave_up = nullptr;    ///< the first with an error
  const WorkerRecord* stranding = nullptr;  ///< the first consumer that left while messages were inside
  std::vector<std::string> early;           ///< all of the last two kinds
};

Exits exits_of(const RoundRecord& round) {
  Exits exits;
  const std::uint64_t inside = round.drain ? round.drain->messages : 0;
  for (const WorkerRecord& worker : round.workers) {
    if (worker.exit.asked) continue;  // the case ordered its end
    const bool bad = !say_exit(worker).empty();
    const bool strands = inside > 0 && worker.role == Role::consumer && left(worker);
    if (bad || !left(worker)) exits.all = false;
    if (bad && worker.exit.kind != ExitKind::hung && exits.dead == nullptr) exits.dead = &worker;
    if (!worker.error.empty() && exits.gave_up == nullptr) exits.gave_up = &worker;
    if (strands && exits.stranding == nullptr) exits.stranding = &worker;
    if (!worker.error.empty() || strands) exits.early.push_back(worker_name(worker));
  }
  return exits;
}

/// A failure by WORKER, where one can be named.
RoundJudgement failed(const WorkerRecord* worker, std::string what) {
  CounterExample example{
      .what = what, .producer = {}, .sequence = {}, .consumer = {}, .round = {}, .time_ns = {}};
  if (worker != nullptr) {
    (worker->role == Role::producer ? example.producer : example.consumer) = worker->index;
    example.time_ns = worker->end_at_ns.value_or(worker->last_at_ns);
  }
  return {Outcome::fail, std::move(what), std::move(example)};
}

RoundJudgement judge_hang(const RoundRecord& round) {
  const auto is_first_blocked = [&](const WorkerRecord& worker) {
    return !round.blocked.empty() && worker_name(worker) == round.blocked.front().worker;
  };
  const auto worker = std::find_if(round.workers.begin(), round.workers.end(), is_first_blocked);
  return failed(worker == round.workers.end() ? nullptr : &*worker, say_hang(round));
}

/// Whether each producer's pill for each consumer was pushed, and popped, once. Where the case ordered a
/// death, the dead one owes its pills or left its own inside.
RoundJudgement judge_pills(const CaseRecord& record, const RoundRecord& round) {
  if (record.config.stop != "pill") return {};
  std::uint64_t pushed = 0;
  std::uint64_t popped = 0;
  for (const WorkerRecord& worker : round.workers) {
    if (worker.exit.asked) return {};
    (worker.role == Role::producer ? pushed : popped) += worker.pills;
  }
  const std::uint64_t due = std::uint64_t{record.config.producers} * record.config.consumers;
  if (pushed == due && popped == due && round.drain->pills == 0) return {};
  return failed(nullptr, fmt::format("of {} pills {} were pushed, {} popped by consumers and {} found inside",
                                     due, pushed, popped, round.drain->pills));
}

RoundJudgement judge_round(const CaseRecord& record, const RoundRecord& round, const Exits& exits) {
  switch (round.end) {
    case RoundEnd::completed:
      break;
    case RoundEnd::hung:
      return judge_hang(round);
    case RoundEnd::worker_died:
      if (exits.dead == nullptr && exits.gave_up != nullptr)  // on another host: no status of it comes here
        return failed(exits.gave_up, worker_name(*exits.gave_up) + ": " + exits.gave_up->error);
      if (exits.dead == nullptr) return failed(nullptr, "the program that played it failed");
      return failed(exits.dead,
                    say_exit(*exits.dead) + (exits.dead->error.empty() ? "" : ": " + exits.dead->error));
    case RoundEnd::interrupted:
      return {Outcome::unknown, why_aborted(round), {}};
  }
  if (exits.gave_up != nullptr)
    return failed(exits.gave_up, fmt::format("{} gave up after {} messages: {}", worker_name(*exits.gave_up),
                                             exits.gave_up->messages, exits.gave_up->error));
  if (exits.dead != nullptr) return failed(exits.dead, say_exit(*exits.dead));
  if (!exits.all) return failed(nullptr, "a worker did not leave its loop");
  if (record.floor) return {};
  if (!round.drain) return {Outcome::unknown, "the final drain could not run", {}};
  if (round.drain->messages == 0) return judge_pills(record, round);
  return failed(exits.stranding,
                fmt::format("{} left while {} {} inside", joined(exits.early), round.drain->messages,
                            round.drain->messages == 1 ? "message was" : "messages were"));
}

struct Totals {
  bool all_exited = true;
  Count left_inside;
  Count pills_inside;
  std::optional<std::uint64_t> quiesce_ns;
  std::vector<std::string> early_exits;

  void add(const RoundRecord& round, const Exits& exits, bool floor) {
    all_exited = all_exited && exits.all;
    for (const std::string& name : exits.early)
      if (std::find(early_exits.begin(), early_exits.end(), name) == early_exits.end())
        early_exits.push_back(name);
    left_inside += round.drain ? Count{round.drain->messages} : Count{0, floor};
    pills_inside += round.drain ? Count{round.drain->pills} : Count{0, floor};
    if (round.quiesce_ns) quiesce_ns = std::max(quiesce_ns.value_or(0), *round.quiesce_ns);
  }
};

/// The first of the case's faults that no round came to; empty: each struck at least once.
std::string never_struck(const CaseRecord& record) {
  for (std::size_t i = 0; i < record.config.faults.size(); ++i) {
    const bool struck =
        std::any_of(record.rounds.begin(), record.rounds.end(), [&](const RoundRecord& round) {
          return i < round.faults.size() && round.faults[i].struck_at_ns.has_value();
        });
    const FaultSpec& fault = record.config.faults[i];
    if (!struck && fault.kind != FaultKind::leak)
      return fmt::format("vacuous: {} never came to {} after {} messages",
                         worker_name(fault.consumer ? Role::consumer : Role::producer, fault.index),
                         name_of(fault.phase), fault.after_messages);
  }
  return {};
}

Verdict judge_termination(const CaseRecord& record) {
  Verdict verdict;
  Totals totals;
  for (const RoundRecord& round : record.rounds) {
    const Exits exits = exits_of(round);
    totals.add(round, exits, record.floor);
    RoundJudgement judgement = judge_round(record, round, exits);
    if (judgement.outcome != Outcome::pass && !round.drain && !round.drain_missing.empty())
      judgement.reason += "; what was left inside is unknown: " + round.drain_missing;
    if (judgement.outcome > verdict.outcome) verdict.blocked = round.blocked;
    fold(verdict, record, round, std::move(judgement));
  }
  if (std::string idle = never_struck(record); !idle.empty() && verdict.outcome == Outcome::pass) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = std::move(idle);
  }
  const Count quiesce{totals.quiesce_ns.value_or(0), totals.quiesce_ns.has_value()};
  verdict.facts = {{"all_exited", totals.all_exited},
                   {"left_inside", totals.left_inside.fact()},
                   {"pills_inside", totals.pills_inside.fact()},
                   {"quiesce_ns", quiesce.fact()},
                   {"early_exits", totals.early_exits}};
  return verdict;
}

}  // namespace

const CheckRow kTerminationCheck = {
    .name = "termination",
    .help = "every worker learns that it is over, leaves in time and leaves nothing inside",
    .judge = judge_termination,
    .asked = Asked::of_both,
};

}  // namespace pcbench
