#include "stats/flow.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/names.h"
#include "stats/measure.h"
#include "stats/quantile.h"
#include "stats/rounds.h"

namespace pcbench {
namespace {

using Value = std::optional<double>;

/// The sum of VALUE(worker) over the workers of ROLE.
template <class ValueOf>
double sum_over(const RoundRecord& round, Role role, ValueOf&& value_of) {
  double sum = 0;
  for (const WorkerRecord& worker : round.workers)
    if (worker.role == role) sum += static_cast<double>(value_of(worker));
  return sum;
}

double count_of(const RoundRecord& round, Role role) {
  return sum_over(round, role, [](const WorkerRecord&) { return 1; });
}

/// Time in waits over the round's time, of all workers of ROLE together.
Value blocked_share(const RoundRecord& round, Role role) {
  const double worker_ns = count_of(round, role) * static_cast<double>(round.elapsed_ns);
  if (worker_ns == 0) return std::nullopt;
  return sum_over(round, role, [](const WorkerRecord& w) { return w.blocked_ns; }) / worker_ns;
}

Value longest_wait_ns(const RoundRecord& round, Role role) {
  std::uint64_t longest = 0;
  for (const WorkerRecord& worker : round.workers)
    if (worker.role == role) longest = std::max(longest, worker.longest_wait_ns);
  return static_cast<double>(longest);
}

/// What the worker of ROLE that moved least moved, over a fair share.
Value least_share(const RoundRecord& round, Role role) {
  const double all = sum_over(round, role, [](const WorkerRecord& w) { return w.messages; });
  if (all == 0) return std::nullopt;
  double least = all;
  for (const WorkerRecord& worker : round.workers)
    if (worker.role == role) least = std::min(least, static_cast<double>(worker.messages));
  return least * count_of(round, role) / all;
}

template <class ValueOf>
Value per_million(const RoundRecord& round, ValueOf&& value_of) {
  const std::uint64_t messages = received(round);
  if (messages == 0) return std::nullopt;
  const double all = sum_over(round, Role::producer, value_of) + sum_over(round, Role::consumer, value_of);
  return all * 1e6 / static_cast<double>(messages);
}

Value mean_occupancy(const RoundRecord& round) {
  const Histogram& service = round.service_ns;
  if (service.count < kSamplesAboveMin || round.elapsed_ns == 0) return std::nullopt;
  double sum_ns = 0;
  for (const auto& [lower_ns, count] : service.buckets)
    sum_ns += static_cast<double>(lower_ns) * static_cast<double>(count);
  const double mean_ns = sum_ns / static_cast<double>(service.count);
  return static_cast<double>(received(round)) / static_cast<double>(round.elapsed_ns) * mean_ns;
}

/// Hardware event WHICH of all workers of ROLE, per message; nullopt: not all of them were counted.
Value counted_per_message(const RoundRecord& round, Role role, std::size_t which) {
  const std::uint64_t messages = received(round);
  double sum = 0;
  for (const WorkerRecord& worker : round.workers) {
    if (worker.role != role) continue;
    if (!worker.hardware) return std::nullopt;
    sum += static_cast<double>((*worker.hardware)[which]);
  }
  if (messages == 0) return std::nullopt;
  return sum / static_cast<double>(messages);
}

}  // namespace

std::vector<Metric> flow_metrics(const CaseRecord& record) {
  std::vector<Metric> metrics;
  const auto add = [&](std::string name, const char* unit, bool higher_is_better, const Sample& sample) {
    metrics.push_back(measure(std::move(name), unit, higher_is_better, record, sample));
  };
  for (const Role role : {Role::producer, Role::consumer}) {
    add(role == Role::producer ? "full_count" : "empty_count", "waits", false, [role](const RoundRecord& r) {
      return Value(sum_over(r, role, [](const WorkerRecord& w) { return w.wait_count; }));
    });
    add(fmt::format("{}_blocked_share", name_of(role)), "1", false,
        [role](const RoundRecord& r) { return blocked_share(r, role); });
    add(fmt::format("{}_longest_wait_ns", name_of(role)), "ns", false,
        [role](const RoundRecord& r) { return longest_wait_ns(r, role); });
    const Case& config = record.config;
    const bool competes =
        role == Role::consumer ? config.consumers > 1 : config.producers > 1 && config.duration_s.has_value();
    if (competes)
      add(fmt::format("{}_least_share", name_of(role)), "1", true,
          [role](const RoundRecord& r) { return least_share(r, role); });
  }
  for (const Role role : {Role::producer, Role::consumer})
    for (std::size_t which = 0; which < kPerfEvents; ++which)
      add(fmt::format("{}_{}_per_msg", name_of(role), kHardwareNames[which]), "1", false,
          [role, which](const RoundRecord& r) { return counted_per_message(r, role, which); });
  add("voluntary_switches_per_million_msgs", "switches", false, [](const RoundRecord& r) {
    return per_million(r, [](const WorkerRecord& w) { return w.voluntary_switches; });
  });
  add("involuntary_switches_per_million_msgs", "switches", false, [](const RoundRecord& r) {
    return per_million(r, [](const WorkerRecord& w) { return w.involuntary_switches; });
  });
  add("occupancy_mean_msgs", "msg", false, mean_occupancy);
  return metrics;
}

}  // namespace pcbench
