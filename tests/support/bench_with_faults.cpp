// `bench` with the faulty transports in its registry, so that tests can show that a run notices each of them.
#include "cli/cli.h"
#include "run/execute.h"
#include "support/faulty_transports.h"
#include "transport/registry.h"

int main(int argc, char** argv) {
  pcbench::register_extra_transports(pcbench::test::faulty_transports());
  pcbench::register_extra_transports(pcbench::test::faulty_waits());
  pcbench::register_extra_transports(pcbench::test::faulty_deaths());
  pcbench::register_extra_transports(pcbench::test::faulty_consumers());
  if (pcbench::is_worker_command(argc, argv)) return pcbench::worker_main(argc, argv);
  return pcbench::cli_main(argc, argv);
}
