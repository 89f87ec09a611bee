// What a process knows of the MPI job it may be part of, before any MPI is called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pcbench {

/// Where mpirun has put this process. Rank 0 leads, worker i is rank i + 1.
struct MpiPlace {
  std::uint32_t rank = 0;
  std::uint32_t ranks = 1;
};

/// nullopt: mpirun did not start this process.
[[nodiscard]] std::optional<MpiPlace> mpi_place() noexcept;

/// Why this program cannot be part of an MPI job, with the remedy; empty: it can.
[[nodiscard]] std::string why_no_mpi();

/// The run is to be played by the ranks of an MPI job (`--launcher mpi`), and by nothing else.
void launch_by_mpi() noexcept;
[[nodiscard]] bool launched_by_mpi() noexcept;

}  // namespace pcbench
