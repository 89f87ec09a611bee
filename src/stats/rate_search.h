// The highest rate that keeps a goal, by bracketing: doubled or halved until one rate kept it and one did
// not, then the bracket is halved (in ratio) until it is narrow; then the best rate must keep it once more.
// One that does not is stepped back from, to a rate that must keep it twice.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

namespace pcbench {

/// Pure: whoever asks next() tries that rate and says with add() how it came out.
class RateSearch {
 public:
  /// LEAST: no rate below it is tried. Requires: 0 < LEAST <= START <= kRateMax, in messages per second.
  RateSearch(double start, double least) noexcept : next_(start), least_(least) {}

  static constexpr double kRateMax = 1e9;
  static constexpr double kBracketRatio = 1.05;  ///< narrow enough
  static constexpr double kStepBack = 0.9;       ///< to the next candidate, where one was not confirmed
  static constexpr int kConfirmationsMax = 10;

  /// The rate to try next; nullopt: the search is over.
  [[nodiscard]] std::optional<double> next() const noexcept { return given(next_); }

  /// Whether next() is tried once more because it is the best so far.
  [[nodiscard]] bool confirming() const noexcept { return next_ != kNone && confirmations_ > 0; }

  /// The highest rate that kept the goal twice; nullopt: none did, or the search is not over.
  [[nodiscard]] std::optional<double> found() const noexcept { return given(found_); }

  /// What was tried last cannot be judged: the search is over without a rate.
  void give_up() noexcept { next_ = kNone; }

  /// next() was tried. Requires: there is one.
  void add(bool kept) noexcept {
    if (confirmations_ > 0) return confirmed(kept);
    (kept ? kept_ : missed_) = next_;
    if (kept_ == kNone) next_ = missed_ > least_ ? std::fmax(missed_ / 2, least_) : kNone;
    else if (missed_ == kNone && kept_ < kRateMax) next_ = std::fmin(kept_ * 2, kRateMax);
    else if (missed_ / kept_ > kBracketRatio) next_ = std::sqrt(kept_ * missed_);
    else {
      next_ = kept_;
      confirmations_ = 1;
    }
  }

 private:
  static constexpr double kNone = 0;
  [[nodiscard]] static std::optional<double> given(double rate) noexcept {
    return rate == kNone ? std::nullopt : std::optional(rate);
  }

  void confirmed(bool kept) noexcept {
    kept_count_ = kept ? kept_count_ + 1 : 0;
    if (kept_count_ == 2) found_ = next_;
    if (found_ != kNone || confirmations_ == kConfirmationsMax) next_ = kNone;
    else if (!kept) next_ *= kStepBack;
    ++confirmations_;
  }

  double next_;
  double least_;
  double kept_ = kNone;    // the highest that kept it
  double missed_ = kNone;  // the lowest that did not
  double found_ = kNone;
  int confirmations_ = 0;  // tries of best rates that were begun
  int kept_count_ = 1;     // how often the best rate kept the goal: once when its confirmation begins
};

}  // namespace pcbench
