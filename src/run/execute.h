// run: executes a plan. The only stage with side effects: channels, workers, gates, the watchdog, reaping.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "model/history.h"
#include "model/record.h"
#include "run/placement.h"

namespace pcbench {

/// Told what happens, between rounds and while one runs; never while workers are created. For progress and
/// for writing the report after each case.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  /// Round ROUND (0-based; warm-up rounds do not count) of case CASE_INDEX begins.
  virtual void round_begins(const RunRecord& /*run*/, std::size_t /*case_index*/, bool /*warmup*/) {}
  /// Called a few times a second while a round runs; MESSAGES were consumed so far, of TOTAL (0: by
  /// duration).
  virtual void round_moves(std::uint64_t /*messages*/, std::uint64_t /*total*/,
                           std::uint64_t /*elapsed_ns*/) {}
  /// The last round of case CASE_INDEX has logged its history; only where verify is history, before
  /// round_ended. That round may be one that is not kept: a warm-up, or one to be repeated. Whoever needs the
  /// history takes it: run/ keeps none.
  virtual void round_logged(const RunRecord& /*run*/, std::size_t /*case_index*/, History&& /*history*/) {}
  virtual void round_ended(const RunRecord& /*run*/, std::size_t /*case_index*/, bool /*warmup*/) {}
};

/// Asked before and after each round about two CPUs of its workers, where these are pinned, else about the
/// first two of ours; a test brings its own.
using PlacementProbe = std::function<std::optional<double>(CpuPair)>;

/// Runs every case of PLAN, rounds interleaved in an order drawn from the seed, fresh workers and channel
/// each time. A round that PROBE calls mixed is repeated, at most twice: PROBE alone decides, never a result.
/// Requires: no other thread in this process. A hang, a death or SIGINT or its like ends it early, never
/// without a record.
[[nodiscard]] RunRecord execute(const Plan& plan, RunObserver& observer,
                                PlacementProbe probe = hand_over_lines_per_s);

/// The same for the plan of PAST, of which only what PAST lacks is run: a case without a record, and rounds
/// of a case whose stop_reason is empty. The orders of rounds are drawn anew. Requires: PAST's cases are of
/// its plan.
[[nodiscard]] RunRecord resume(RunRecord past, RunObserver& observer,
                               PlacementProbe probe = hand_over_lines_per_s);

/// The whole of a spawned image: `bench --pcbench-worker ID CONTROL_FD FD…` runs one worker and nothing else.
/// Returns the exit status; what goes wrong is noted in the worker's slot, or said on stderr.
/// Requires: is_worker_command(argc, argv).
[[nodiscard]] bool is_worker_command(int argc, char** argv) noexcept;
[[nodiscard]] int worker_main(int argc, char** argv);

}  // namespace pcbench
