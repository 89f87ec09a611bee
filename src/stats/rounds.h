// What the statistics share about a case's rounds.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/record.h"

namespace pcbench {

inline constexpr std::string_view kThroughput = "throughput_msgs_per_s";

/// Only rounds that ended by themselves give samples.
[[nodiscard]] inline std::vector<const RoundRecord*> completed_rounds(const CaseRecord& record) {
  std::vector<const RoundRecord*> rounds;
  for (const RoundRecord& round : record.rounds)
    if (round.end == RoundEnd::completed) rounds.push_back(&round);
  return rounds;
}

/// Messages that consumers popped; what the final drain found was not moved in the measured time.
[[nodiscard]] inline std::uint64_t received(const RoundRecord& round) {
  std::uint64_t messages = 0;
  for (const WorkerRecord& worker : round.workers)
    if (worker.role == Role::consumer) messages += worker.messages;
  return messages;
}

}  // namespace pcbench
