#include "base/noise_probe.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/system_files.h"

namespace pcbench {
namespace {

namespace fs = std::filesystem;

/// A machine of files.
class NoiseProbe : public testing::Test {
 protected:
  NoiseProbe() {
    std::string name = (fs::temp_directory_path() / "pcbench-test-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~NoiseProbe() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  [[nodiscard]] SystemFiles files() const { return SystemFiles(root_.string()); }

  fs::path root_;
};

constexpr std::uint64_t kTickNs = 10'000'000;

TEST_F(NoiseProbe, counters_come_from_proc_and_the_control_group) {
  write("proc/stat", "cpu  100 0 50 800 0 0 10 40 7 0\ncpu0 1 2 3\n");
  write("proc/self/cgroup", "0::/job\n");
  write("proc/pressure/cpu", "some avg10=1.00 avg60=2.00 avg300=3.00 total=77\nfull avg10=0.00 total=5\n");
  write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  write("sys/fs/cgroup/job/cpu.stat", "usage_usec 5\nnr_periods 9\nnr_throttled 3\nthrottled_usec 12\n");
  const NoiseCounters counters = read_noise(files());
  EXPECT_EQ(counters.cpu_ns, 1000 * kTickNs);
  EXPECT_EQ(counters.stolen_ns, 40 * kTickNs);
  EXPECT_EQ(counters.throttled_count, 3U);
  EXPECT_EQ(counters.throttled_ns, 12'000U);
  EXPECT_EQ(counters.cpu_stalled_ns, 77'000U);
}

TEST_F(NoiseProbe, what_the_system_does_not_show_stays_unknown) {
  const NoiseCounters nothing = read_noise(files());
  EXPECT_FALSE(nothing.stolen_ns || nothing.throttled_count || nothing.cpu_stalled_ns);
  NoiseCounters known = nothing;
  known.stolen_ns = 5;
  EXPECT_FALSE(noise_between(nothing, known).stolen_ns);
  EXPECT_FALSE(is_disturbed(noise_between(nothing, nothing)));
  EXPECT_FALSE(fastest_cpu_mhz(files()));
}

TEST_F(NoiseProbe, a_counter_that_runs_backwards_took_nothing) {
  NoiseCounters before, after;
  before.stolen_ns = 7;
  after.stolen_ns = 6;
  EXPECT_EQ(noise_between(before, after).stolen_ns, 0U);
}

TEST_F(NoiseProbe, more_than_a_percent_stolen_or_any_throttling_disturbs) {
  const auto span = [](std::uint64_t cpu_ticks, std::uint64_t stolen_ticks, std::uint64_t throttled) {
    NoiseCounters counters;
    counters.cpu_ns = cpu_ticks * kTickNs;
    counters.stolen_ns = stolen_ticks * kTickNs;
    counters.throttled_count = throttled;
    return counters;
  };
  EXPECT_FALSE(is_disturbed(span(1000, 10, 0)));
  EXPECT_TRUE(is_disturbed(span(1000, 11, 0)));
  EXPECT_FALSE(is_disturbed(span(50, 1, 0)));  // one tick may be rounding
  EXPECT_TRUE(is_disturbed(span(1000, 0, 1)));
}

TEST_F(NoiseProbe, the_fastest_cpu_speaks_for_the_machine) {
  write("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "800000\n");
  write("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "3200000\n");
  EXPECT_EQ(fastest_cpu_mhz(files()), 3200);
}

}  // namespace
}  // namespace pcbench
