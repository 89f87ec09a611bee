#include "base/system_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace pcbench {
namespace {

/// A machine of files written by hand.
class SystemFilesTest : public testing::Test {
 protected:
  SystemFilesTest() {
    std::string name = testing::TempDir() + "pcbench-files-XXXXXX";
    root_ = ::mkdtemp(name.data());
  }
  ~SystemFilesTest() override { std::filesystem::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text << '\n';
  }
  [[nodiscard]] SystemFiles files() const { return SystemFiles(root_); }

 private:
  std::string root_;
};

TEST_F(SystemFilesTest, knows_no_limit_where_nothing_is_said) {
  EXPECT_FALSE(group_cpus(files()));
  EXPECT_FALSE(available_memory_bytes(files()));
}

TEST_F(SystemFilesTest, finds_the_tightest_quota_of_all_groups_above) {
  write("/sys/fs/cgroup/cgroup.controllers", "cpu memory");
  write("/proc/self/cgroup", "0::/slice/unit");
  write("/sys/fs/cgroup/slice/unit/cpu.max", "max 100000");
  EXPECT_FALSE(group_cpus(files()));
  write("/sys/fs/cgroup/slice/cpu.max", "150000 100000");
  EXPECT_EQ(group_cpus(files()), 1.5);
  write("/sys/fs/cgroup/slice/unit/cpu.max", "50000 100000");
  EXPECT_EQ(group_cpus(files()), 0.5);
}

TEST_F(SystemFilesTest, finds_a_quota_of_version_1) {
  write("/proc/self/cgroup", "4:cpu,cpuacct:/slice/unit\n3:memory:/other");
  write("/sys/fs/cgroup/cpu/slice/cpu.cfs_quota_us", "25000");
  write("/sys/fs/cgroup/cpu/slice/cpu.cfs_period_us", "100000");
  write("/sys/fs/cgroup/cpu/slice/unit/cpu.cfs_quota_us", "-1");
  write("/sys/fs/cgroup/cpu/slice/unit/cpu.cfs_period_us", "100000");
  EXPECT_EQ(group_cpus(files()), 0.25);
}

TEST_F(SystemFilesTest, has_only_the_memory_that_every_group_above_still_allows) {
  write("/proc/meminfo", "MemTotal: 9 kB\nMemAvailable:    1024 kB");
  EXPECT_EQ(available_memory_bytes(files()), 1'048'576U);
  write("/sys/fs/cgroup/cgroup.controllers", "cpu memory");
  write("/proc/self/cgroup", "0::/slice/unit");
  write("/sys/fs/cgroup/slice/unit/memory.max", "max");
  write("/sys/fs/cgroup/slice/unit/memory.current", "500");
  EXPECT_EQ(available_memory_bytes(files()), 1'048'576U);
  write("/sys/fs/cgroup/slice/memory.max", "1000");
  write("/sys/fs/cgroup/slice/memory.current", "900");
  EXPECT_EQ(available_memory_bytes(files()), 100U);
  write("/sys/fs/cgroup/slice/memory.stat", "anon 5\ninactive_file 50");
  EXPECT_EQ(available_memory_bytes(files()), 150U) << "cached files make room";
  write("/sys/fs/cgroup/slice/memory.current", "2000");
  EXPECT_EQ(available_memory_bytes(files()), 0U);
}

}  // namespace
}  // namespace pcbench
