// Accounts: what each producer sent in a round against what was received of it.
#pragma once

#include <cstdint>
#include <vector>

#include "model/record.h"

namespace pcbench {

/// One producer's balance in one round.
struct Account {
  const WorkerRecord* producer;
  std::uint64_t key;
  std::uint64_t sent;          ///< at least so many were pushed; exactly, if the producer left its loop
  std::uint64_t sent_max;      ///< at most
  std::uint64_t received = 0;  ///< by consumers and drain
  std::uint64_t sum = 0;
  std::uint64_t overruns = 0;    ///< takers that popped a sequence that cannot have been sent
  std::uint64_t marked = 0;      ///< exact: messages of [0, sent_max) that were popped
  std::uint64_t marked_end = 0;  ///< 1 + the last of them
  std::uint64_t marked_beyond = 0;
  std::uint64_t first_unmarked = 0;

  /// All that was sent was received once: [0, received), judged by number and sum.
  [[nodiscard]] bool balanced() const {
    return received >= sent && received <= sent_max && sum == run_sum(key, 0, received);
  }
  /// The same, judged by the bitmap (which shows a double only as a finding).
  [[nodiscard]] bool fully_marked() const { return marked >= sent && first_unmarked == marked; }
  /// All that was sent was received, and no more than AGAIN messages twice.
  [[nodiscard]] bool marked_with(std::uint64_t again) const {
    return again != 0 && fully_marked() && received - marked <= again;
  }
  [[nodiscard]] std::int64_t net_difference() const { return static_cast<std::int64_t>(received - sent); }
};

/// One for each producer of ROUND, by index.
[[nodiscard]] std::vector<Account> accounts_of(const CaseRecord& record, const RoundRecord& round);

}  // namespace pcbench
