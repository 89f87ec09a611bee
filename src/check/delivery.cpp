// delivery: what each producer says it sent against what consumers popped and the final drain found inside.
// Evidence    per producer the number, the sum (model/evidence.h) and the largest sequence of all that was
//             popped; under verify exact one bit a message as well, which tells lost from duplicated and
//             names them
// Finds       online: any lost, doubled or invented message except with probability 2^-64, as a net
//             difference
// Again       where at_least_once is promised and a consumer died, what it may have held may come twice, and
//             none of it may be lost: exact tells both; online says unknown when more came than were sent
// Lossy       where loss is allowed it is counted, and no fault: exact tells it from doubles; online says
//             unknown when fewer came than were sent
// Aborted     a round that was stopped fails only on what cannot be innocent, passes only when all is
//             accounted for, and else is unknown: messages may have been in the hands of a worker that was
//             killed
#include <fmt/format.h>

#include <algorithm>

#include "check/accounts.h"
#include "check/in_flight.h"
#include "check/registry.h"
#include "check/rounds.h"
#include "model/round_spec.h"

namespace pcbench {
namespace {

struct RoundResult {
  RoundJudgement judgement;
  Count lost;
  Count duplicated;
  Count unexpected;
  Count redelivered;                 ///< at_least_once: doubled, but allowed
  std::uint64_t lost_in_flight = 0;  ///< by consumers that were killed by order with messages in their hands
  const Account* unbalanced = nullptr;

  /// The first failure's words stay.
  void fail(std::string reason, CounterExample example) {
    if (judgement.outcome == Outcome::fail) return;
    judgement = {Outcome::fail, std::move(reason), std::move(example)};
  }
};

CounterExample of_producer(const Account& account, std::string what,
                           std::optional<std::uint64_t> sequence = {}) {
  return {.what = std::move(what),
          .producer = account.producer->index,
          .sequence = sequence,
          .consumer = {},
          .round = {},
          .time_ns = {}};
}

void judge_quota(const CaseRecord& record, const RoundRecord& round, const std::vector<Account>& accounts,
                 RoundResult& result) {
  if (round.end != RoundEnd::completed || !record.config.messages) return;
  for (const Account& account : accounts) {
    const WorkerRecord& producer = *account.producer;
    if (producer.exit.asked) continue;  // it was not given the time
    const std::uint64_t share = share_of(*record.config.messages, producer.index, record.config.producers);
    if (account.sent == share) continue;
    const std::string why = producer.error.empty() ? "" : ": " + producer.error;
    const std::string what =
        fmt::format("{} sent {} of its {} messages{}", worker_name(producer), account.sent, share, why);
    result.fail(what, of_producer(account, what, account.sent));
  }
}

void judge_unexpected(const RoundRecord& round, const std::vector<Account>& accounts, RoundResult& result) {
  const Contradictions seen = contradictions(round, Finding::unexpected);
  result.unexpected.n = seen.count;
  if (seen.who) {
    const std::string what =
        fmt::format("{} popped a message that says producer {}, sequence {}, which does not exist",
                    seen.who->name(), seen.first.producer, seen.first.sequence);
    result.fail(what, example_of(seen, what));
  }
  for (const Account& account : accounts) {
    const std::uint64_t at_least = std::max(account.overruns, account.marked_beyond);
    result.unexpected.n += at_least;
    if (at_least == 0) continue;
    std::string what =
        fmt::format("a message of {} was popped with a sequence of {} or more, but it sent only {}",
                    worker_name(*account.producer), account.sent_max, account.sent_max);
    result.fail(what, of_producer(account, what));
  }
}

/// How many messages may have been noted twice though only one was sent.
struct Excused {
  std::uint64_t held;   ///< noted by a dead consumer and found inside by the drain
  std::uint64_t again;  ///< delivered again because at_least_once is promised
  bool logged;          ///< which they are is told by the history
};

/// Under verify exact: which messages were lost or doubled.
void judge_bitmap(const RoundRecord& round, const std::vector<Account>& accounts, const Excused& excused,
                  bool all_seen, RoundResult& result) {
  for (const Account& account : accounts) {
    if (!all_seen || account.fully_marked()) continue;
    // a killed producer may have sent more than it had counted: surely all before the last that was popped
    result.lost.n += std::max(account.sent, account.marked_end) - account.marked;
    const std::string what =
        fmt::format("message {} of {} was pushed, but nobody popped it and it is not inside",
                    account.first_unmarked, worker_name(*account.producer));
    result.fail(what, of_producer(account, what, account.first_unmarked));
  }
  const Contradictions seen = contradictions(round, Finding::duplicated);
  const std::uint64_t inside =
      round.drain ? std::min(excused.held, found(*round.drain, Finding::duplicated)) : 0;
  result.redelivered.n = std::min(excused.again, seen.count);
  result.duplicated.n = seen.count - std::max(inside, result.redelivered.n);
  if (result.duplicated.n == 0) return;
  const std::string what = fmt::format("message {} of p{} was popped twice, the second time by {}",
                                       seen.first.sequence, seen.first.producer, seen.who->name());
  result.fail(what, example_of(seen, what));
}

/// By number and sum alone. ALL_SEEN: whatever is missing is lost, it can be nowhere else.
void judge_balance(const std::vector<Account>& accounts, bool exact, const Excused& excused, bool all_seen,
                   RoundResult& result) {
  for (const Account& account : accounts) {
    if (exact && !all_seen ? account.fully_marked() : account.balanced()) continue;
    if (exact && account.marked_with(excused.again)) continue;
    // some came again, and counting cannot tell whether all came
    const bool with_more = excused.again != 0 && !exact && account.received > account.sent;
    if (with_more && excused.logged) continue;
    if (result.unbalanced == nullptr) result.unbalanced = &account;
    const std::uint64_t extra = std::max(excused.held, excused.again);
    const bool too_many = account.received > account.sent_max && account.received - account.sent_max > extra;
    // as many, but not the same ones
    const bool replaced = extra == 0 && account.received == account.sent_max;
    if ((!all_seen || with_more) && !too_many && !replaced) continue;
    const std::string what = fmt::format(
        "{} sent {} messages, {} were popped or found inside (net difference {:+}){}",
        worker_name(*account.producer), account.sent, account.received, account.net_difference(),
        account.net_difference() == 0 ? ", but not the same ones: as many lost as doubled or invented" : "");
    result.fail(what + (exact ? "" : "; verify: exact tells which were lost or duplicated"),
                of_producer(account, what));
  }
}

/// What is missing in all, if nothing else is wrong with any account; nullopt: something is.
std::optional<std::uint64_t> only_missing(const std::vector<Account>& accounts, bool exact) {
  std::uint64_t missing = 0;
  for (const Account& account : accounts) {
    const std::uint64_t got = exact ? account.marked : account.received;
    if (account.overruns + account.marked_beyond != 0 || account.received > account.sent_max)
      return std::nullopt;
    if (got < account.sent) missing += account.sent - got;
    else if (!(exact ? account.fully_marked() : account.balanced())) return std::nullopt;
  }
  return missing;
}

std::string why_unsure(const RoundRecord& round) {
  if (round.end != RoundEnd::completed) return why_aborted(round);
  return round.drain ? "a consumer died and some messages came again"
                     : "the final drain could not run: " + round.drain_missing;
}

/// Of a transport that may lose: what is MISSING is counted, and excused where nothing else can be wrong.
void excuse_missing(std::uint64_t missing, bool exact, RoundResult& result) {
  result.lost = {missing, exact};
  if (exact || missing == 0 || result.judgement.outcome == Outcome::fail) return;
  result.duplicated.known = false;
  result.judgement.outcome = Outcome::unknown;
  result.judgement.reason = fmt::format(
      "{} messages fewer came than were sent, which may happen: verify: exact tells whether others came "
      "twice",
      missing);
}

RoundResult judge_round(const CaseRecord& record, const RoundRecord& round,
                        const std::vector<Account>& accounts) {
  const bool exact = round.bitmap.has_value() && record.config.messages.has_value();
  const bool all_seen = round.end == RoundEnd::completed && round.drain.has_value();
  const Excused excused{held_at_most(record, round), redelivered_at_most(record, round),
                        record.config.verify == Verify::history && !record.config.history_burst_every_ms};
  RoundResult result;
  judge_quota(record, round, accounts, result);
  judge_unexpected(round, accounts, result);
  if (const std::uint64_t in_flight = in_flight_at_most(record, round); in_flight != 0 && all_seen) {
    const std::optional<std::uint64_t> missing = only_missing(accounts, exact);
    if (missing && *missing <= in_flight && !contradictions(round, Finding::duplicated).who) {
      result.lost_in_flight = *missing;
      return result;
    }
  }
  if (!record.promises.lossless && all_seen && !contradictions(round, Finding::duplicated).who) {
    if (const std::optional<std::uint64_t> missing = only_missing(accounts, exact)) {
      excuse_missing(*missing, exact, result);
      return result;
    }
  }
  if (exact) judge_bitmap(round, accounts, excused, all_seen, result);
  judge_balance(accounts, exact, excused, all_seen, result);
  if (result.unbalanced != nullptr) {
    result.lost.known = exact && all_seen;
    result.duplicated.known = result.redelivered.known = exact;
  }
  if (result.unbalanced == nullptr || result.judgement.outcome == Outcome::fail) return result;
  const Account& account = *result.unbalanced;
  result.judgement.outcome = Outcome::unknown;
  result.judgement.reason =
      fmt::format("{}; {} pushed {}{} messages and {} are accounted for{}", why_unsure(round),
                  worker_name(*account.producer), left(*account.producer) ? "" : "at least ", account.sent,
                  account.received, all_seen ? ": verify: exact tells whether all of them came" : "");
  return result;
}

Verdict judge_delivery(const CaseRecord& record) {
  Verdict verdict;
  if (std::string off = switched_off(record, "delivery"); !off.empty()) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = std::move(off);
    verdict.facts = {{"lost", {}}, {"duplicated", {}}, {"unexpected", {}}};
    return verdict;
  }
  Count lost;
  Count duplicated;
  Count unexpected;
  Count redelivered;
  std::uint64_t lost_in_flight = 0;
  std::uint64_t moved = 0;
  std::vector<std::pair<std::string, Fact>> difference;
  for (const RoundRecord& round : record.rounds) {
    const std::vector<Account> accounts = accounts_of(record, round);
    RoundResult result = judge_round(record, round, accounts);
    for (const Account& account : accounts) moved += account.sent + account.received;
    lost += result.lost;
    duplicated += result.duplicated;
    unexpected += result.unexpected;
    redelivered += result.redelivered;
    lost_in_flight += result.lost_in_flight;
    if (result.unbalanced != nullptr && result.judgement.outcome > verdict.outcome)
      difference = {{"net_difference", result.unbalanced->net_difference()},
                    {"producer", worker_name(*result.unbalanced->producer)}};
    fold(verdict, record, round, std::move(result.judgement));
  }
  if (moved == 0 && record.config.messages != 0U && verdict.outcome == Outcome::pass) {
    verdict.outcome = Outcome::unknown;
    verdict.reason = "vacuous: no message was sent";
  }
  verdict.facts = {
      {"lost", lost.fact()}, {"duplicated", duplicated.fact()}, {"unexpected", unexpected.fact()}};
  if (record.promises.at_least_once) verdict.facts.emplace_back("redelivered", redelivered.fact());
  if (!record.config.faults.empty())
    verdict.facts.emplace_back("lost_in_flight", static_cast<std::int64_t>(lost_in_flight));
  verdict.facts.insert(verdict.facts.end(), difference.begin(), difference.end());
  return verdict;
}

}  // namespace

const CheckRow kDeliveryCheck = {
    .name = "delivery",
    .help = "each message that was sent is received exactly once, and nothing else is",
    .judge = judge_delivery,
};

}  // namespace pcbench
