#include "cli/monitor.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

TEST(LiveLine, shows_where_the_run_is_and_how_fast_the_case_was) {
  EXPECT_EQ(live_line("3/20 rounds, ETA 4.0 s", "pipe/2x2", "round 2/10, 1.05 M msg/s", 100),
            "3/20 rounds, ETA 4.0 s  pipe/2x2  round 2/10, 1.05 M msg/s");
}

TEST(LiveLine, a_long_id_gives_way_to_the_rate) {
  const std::string line = live_line("3/20 rounds, ETA 4.0 s", "shm_locked_queue/2x2/process/pill",
                                     "round 2/10, 1.05 M msg/s", 60);
  EXPECT_EQ(line, "3/20 rounds, ETA 4.0 s  shm_lock..  round 2/10, 1.05 M msg/s");
  EXPECT_EQ(line.size(), 60U);
}

TEST(LiveLine, never_is_wider_than_the_terminal) {
  for (std::size_t width = 1; width < 80; ++width)
    EXPECT_LE(live_line("3/20 rounds, ETA 4.0 s", "pipe/2x2/process", "round 2/10", width).size(), width);
}

}  // namespace
}  // namespace pcbench
