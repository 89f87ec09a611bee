// MpiJob: the supervisor's hold on a run whose workers are ranks of an MPI job. It makes no call of MPI, so
// that no host's death can stop it: that is the leader's part, its child (decision 89).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/shared_region.h"
#include "model/record.h"
#include "run/mpi/programs.h"
#include "worker/control.h"

namespace pcbench {

class MpiJob {
 public:
  /// Makes this process part of the job that mpirun started it for; as a worker's rank it becomes another
  /// program. Requires: no other thread. Errors: Error.
  static void join();
  /// nullptr: this process supervises no such job.
  [[nodiscard]] static MpiJob* current() noexcept;

  /// Has the ranks play a round, whose Control region lies behind DESCRIPTOR. Errors: Error when the job has
  /// come to its end.
  void play(int descriptor);
  [[nodiscard]] bool played() const noexcept {
    return board().rounds_played.load(std::memory_order_acquire) == asked_;  // M4
  }
  [[nodiscard]] pid_t leader() const noexcept { return leader_; }

  /// Whether a worker of CONTROL's round is heard no more. Waits for a word of each, for some of their beats.
  [[nodiscard]] bool lost_somebody(const Control& control) const noexcept;
  /// Notes in the slots of those that are heard no more, that this is so.
  void note_lost(const Control& control) const noexcept;

  /// The round has ended early: the leader touches nothing more, and no further round can be played. It only
  /// stands still, because its end would have mpirun wait for ever for a host that is gone.
  void stand_still() noexcept;
  /// MpiJob::end() is to give mpirun the time to notice that a host is gone.
  void wait_for_notice() noexcept { unnoticed_ = true; }
  [[nodiscard]] bool stands_still() const noexcept { return still_; }

  /// Where the workers of CONTROL's round ran, and what their clocks were.
  void add_facts(std::uint32_t producers, std::uint32_t consumers, Effective& effective) const;

  /// Ends the job, after a host was lost only when mpirun has noticed that, or will not in time.
  void end() noexcept;

 private:
  MpiJob();
  [[nodiscard]] MpiBoard& board() const noexcept { return *reinterpret_cast<MpiBoard*>(memory_.data()); }
  [[nodiscard]] std::string host_of(std::uint32_t worker_id) const { return board().hosts[worker_id].data(); }

  SharedRegion memory_;
  pid_t leader_ = 0;
  std::int32_t asked_ = 0;
  bool still_ = false;
  bool unnoticed_ = false;  // a host is gone, and mpirun has not said that it knows
};

}  // namespace pcbench
