// bench: plans, runs, checks and reports producer-consumer pipelines. `bench --help` says how.
#include "cli/cli.h"
#include "run/execute.h"

int main(int argc, char** argv) {
  // A spawned image is one worker and nothing else: it must not come to read a config and spawn again.
  if (pcbench::is_worker_command(argc, argv)) return pcbench::worker_main(argc, argv);
  return pcbench::cli_main(argc, argv);
}
