// What the processes of an MPI job run besides the supervisor, all of them bench-mpi, and the memory through
// which the supervisor talks to the one of them that is beside it. No MPI in here: it makes no call of it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace pcbench {

/// Between the supervisor and the leader, its child.
/// Pairs       M1 → M2 a round is asked for;  M3 → M4 it has been played
struct MpiBoard {
  static constexpr std::uint32_t kWorkersMax = 255;
  static constexpr std::size_t kHostBytes = 64;

  // The supervisor's
  std::int32_t supervisor_pid;
  std::int32_t control_descriptor;          // of the round asked for, in the supervisor
  std::atomic<std::int32_t> rounds_asked;   // -1: there will be none
  std::atomic<std::uint32_t> stands_still;  // 1: the leader is to touch nothing more
  // The leader's
  std::atomic<std::int32_t> rounds_played;
  std::array<std::atomic<std::uint64_t>, kWorkersMax> heard_ns;        // the last word of each worker
  std::array<std::atomic<std::int64_t>, kWorkersMax> offset_ns;        // its clock against the leader's
  std::array<std::atomic<std::uint64_t>, kWorkersMax> uncertainty_ns;  // of that, in the last round
  std::array<std::array<char, kHostBytes>, kWorkersMax> hosts;         // before the first round is played
};

/// Rank 0 beside its supervisor: passes rounds on to the workers' ranks, and their evidence into the
/// supervisor's memory. Returns when there will be none. Errors: Error.
void mpi_leader_program(MpiBoard& board);

/// Any other rank: plays one worker a round, or none. Returns when there will be none. Errors: Error.
void mpi_rank_program();

}  // namespace pcbench
