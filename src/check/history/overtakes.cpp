#include "check/history/overtakes.h"

#include <fmt/format.h>

#include <array>
#include <bit>

namespace pcbench {
namespace {

/// Counts by rank, with sums of the first R ranks in O(log m) (Fenwick, "A new data structure for cumulative
/// frequency tables", 1994).
class RankCounts {
 public:
  explicit RankCounts(std::size_t ranks) : sums_(ranks + 1) {}
  void add(std::size_t rank) {
    for (std::size_t i = rank + 1; i < sums_.size(); i += i & (~i + 1)) ++sums_[i];
  }
  [[nodiscard]] std::uint64_t below(std::size_t rank) const {
    std::uint64_t sum = 0;
    for (std::size_t i = rank; i > 0; i &= i - 1) sum += sums_[i];
    return sum;
  }

 private:
  std::vector<std::uint32_t> sums_;
};

std::vector<std::string> show(const std::array<std::uint64_t, 64>& by_width) {
  std::vector<std::string> lines;
  for (std::size_t width = 1; width < by_width.size(); ++width) {
    if (by_width[width] == 0) continue;
    const std::uint64_t low = std::uint64_t{1} << (width - 1);
    lines.push_back(width == 1 ? fmt::format("1: {}", by_width[width])
                               : fmt::format("{}-{}: {}", low, 2 * low - 1, by_width[width]));
  }
  return lines;
}

}  // namespace

Overtakes count_overtakes(const Messages& messages, const std::vector<std::uint32_t>& overtakers,
                          const std::vector<std::uint32_t>& by_push_end) {
  std::vector<std::uint64_t> ends;
  for (const std::uint32_t y : overtakers) ends.push_back(messages[y].pop_end);
  std::sort(ends.begin(), ends.end());
  const auto rank = [&](std::uint64_t pop_end) {
    return static_cast<std::size_t>(std::lower_bound(ends.begin(), ends.end(), pop_end) - ends.begin());
  };
  RankCounts counts(ends.size());
  Overtakes result;
  std::array<std::uint64_t, 64> by_width{};
  const std::uint64_t guard = messages.history().clock_guard_ns;
  auto y = overtakers.rbegin();
  for (auto x = by_push_end.rbegin(); x != by_push_end.rend(); ++x) {
    const Message& overtaken = messages[*x];
    for (; y != overtakers.rend() && messages.precedes(overtaken.push_end, messages[*y].push_begin); ++y)
      counts.add(rank(messages[*y].pop_end));
    if (!overtaken.popped() || overtaken.pop_begin <= guard) continue;
    const std::uint64_t by = counts.below(rank(overtaken.pop_begin - guard));
    result.max = std::max(result.max, by);
    ++by_width[static_cast<std::size_t>(std::bit_width(by))];
  }
  result.histogram = show(by_width);
  return result;
}

}  // namespace pcbench
