// Load: how pushes are paced. Closed: as fast as the channel takes them. Open: at intended times, whatever
// the channel does.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace pcbench {

enum class LoadMode : std::uint8_t { closed, open };
enum class Arrival : std::uint8_t {
  constant,  ///< evenly
  poisson,   ///< independently of each other: exponential gaps, drawn from the seed
  burst,     ///< so many at one moment, bursts evenly
};

/// A part of a schedule.
struct RateStep {
  double rate_msgs_per_s;  ///< of all producers together
  std::uint64_t duration_ns;

  friend bool operator==(const RateStep&, const RateStep&) = default;
};

inline constexpr std::uint32_t kBurstMessagesDefault = 64;
inline constexpr std::uint32_t kRateStepsMax = 32;
inline constexpr double kCatchUpDefault = 2;

/// As a case says it.
struct Load {
  LoadMode mode = LoadMode::closed;
  Arrival arrival = Arrival::constant;
  std::uint32_t burst_messages = kBurstMessagesDefault;  ///< of each producer's bursts
  double rate_msgs_per_s = 0;                            ///< open, without steps
  double catch_up = kCatchUpDefault;  ///< open: times the schedule's pace, while behind; 0: no limit
  std::vector<RateStep> steps;        ///< open: one after the other, then from the first again

  friend bool operator==(const Load&, const Load&) = default;
};

/// The mean rate of an open load over its steps, in messages per second.
[[nodiscard]] inline double mean_rate(const Load& load) noexcept {
  if (load.steps.empty()) return load.rate_msgs_per_s;
  double messages = 0;
  double duration_ns = 0;
  for (const RateStep& step : load.steps) {
    messages += step.rate_msgs_per_s * static_cast<double>(step.duration_ns);
    duration_ns += static_cast<double>(step.duration_ns);
  }
  return messages / duration_ns;
}

/// As the workers of a round get it.
struct RoundLoad {
  std::uint32_t step_count;  ///< 0: closed; 1: one rate for ever
  std::uint32_t burst_messages;
  Arrival arrival;
  double catch_up;  ///< as in Load
  std::array<RateStep, kRateStepsMax> steps;
};
static_assert(std::is_trivially_copyable_v<RoundLoad>, "workers read it from shared memory");

}  // namespace pcbench
