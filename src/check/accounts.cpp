#include "check/accounts.h"

#include <algorithm>

#include "base/mix.h"
#include "check/rounds.h"
#include "model/round_spec.h"

namespace pcbench {
namespace {

void read_bitmap(Account& account, const std::vector<std::uint64_t>& bitmap, std::uint64_t base,
                 std::uint64_t share) {
  account.first_unmarked = account.sent_max;
  for (std::uint64_t s = 0; s < share;) {
    const std::uint64_t bit = base + s;
    const std::uint64_t word = bit / 64 < bitmap.size() ? bitmap[bit / 64] : 0;
    if (word == UINT64_MAX && bit % 64 == 0 &&
        s + 64 <= account.sent_max) {  // 64 at once: most of a long round
      account.marked += 64;
      account.marked_end = s += 64;
      continue;
    }
    if (((word >> (bit % 64)) & 1U) == 0) account.first_unmarked = std::min(account.first_unmarked, s);
    else if (s >= account.sent_max) ++account.marked_beyond;
    else ++account.marked, account.marked_end = s + 1;
    ++s;
  }
}

}  // namespace

std::vector<Account> accounts_of(const CaseRecord& record, const RoundRecord& round) {
  std::vector<Account> accounts;
  std::uint64_t base = 0;
  for (const WorkerRecord* producer : producers(round)) {
    const std::uint64_t share =
        record.config.messages ? share_of(*record.config.messages, producer->index, record.config.producers)
                               : UINT64_MAX;
    Account account{.producer = producer,
                    .key = producer_key(round.pong_seed.value_or(record.seed), producer->index),
                    .sent = producer->messages,
                    .sent_max = left(*producer) ? producer->messages : share};
    for (const Taker& taker : takers(round)) {
      if (producer->index >= taker.worker->tallies.size()) continue;
      const TallyRecord& tally = taker.worker->tallies[producer->index];
      account.received += tally.count;
      account.sum += tally.sum;
      account.overruns += tally.end_sequence > account.sent_max ? 1 : 0;
    }
    if (round.bitmap && record.config.messages) {
      read_bitmap(account, *round.bitmap, base, share);
      base += share;
    }
    accounts.push_back(account);
  }
  return accounts;
}

}  // namespace pcbench
