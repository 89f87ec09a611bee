// Rounds for tests: one transport, fresh workers, a judge that only adds up. A tiny stand-in for run/, so
// that a transport is tested by itself.
// Owner       each call creates and destroys its channel and its control memory
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/shared_region.h"
#include "model/case.h"
#include "model/round_spec.h"
#include "transport/registry.h"
#include "worker/control.h"

namespace pcbench::test {

/// Ends the whole test program when a test takes longer: a wait without a deadline must not hang the suite.
class Deadline {
 public:
  explicit Deadline(unsigned seconds) noexcept;
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();
};

/// The spec of CONFIG as run/ makes it, but always checked as strictly as can be.
/// Requires: config.transport is a row of the registry.
[[nodiscard]] RoundSpec spec_of(const Case& config);

/// Why CONFIG is not promised, by the row's data or by its refuse; empty: it is.
[[nodiscard]] std::string not_promised(const TransportRow& row, const Case& config);

/// A round that has run: everybody has left, and a final drain has looked for what was left inside.
class Round {
 public:
  /// Runs SPEC with one thread a worker.
  [[nodiscard]] static Round with_threads(const RoundSpec& spec);
  /// Runs SPEC with one forked process a worker. Requires: no other thread in this process.
  [[nodiscard]] static Round with_processes(const RoundSpec& spec);

  /// What is wrong with it: anything lost, doubled, reordered, corrupted or left inside; empty: nothing.
  [[nodiscard]] std::string complaint(Order promised = Order::fifo) const;
  [[nodiscard]] std::uint64_t sent() const;
  [[nodiscard]] std::uint64_t received() const;
  [[nodiscard]] std::uint64_t findings(Finding kind) const;
  [[nodiscard]] std::uint64_t left_inside() const;
  [[nodiscard]] const Effective& effective() const noexcept { return effective_; }

 private:
  explicit Round(const RoundSpec& spec);
  void work(std::uint32_t worker_id, const std::function<void()>& before_gate);
  void run_threads();
  void open_gate();
  void drain();

  RoundSpec spec_;
  SharedRegion memory_;
  Control control_;
  std::unique_ptr<Channel> channel_;
  Effective effective_;
  std::string failure_;  ///< a worker that died
};

}  // namespace pcbench::test
