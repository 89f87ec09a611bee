// Sleep: waiting that knows when this process itself was held up.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "run/signals.h"

namespace pcbench {

/// Tells when this process was stopped, or got no CPU, while it wanted to look: who is not looked at may have
/// stood still as well (a stopped process group, a machine put to sleep), and is given that time again.
class Sleep {
 public:
  explicit Sleep(Signals& signals) noexcept : signals_(signals) {}

  /// Waits as Signals does, at most until WAKE_NS. Returns by how much more than is usual it came too late.
  std::uint64_t until(std::uint64_t wake_ns) noexcept {
    signals_.wait(since(wake_ns, now_ns()));
    const std::uint64_t late_ns = since(now_ns(), wake_ns);
    if (late_ns <= kLateAtMostNs) return 0;
    held_up_ns_ += late_ns;
    return late_ns;
  }
  [[nodiscard]] std::uint64_t held_up_ns() const noexcept { return held_up_ns_; }

 private:
  static constexpr std::uint64_t kLateAtMostNs = 500'000'000;
  Signals& signals_;
  std::uint64_t held_up_ns_ = 0;
};

}  // namespace pcbench
