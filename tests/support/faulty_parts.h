// What the faulty transports count and say to each other.
#pragma once

#include <atomic>
#include <charconv>
#include <cstdint>

#include "base/clock.h"
#include "base/mix.h"
#include "model/message.h"
#include "model/round_spec.h"
#include "support/faulty_transports.h"

namespace pcbench::test {

/// Counts events; true at every kFaultEvery-th, or, where the option `every` says N, at random at one in N.
class Nth {
 public:
  explicit Nth(const RoundSpec& spec) noexcept {
    const std::string_view every = spec.transport_option.view();
    std::from_chars(every.data(), every.data() + every.size(), one_in_);
  }
  [[nodiscard]] bool hit() noexcept {
    ++count_;
    return one_in_ == 0 ? count_ % kFaultEvery == 0 : mix64(key_ ^ count_) % one_in_ == 0;
  }
  [[nodiscard]] bool past() const noexcept { return count_ >= kFaultEvery; }

 private:
  std::uint64_t count_ = 0;
  std::uint64_t one_in_ = 0;
  std::uint64_t key_ = now_ns();
};

/// What a late delivery's two ends know of each other, in memory that forked workers share.
struct Ending {
  std::atomic<std::uint32_t> announced;  // 1: it is said to be closed, too early
  std::atomic<std::uint32_t> told;       // how often
};

}  // namespace pcbench::test
