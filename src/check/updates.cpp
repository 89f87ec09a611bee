// updates: workload shared_state: every update that was made is in the numbers when all have left.
// Evidence    how many updates each producer made, from the first number on and round again; what the numbers
//             were afterwards
// Aborted     a round that was stopped is unknown: nobody read the numbers
#include <fmt/format.h>

#include "check/registry.h"
#include "check/rounds.h"
#include "model/round_spec.h"

namespace pcbench {
namespace {

struct Balance {
  std::uint64_t made = 0;
  std::uint64_t lost = 0;
  std::uint64_t surplus = 0;
  std::string first;  ///< the first number that is not what it should be; empty: none

  [[nodiscard]] std::string sentence() const {
    if (surplus == 0) return fmt::format("{} of {} updates are lost", lost, made);
    return fmt::format("{} updates were made, {} are lost and {} are there that nobody made", made, lost,
                       surplus);
  }
};

Balance balance_of(const RoundRecord& round) {
  Balance balance;
  for (const WorkerRecord* producer : producers(round)) balance.made += producer->messages;
  const auto count = static_cast<std::uint32_t>(round.numbers.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint64_t due = 0;
    for (const WorkerRecord* producer : producers(round)) due += share_of(producer->messages, i, count);
    const std::uint64_t found = round.numbers[i];
    if (found == due) continue;
    (found < due ? balance.lost : balance.surplus) += found < due ? due - found : found - due;
    if (balance.first.empty())
      balance.first = fmt::format("number {} is {} after {} updates of it", i, found, due);
  }
  return balance;
}

RoundJudgement judge_balance(const RoundRecord& round, const Balance& balance) {
  if (std::string aborted = why_aborted(round); !aborted.empty())
    return {Outcome::unknown, std::move(aborted), {}};
  if (round.numbers.empty()) return {Outcome::unknown, "nobody read the numbers", {}};
  if (balance.made == 0) return {Outcome::unknown, "vacuous: nothing was updated", {}};
  if (balance.first.empty()) return {};
  return {
      Outcome::fail, balance.sentence(),
      CounterExample{
          .what = balance.first, .producer = {}, .sequence = {}, .consumer = {}, .round = {}, .time_ns = {}}};
}

Verdict judge_updates(const CaseRecord& record) {
  Verdict verdict;
  Count made, lost, surplus;
  for (const RoundRecord& round : record.rounds) {
    const Balance balance = balance_of(round);
    const bool known = !round.numbers.empty() && round.end == RoundEnd::completed;
    made += {balance.made};
    lost += {balance.lost, known};
    surplus += {balance.surplus, known};
    fold(verdict, record, round, judge_balance(round, balance));
  }
  verdict.facts = {{"updates", made.fact()}, {"lost", lost.fact()}, {"surplus", surplus.fact()}};
  return verdict;
}

}  // namespace

const CheckRow kUpdatesCheck = {
    .name = "updates",
    .help = "workload shared_state: every update that was made is in the numbers at the end",
    .judge = judge_updates,
    .asked = Asked::of_numbers,
};

}  // namespace pcbench
