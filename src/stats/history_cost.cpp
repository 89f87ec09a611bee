#include "stats/history_cost.h"

#include <algorithm>

#include "base/order_statistics.h"
#include "stats/rounds.h"

namespace pcbench {
namespace {

bool is_the_same_unlogged(const Case& logged, const Case& other) {
  Case unlogged = logged;
  unlogged.id = other.id;
  unlogged.verify = Verify::online;
  unlogged.history_operations = other.history_operations;
  unlogged.history_burst_every_ms = other.history_burst_every_ms;
  unlogged.expect = other.expect;
  return unlogged == other;
}

/// The medians over the rounds; nullopt: there is no round.
std::optional<MessageCost> message_cost(const CaseRecord& record) {
  std::vector<double> cpu;
  std::vector<double> elapsed;
  for (const RoundRecord* round : completed_rounds(record)) {
    const auto messages = static_cast<double>(received(*round));
    if (messages == 0) continue;
    std::uint64_t cpu_ns = 0;
    for (const WorkerRecord& worker : round->workers) cpu_ns += worker.cpu_user_ns + worker.cpu_system_ns;
    cpu.push_back(static_cast<double>(cpu_ns) / messages);
    elapsed.push_back(static_cast<double>(round->elapsed_ns) / messages);
  }
  if (cpu.empty()) return std::nullopt;
  return MessageCost{median(cpu), median(elapsed)};
}

}  // namespace

std::optional<HistoryCost> history_cost(const CaseRecord& record, const std::vector<CaseRecord>& all) {
  if (record.config.verify != Verify::history) return std::nullopt;
  HistoryCost cost;
  cost.on = message_cost(record);
  if (!cost.on) cost.reason = "no round was completed";
  const auto off = std::find_if(all.begin(), all.end(), [&](const CaseRecord& other) {
    return is_the_same_unlogged(record.config, other.config);
  });
  if (off == all.end()) {
    cost.reason = "no case of this run differs in nothing but verify: online";
    return cost;
  }
  cost.against = off->config.id;
  cost.off = message_cost(*off);
  if (!cost.off) cost.reason = "no round was completed without the log";
  return cost;
}

}  // namespace pcbench
