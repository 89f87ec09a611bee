// Arrivals: when an open-loop producer means to send each of its messages, whatever the channel does. A pure
// function of spec, seed and producer: the same in every round and on every machine.
// Each kind is a row of positions at unit rate, which the rate (or its steps) then stretches to times:
//   constant  k-th message at k; producers share a gap evenly among each other
//   poisson   gaps drawn from the exponential distribution
//   burst     all of a burst at one position, bursts as far apart as so many messages at the mean rate
#pragma once

#include <cmath>
#include <cstdint>

#include "base/mix.h"
#include "model/round_spec.h"

namespace pcbench {

class Arrivals {
 public:
  /// Requires: SPEC.load is open and outlives it.
  Arrivals(const RoundSpec& spec, std::uint32_t producer) noexcept
      : load_(spec.load),
        producers_(spec.producers),
        phase_(static_cast<double>(producer) / spec.producers),
        key_(mix64(mix64(spec.seed ^ kSalt) + producer)) {
    advance();
  }

  /// When the next message is meant to be sent, in ns since the producer's release.
  [[nodiscard]] std::uint64_t next_ns() const noexcept { return next_ns_; }

  /// That message is sent: on to the one after it.
  void advance() noexcept {
    position_ = next_position();
    ++count_;
    while (position_ >= step_begin_position_ + step_messages()) next_step();
    next_ns_ =
        static_cast<std::uint64_t>(step_begin_ns_ + (position_ - step_begin_position_) / rate_per_ns());
  }

  /// How many messages, the next one included, are meant to be sent before END_NS: exactly for constant
  /// arrivals, for the others as many as are to be expected.
  [[nodiscard]] std::uint64_t count_before(std::uint64_t end_ns) const noexcept {
    if (next_ns_ >= end_ns) return 0;
    Arrivals ahead = *this;
    while (ahead.step_begin_ns_ + ahead.step_ns() < static_cast<double>(end_ns)) ahead.next_step();
    const double end_position = ahead.step_begin_position_ +
                                (static_cast<double>(end_ns) - ahead.step_begin_ns_) * ahead.rate_per_ns();
    return static_cast<std::uint64_t>(std::ceil(end_position - position_));
  }

 private:
  static constexpr std::uint64_t kSalt = 0x6172'7269'7661'6c73U;  // apart from payload and delivery sums

  [[nodiscard]] double next_position() const noexcept {
    const std::uint64_t burst = load_.burst_messages;
    switch (load_.arrival) {
      case Arrival::constant:
        return static_cast<double>(count_) + phase_;
      case Arrival::poisson:
        return position_ - std::log(uniform());
      case Arrival::burst:
        return (std::floor(static_cast<double>(count_) / static_cast<double>(burst)) + phase_) *
               static_cast<double>(burst);
    }
    return position_;
  }
  /// In (0, 1].
  [[nodiscard]] double uniform() const noexcept {
    return static_cast<double>((mix64(key_ + count_) >> 11U) + 1) * 0x1p-53;
  }

  /// Of this producer, in the current step.
  [[nodiscard]] double rate_per_ns() const noexcept {
    return load_.steps[step_].rate_msgs_per_s / producers_ * 1e-9;
  }
  [[nodiscard]] double step_ns() const noexcept {
    return load_.step_count == 1 ? HUGE_VAL : static_cast<double>(load_.steps[step_].duration_ns);
  }
  [[nodiscard]] double step_messages() const noexcept { return step_ns() * rate_per_ns(); }
  void next_step() noexcept {
    step_begin_position_ += step_messages();
    step_begin_ns_ += step_ns();
    step_ = (step_ + 1) % load_.step_count;
  }

  const RoundLoad& load_;
  double producers_;
  double phase_;  // of a gap (constant) or of the way between bursts
  std::uint64_t key_;
  std::uint64_t count_ = 0;  // messages before the one after the next
  double position_ = 0;      // of the next message, in messages at unit rate
  std::uint32_t step_ = 0;
  double step_begin_position_ = 0;
  double step_begin_ns_ = 0;
  std::uint64_t next_ns_ = 0;
};

}  // namespace pcbench
