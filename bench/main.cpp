// bench: plans, runs, checks and reports producer-consumer pipelines. `bench --help` says how.
#include <cstdio>
#include <exception>

#include "cli/cli.h"
#include "run/execute.h"

int main(int argc, char** argv) {
  // A spawned image is one worker and nothing else: it must not come to read a config and spawn again.
  if (pcbench::is_worker_command(argc, argv)) return pcbench::worker_main(argc, argv);
  constexpr int kUsage = 2;
  try {
    return pcbench::cli_main(argc, argv);
  } catch (const pcbench::Error& error) {
    pcbench::print_error(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  return kUsage;
}
