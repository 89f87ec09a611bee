// Bursts: which of its messages a producer logs where the log is on only now and then. Wrong pairs are near
// each other in time, so a share of r of all messages in bursts finds about a share of r of them; the same
// share of single messages would find r squared.
// Bursts lie on one grid of time, so that those of all producers coincide; each at a place of its own within
// its step, or what recurs as often as they do (a timer, the watchdog) would be in all of them or in none.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"
#include "base/mix.h"
#include "model/round_spec.h"

namespace pcbench {

inline constexpr std::uint64_t kBurstNs = 1'000'000;

class Bursts {
 public:
  /// ROOM: how many messages can be logged in all. The first burst begins at once, at BEGIN_NS. Requires:
  /// SPEC.burst_every_ns is kBurstNs or more.
  Bursts(const RoundSpec& spec, std::uint32_t producer, std::uint64_t room, std::uint64_t begin_ns) noexcept
      : spec_(spec),
        quota_(spec.duration_ns == 0 ? share_of(spec.messages, producer, spec.producers) : 0),
        room_(room),
        begin_ns_(begin_ns),
        looked_ns_(begin_ns),
        ends_ns_(begin_ns + kBurstNs) {}

  /// Whether the next WANT messages, from SEQUENCE on, are to be logged. LAST_NS: a time taken since the last
  /// push of a burst. Between bursts the clock is read only now and then.
  [[nodiscard]] bool next(std::uint64_t sequence, std::uint32_t want, std::uint64_t last_ns) noexcept {
    if (on_ && last_ns >= ends_ns_) {
      on_ = false;
      calls_left_ = 1;
    }
    if (!on_ && --calls_left_ == 0) on_ = look(now_ns(), sequence);
    return on_ && want <= room_ - logged_;
  }
  void logged(std::uint32_t count) noexcept { logged_ += count; }

 private:
  static constexpr std::uint32_t kCallsMax = 64;  // between two looks at the clock

  /// Whether a burst begins. Looks again after as many calls as take a small part of one.
  bool look(std::uint64_t now, std::uint64_t sequence) noexcept {
    const std::uint64_t since_ns = now - looked_ns_;
    looked_ns_ = now;
    calls_ = since_ns > kBurstNs / 8 ? std::max(calls_ / 2, 1U) : std::min(calls_ * 2, kCallsMax);
    calls_left_ = calls_;
    const std::uint64_t step = now / spec_.burst_every_ns;
    const std::uint64_t from_ns =
        step * spec_.burst_every_ns + mix64(spec_.seed ^ step) % (spec_.burst_every_ns - kBurstNs + 1);
    if (now < from_ns || now >= from_ns + kBurstNs || ahead(now, sequence)) return false;
    ends_ns_ = from_ns + kBurstNs;
    return true;
  }

  /// Whether more of the room is used than of the round is over: a long round is looked at from its begin to
  /// its end, however seldom.
  [[nodiscard]] bool ahead(std::uint64_t now, std::uint64_t sequence) const noexcept {
    const double done = quota_ != 0
                            ? static_cast<double>(sequence) / static_cast<double>(quota_)
                            : static_cast<double>(now - begin_ns_) / static_cast<double>(spec_.duration_ns);
    return static_cast<double>(logged_) > done * static_cast<double>(room_);
  }

  const RoundSpec& spec_;
  std::uint64_t quota_;  // messages to push in all; 0: by duration
  std::uint64_t room_;
  std::uint64_t begin_ns_;
  std::uint64_t looked_ns_;
  std::uint64_t ends_ns_;  // of this burst, or of the last
  std::uint64_t logged_ = 0;
  std::uint32_t calls_ = 1;
  std::uint32_t calls_left_ = 1;
  bool on_ = true;
};

}  // namespace pcbench
