// Histories for tests: written by hand, or the log of a simulated queue that really keeps its promises.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "check/history/judge_history.h"

namespace pcbench {

/// By hand: workers p0 … p7 and c0 … c7, exact promises, no capacity.
class HandMade {
 public:
  HandMade() {
    history_.promises.empty_exact = true;
    for (const char role : {'p', 'c'})
      for (char i = '0'; i < '8'; ++i) history_.workers.push_back({role, i});
  }

  HandMade& push(std::uint32_t producer, std::uint64_t sequence, std::uint64_t invoked_ns,
                 std::uint64_t returned_ns, OperationStatus status = OperationStatus::ok) {
    const auto worker = static_cast<std::uint16_t>(producer % 8);
    history_.operations.push_back(
        {invoked_ns, returned_ns, sequence, producer, worker, OperationKind::push, status});
    return *this;
  }
  HandMade& pop(std::uint32_t consumer, std::uint32_t producer, std::uint64_t sequence,
                std::uint64_t invoked_ns, std::uint64_t returned_ns) {
    const auto worker = static_cast<std::uint16_t>(8 + consumer % 8);
    history_.operations.push_back(
        {invoked_ns, returned_ns, sequence, producer, worker, OperationKind::pop, OperationStatus::ok});
    return *this;
  }
  HandMade& no_pop(std::uint32_t consumer, std::uint64_t invoked_ns, std::uint64_t returned_ns,
                   OperationStatus status = OperationStatus::empty) {
    const auto worker = static_cast<std::uint16_t>(8 + consumer % 8);
    history_.operations.push_back(
        {invoked_ns, returned_ns, 0, kNoProducer, worker, OperationKind::pop, status});
    return *this;
  }
  HandMade& pending_push(std::uint32_t producer, std::uint64_t sequence, std::uint64_t invoked_ns) {
    return push(producer, sequence, invoked_ns, kNeverReturned, OperationStatus::pending);
  }
  HandMade& pending_pop(std::uint32_t consumer, std::uint64_t invoked_ns) {
    return no_pop(consumer, invoked_ns, kNeverReturned, OperationStatus::pending);
  }

  History& operator*() { return history_; }
  History* operator->() { return &history_; }

 private:
  History history_;
};

struct Simulation {
  std::uint32_t producers = 3;
  std::uint32_t consumers = 3;
  std::uint32_t messages = 300;  ///< in total
  std::uint64_t capacity = 0;    ///< 0: none
  bool kill = false;             ///< about one worker in three dies in an operation
  std::uint64_t guard_ns = 0;    ///< each worker's clock is off by up to so much, the same all the time
};

/// The log of a fifo that is right, whatever the seed. Each operation happens at one instant, somewhere
/// between the times it says; a worker's next operation begins where its last one ended or later.
[[nodiscard]] History simulate_fifo(const Simulation& simulation, std::mt19937_64& random);

}  // namespace pcbench
