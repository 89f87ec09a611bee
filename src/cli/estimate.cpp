#include "cli/estimate.h"

#include <algorithm>
#include <numeric>

namespace pcbench {
namespace {

constexpr double kGuessedStartS = 0.002;           // of a round
constexpr double kGuessedStartOfWorkerS = 0.0005;  // of each of its workers
constexpr double kGuessedNsPerTrip = 2000;         // of ping_pong
constexpr std::uint32_t kAdaptiveRoundsGuessed = 8;

}  // namespace

double guessed_round_s(const Case& config, double timeout_s) {
  const double start_s = kGuessedStartS + kGuessedStartOfWorkerS * (config.producers + config.consumers);
  if (config.duration_s) return start_s + *config.duration_s;
  if (config.load.mode == LoadMode::open)
    return start_s + static_cast<double>(config.messages.value_or(0)) / mean_rate(config.load);
  const double producer_ns = static_cast<double>(config.work.producer_ns) / config.producers;
  const double consumer_ns = static_cast<double>(config.work.consumer_ns) / config.consumers;
  const double trip_ns = config.workload == Workload::ping_pong ? kGuessedNsPerTrip : 0;
  const double message_ns = std::max({kGuessedNsPerMessage, trip_ns, producer_ns, consumer_ns});
  return std::min(start_s + static_cast<double>(config.messages.value_or(0)) * message_ns / 1e9, timeout_s);
}

std::uint32_t rounds_of(const Plan& plan) {
  return plan.warmup_rounds + plan.rounds.value_or(kAdaptiveRoundsGuessed);
}

double guessed_plan_s(const Plan& plan) {
  double pass_s = 0;
  for (const Case& config : plan.cases) pass_s += guessed_round_s(config, plan.timeout_s);
  const double fixed_s = pass_s * rounds_of(plan);
  return plan.rounds ? fixed_s : std::max(plan.max_time_s, pass_s * (plan.warmup_rounds + 1));
}

TimeLeft::TimeLeft(const Plan& plan) : rounds_a_case_(rounds_of(plan)) {
  for (const Case& config : plan.cases) costs_.push_back({guessed_round_s(config, plan.timeout_s), 0, 0});
}

void TimeLeft::round_took(std::size_t case_index, double seconds) {
  costs_[case_index].spent_s += seconds;
  ++costs_[case_index].rounds;
}

double TimeLeft::seconds(const RunRecord& run) const {
  if (!run.plan.rounds) return std::max(0.0, run.plan.max_time_s - static_cast<double>(run.elapsed_ns) / 1e9);
  double spent_s = 0;
  double guessed_s = 0;
  for (const Cost& cost : costs_) {
    spent_s += cost.spent_s;
    guessed_s += cost.guess_s * cost.rounds;
  }
  const double correction = guessed_s > 0 ? spent_s / guessed_s : 1;
  double left_s = 0;
  for (std::size_t i = 0; i < costs_.size(); ++i) {
    const Cost& cost = costs_[i];
    if (!run.cases[i].stop_reason.empty() || cost.rounds >= rounds_a_case_) continue;
    const double round_s = cost.rounds > 0 ? cost.spent_s / cost.rounds : cost.guess_s * correction;
    left_s += round_s * (rounds_a_case_ - cost.rounds);
  }
  return left_s;
}

std::uint64_t TimeLeft::rounds_done() const noexcept {
  return std::accumulate(costs_.begin(), costs_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Cost& cost) { return sum + cost.rounds; });
}

}  // namespace pcbench
