// These tests start workers: this very image is one when it is told so, as bench is.
#include <gtest/gtest.h>

#include "run/execute.h"

int main(int argc, char** argv) {
  if (pcbench::is_worker_command(argc, argv)) return pcbench::worker_main(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
