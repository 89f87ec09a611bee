// Round: one round of a 1x1 case without supervisor and watchdog, for benches that ask what one part of the
// harness costs. It is judged all the same, by the checks and from the evidence that a round of `bench run`
// is judged by and from: who asks how long it took gets an Error where a verdict is one it may not have.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/shared_region.h"
#include "model/case.h"
#include "model/record.h"
#include "run/setup.h"
#include "transport/transport.h"
#include "worker/control.h"

namespace pcbench::micro {

/// A 1x1 case between threads with 64-byte payloads, nothing verified and nothing timed by the workers.
[[nodiscard]] Case bare_case(const std::string& transport, std::uint64_t messages);

/// What make_setup makes of CONFIG, and NEAR as RoundSpec has it.
[[nodiscard]] Setup setup_of(const Case& config, bool near);

/// The first verdict on RECORD that its case may not have, and why; empty: there is none. Where nothing is
/// verified, the numbers of messages are compared at least.
[[nodiscard]] std::string complaint(const CaseRecord& record);

/// From the producer's release to the last message's pop.
struct Span {
  std::uint64_t messages;
  std::uint64_t elapsed_ns;
};

/// A fresh channel with fresh control memory, good for one run.
class Round {
 public:
  /// NEAR as RoundSpec has it. Requires: CONFIG is a valid 1x1 case. Errors: Error when the channel cannot be
  /// made.
  explicit Round(const Case& config, bool near = false);

  /// The calling thread produces everything, then consumes it. Returns the time inside the two loops, in ns.
  /// Requires: all messages and a pill fit in the channel. Errors: Error with the complaint.
  [[nodiscard]] std::uint64_t run_alone();

  /// Runs both workers, as the threads or forked processes that the case asks for, each on a CPU of its own
  /// if there are two. Errors: Error from the system, or with the complaint.
  [[nodiscard]] Span run_both();

 private:
  Round(const Case& config, const Setup& setup);
  void run_one(std::uint32_t worker_id);
  void judge();

  SharedRegion memory_;
  Control control_;
  std::unique_ptr<Channel> channel_;
  CaseRecord record_;  ///< without a round until it has run
};

}  // namespace pcbench::micro
