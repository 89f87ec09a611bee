// bench-mpi: the one program here that MPI is linked to. `bench --launcher mpi` becomes it on a worker's
// rank, and starts it beside itself as the leader (decision 89); nobody else does.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "base/shared_region.h"
#include "run/mpi/programs.h"
#include "run/worker_entry.h"

int main(int argc, char** argv) {
  const std::string_view part = argc > 1 ? argv[1] : "";
  try {
    if (part == "rank" && argc == 2) {
      pcbench::mpi_rank_program();
      return 0;
    }
    if (part == "leader" && argc == 3) {
      const auto memory = pcbench::SharedRegion::attach(pcbench::FileDescriptor(std::atoi(argv[2])));
      pcbench::mpi_leader_program(*reinterpret_cast<pcbench::MpiBoard*>(memory.data()));
      return 0;
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "error: the MPI job's %s: %s\n", argv[1], pcbench::told(e).c_str());
    return 1;
  }
  std::fputs("error: not to be started by hand: mpirun -np RANKS bench --config FILE --launcher mpi\n",
             stderr);
  return 2;
}
