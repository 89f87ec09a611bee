// Overtakes: by how many later messages each message was overtaken; the k of a k-relaxed queue, measured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check/history/messages.h"

namespace pcbench {

struct Overtakes {
  std::uint64_t max = 0;               ///< a lower bound of the queue's k
  std::vector<std::string> histogram;  ///< "4-7: 12": twelve messages were overtaken by 4 to 7 others
};

/// OVERTAKERS: the messages that overtook any, by rising time of their push. O(n log m) for m of them.
[[nodiscard]] Overtakes count_overtakes(const Messages& messages,
                                        const std::vector<std::uint32_t>& overtakers,
                                        const std::vector<std::uint32_t>& by_push_end);

}  // namespace pcbench
