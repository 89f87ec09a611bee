#include "stats/series.h"

#include <algorithm>

namespace pcbench {
namespace {

constexpr std::uint64_t kStretchesMost = 100;

bool moved_a_message(const Operation& op) {
  return op.status == OperationStatus::ok && op.returned_ns != kNeverReturned;
}

}  // namespace

std::optional<RoundSeries> series_of(const RoundRecord& round, const History& history) {
  if (history.truncated || history.sampled) return std::nullopt;
  std::uint64_t last_ns = 0;
  for (const Operation& op : history.operations)
    if (moved_a_message(op)) last_ns = std::max(last_ns, op.returned_ns);
  if (last_ns == 0) return std::nullopt;
  RoundSeries series;
  series.round = round.index;
  series.bucket_ns = last_ns / kStretchesMost + 1;
  series.pushed.resize(last_ns / series.bucket_ns + 1);
  series.popped.resize(series.pushed.size());
  for (const Operation& op : history.operations) {
    if (!moved_a_message(op)) continue;
    if (op.kind == OperationKind::push) ++series.pushed[op.invoked_ns / series.bucket_ns];
    else ++series.popped[op.returned_ns / series.bucket_ns];
  }
  return series;
}

}  // namespace pcbench
