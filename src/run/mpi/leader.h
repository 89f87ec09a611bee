// Leader: rank 0 of an MPI job, which plays no worker. It compares clocks, opens the gate, and writes what
// the ranks tell into the Control region of the supervisor's round, as workers of its own would do.
// Peer death  a rank: it is heard no more, and the supervisor ends the round; the supervisor: the kernel ends
//             this process, and mpirun the job
#pragma once

#include <memory>

#include "run/mpi/programs.h"
#include "run/mpi/wire.h"

namespace pcbench {

class Leader {
 public:
  Leader(MPI_Comm communicator, int workers, MpiBoard& board)
      : communicator_(communicator), workers_(workers), board_(board) {}

  /// Leads rounds until the supervisor says that there will be none. Errors: Error.
  void run();

 private:
  struct Reading {
    std::int64_t offset_ns = 0;
    std::uint64_t uncertainty_ns = 0;
  };

  void lead(int number, const Control& control);
  /// Takes one message of a rank, if there is one, and lets a while pass if not and MAY_NAP.
  void step(bool may_nap);
  void take(const MPI_Status& status);
  void take_evidence(std::uint32_t worker_id, const std::vector<std::byte>& bytes);
  [[nodiscard]] Reading compare_clock(int rank);
  [[nodiscard]] std::vector<Reading> compare_clocks(std::uint32_t workers);
  void send_totals(const RoundSpec& spec);
  void all(std::uint32_t workers, MpiTag tag);

  MPI_Comm communicator_;
  int workers_;
  MpiBoard& board_;
  const Control* control_ = nullptr;  // of the round that is led
  std::uint64_t told_ns_ = 0;         // all ranks that we are alive
  std::uint64_t pong_ns_ = 0;         // the newest; 0: none yet
  std::uint32_t ready_ = 0;
  std::uint32_t evidence_ = 0;
  std::vector<std::vector<std::uint64_t>> sent_;  // by worker, once it is done: batches to each consumer
  std::uint32_t done_ = 0;
  bool drained_ = false;  // the drain's slot holds what one consumer's was already
};

}  // namespace pcbench
