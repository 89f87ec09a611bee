#include "compare/noise_probe.h"

#include <gtest/gtest.h>

#include "stored_reports.h"

namespace pcbench {
namespace {

TEST(NoiseProbe, counters_come_from_proc_and_the_control_group) {
  const test::TemporaryFolder root;
  for (const char* folder : {"proc/self", "sys/fs/cgroup/job"})
    std::filesystem::create_directories(root.path(folder));
  root.write("proc/stat", std::string("cpu  100 0 50 800 0 0 10 40 7 0\ncpu0 1 2 3\n"));
  root.write("proc/self/cgroup", std::string("0::/job\n"));
  root.write("sys/fs/cgroup/cgroup.controllers", std::string("cpu memory\n"));
  root.write("sys/fs/cgroup/job/cpu.stat", std::string("usage_usec 5\nnr_periods 9\nnr_throttled 3\n"));
  const NoiseCounters counters = read_noise(SystemFiles(root.path("").substr(0, root.path("").size() - 1)));
  EXPECT_EQ(counters.total_ticks, 1000);
  EXPECT_EQ(counters.stolen_ticks, 40);
  EXPECT_EQ(counters.throttled_count, 3);
}

TEST(NoiseProbe, a_system_that_says_nothing_is_not_disturbed) {
  EXPECT_FALSE(
      is_disturbed(read_noise(SystemFiles("/nonexistent")), read_noise(SystemFiles("/nonexistent"))));
}

TEST(NoiseProbe, more_than_a_percent_stolen_or_any_throttling_disturbs) {
  EXPECT_FALSE(is_disturbed({0, 0, 0}, {1000, 10, 0}));
  EXPECT_TRUE(is_disturbed({0, 0, 0}, {1000, 11, 0}));
  EXPECT_FALSE(is_disturbed({0, 0, 0}, {50, 1, 0}));  // one tick may be rounding
  EXPECT_TRUE(is_disturbed({0, 0, 5}, {1000, 0, 6}));
}

}  // namespace
}  // namespace pcbench
