#include "run/schedule.h"

#include <numeric>
#include <utility>

#include "base/order_statistics.h"

namespace pcbench {
namespace {

constexpr std::size_t kAdaptiveRoundsMin = 8;

std::vector<double> rates(const CaseRecord& record) {
  std::vector<double> found;
  for (const RoundRecord& round : record.rounds) {
    std::uint64_t received = 0;
    for (const WorkerRecord& worker : round.workers)
      if (worker.role == Role::consumer) received += worker.messages;
    if (round.elapsed_ns != 0)
      found.push_back(static_cast<double>(received) / static_cast<double>(round.elapsed_ns));
  }
  return found;
}

}  // namespace

std::string finished_because(const CaseRecord& record, const StopRule& rule) {
  if (!record.rounds.empty() && record.rounds.back().end == RoundEnd::hung) return "hang";
  if (!record.rounds.empty() && record.rounds.back().end == RoundEnd::worker_died) return "worker_died";
  if (rule.rounds) return record.rounds.size() >= *rule.rounds ? "rounds" : "";
  if (record.rounds.size() < kAdaptiveRoundsMin) return "";
  return relative_half_width(rates(record)) <= rule.precision ? "precision" : "";
}

std::vector<std::size_t> shuffled(std::size_t count, std::mt19937_64& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t left = count; left > 1; --left) std::swap(order[left - 1], order[random() % left]);
  return order;
}

}  // namespace pcbench
