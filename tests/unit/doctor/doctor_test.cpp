#include "doctor/doctor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "doctor/doctor_command.h"

namespace pcbench {
namespace {

namespace fs = std::filesystem;

/// A machine of files under a folder that is gone with the test: at first one where nothing spoils.
class Doctor : public testing::Test {
 protected:
  Doctor() {
    std::string name = (fs::temp_directory_path() / "pcbench-test-XXXXXX").string();
    root = ::mkdtemp(name.data());
    options.root = root.string();
    options.pause = [this] { set("/proc/stat", ticks_after); };
    options.limits = [] {
      return Limits{.line_latency_ns = 62, .hand_over = {{{128, 32}, 98e6}}, .clock = {1, 25}};
    };
    set(kCpu + "online", "0-3");
    for (const char cpu : {'0', '1', '2', '3'})
      set(kCpu + "cpu" + cpu + "/cpufreq/scaling_governor", "performance");
    set(kCpu + "intel_pstate/no_turbo", "1");
    set(kCpu + "smt/active", "0");
    set(kCpu + "isolated", "2-3");
    set("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc");
    set("/sys/fs/cgroup/cgroup.controllers", "cpu memory");
    set("/sys/fs/cgroup/cpu.max", "max 100000");
    set("/proc/self/cgroup", "0::/user/job");
    set("/sys/fs/cgroup/user/job/cpu.max", "max 100000");
    set("/proc/self/status", "Name:\tbench\nCpus_allowed_list:\t0-3\n");
    set("/proc/stat", kTicksBefore);
    set("/proc/loadavg", "0.10 0.20 0.30 1/200 4711");
    set("/proc/pressure/cpu", "some avg10=0.00 avg60=0.10 avg300=0.00 total=1\nfull avg10=0.00");
    set("/proc/sys/kernel/randomize_va_space", "2");
  }
  ~Doctor() override { fs::remove_all(root); }

  void set(const std::string& path, const std::string& text) const {
    fs::create_directories((options.root + path).substr(0, (options.root + path).rfind('/')));
    std::ofstream(options.root + path) << text << '\n';
  }

  [[nodiscard]] Diagnosis diagnosis(const std::string& id) const {
    if (fs::exists(options.root + "/proc/stat")) set("/proc/stat", kTicksBefore);
    const auto diagnoses = examine(SystemFiles(options.root), options.facts, options.pause);
    const auto found =
        std::find_if(diagnoses.begin(), diagnoses.end(), [&](const Diagnosis& f) { return f.id == id; });
    return found == diagnoses.end() ? Diagnosis{} : *found;
  }

  /// ID spoils, says why and how to mend it.
  void expect_spoils(const std::string& id, const std::string& words, const std::string& remedy) const {
    EXPECT_EQ(diagnosis(id).severity, Severity::spoils) << id;
    EXPECT_NE(diagnosis(id).text.find(words), std::string::npos) << diagnosis(id).text;
    EXPECT_NE(diagnosis(id).remedy.find(remedy), std::string::npos) << diagnosis(id).remedy;
  }

  const std::string kCpu = "/sys/devices/system/cpu/";
  /// A third of the time since boot was stolen, long ago.
  const std::string kTicksBefore = "cpu  100 0 100 9800 0 0 0 5000 0 0";
  std::string ticks_after = "cpu  110 0 110 9960 0 0 0 5000 0 0";
  fs::path root;
  DoctorOptions options;
};

TEST_F(Doctor, a_quiet_machine_has_nothing_to_mend) {
  options.facts.workers = 4;
  for (const Diagnosis& one : examine(SystemFiles(options.root), options.facts, options.pause))
    EXPECT_EQ(one.severity, Severity::fine) << one.id << ": " << one.text;
  options.require_quiet = true;
  std::ostringstream out;
  EXPECT_EQ(doctor_command(options, out), 0);
  EXPECT_NE(out.str().find("nothing here spoils"), std::string::npos);
}

TEST_F(Doctor, each_thing_that_spoils_is_found_with_its_remedy) {
  set(kCpu + "cpu2/cpufreq/scaling_governor", "powersave");
  expect_spoils("governor", "1 of 4 CPUs use the governor powersave", "cpupower frequency-set");
  set(kCpu + "intel_pstate/no_turbo", "0");
  expect_spoils("turbo", "on", "no_turbo");
  set(kCpu + "smt/active", "1");
  expect_spoils("smt", "share a core", "smt/control");
  ticks_after = "cpu  110 0 110 9974 0 0 0 5006 0 0";
  expect_spoils("steal", "3.0 %", "CPUs of its own");
  set("/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet");
  expect_spoils("clock_source", "hpet", "current_clocksource");
  set("/proc/sys/kernel/randomize_va_space", "0");
  expect_spoils("aslr", "same memory layout", "randomize_va_space=2");
  set("/proc/loadavg", "3.50 3.00 2.00 5/200 4711");
  expect_spoils("load", "3.50", "top");
  options.facts.optimized = false;
  expect_spoils("build", "not optimized", "release");
}

TEST_F(Doctor, looks_at_the_cpus_that_are_online_whatever_their_numbers) {
  set(kCpu + "online", "0,2-3,9");
  set(kCpu + "cpu9/cpufreq/scaling_governor", "ondemand");
  set(kCpu + "cpu1/cpufreq/scaling_governor", "powersave");
  expect_spoils("governor", "1 of 4 CPUs use the governor ondemand", "cpupower");
}

TEST_F(Doctor, a_quota_of_any_group_above_is_found_in_both_versions) {
  set("/sys/fs/cgroup/user/cpu.max", "150000 100000");
  expect_spoils("cgroup_quota", "1.50 CPUs", "--cpus");
  fs::remove(options.root + "/sys/fs/cgroup/cgroup.controllers");
  set("/proc/self/cgroup", "5:memory:/x\n4:cpu,cpuacct:/job");
  EXPECT_EQ(diagnosis("cgroup_quota").severity, Severity::fine);
  set("/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "50000");
  set("/sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000");
  expect_spoils("cgroup_quota", "0.50 CPUs", "--cpus");
  set("/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1");
  EXPECT_EQ(diagnosis("cgroup_quota").severity, Severity::fine);
}

TEST_F(Doctor, fewer_cores_than_workers_are_found_only_when_a_config_asks) {
  EXPECT_EQ(diagnosis("cores").id, "");
  options.facts.workers = 5;
  expect_spoils("cores", "4 usable CPUs for 5 workers", "5 CPUs");
  set("/proc/self/status", "Cpus_allowed_list:\t0,2\n");
  expect_spoils("cores", "2 usable CPUs", "");
}

TEST_F(Doctor, waiting_tasks_spoil_even_at_low_load) {
  set("/proc/pressure/cpu", "some avg10=35.00 avg60=0.10 avg300=0.00 total=1");
  expect_spoils("load", "35 %", "top");
}

TEST_F(Doctor, a_sanitizer_spoils) {
  options.facts.sanitizers = "thread";
  expect_spoils("build", "sanitizers: thread", "release");
}

TEST_F(Doctor, no_isolated_cpu_is_advice_and_does_not_refuse) {
  set(kCpu + "isolated", "");
  EXPECT_EQ(diagnosis("isolation").severity, Severity::advice);
  options.require_quiet = true;
  std::ostringstream out;
  EXPECT_EQ(doctor_command(options, out), 0);
}

TEST_F(Doctor, a_system_that_says_nothing_is_unknown_not_fine) {
  options.root += "/empty";
  options.pause = [] {};
  for (const char* id : {"governor", "turbo", "smt", "isolation", "steal", "clock_source", "aslr", "load"})
    EXPECT_EQ(diagnosis(id).severity, Severity::unknown) << id;
}

TEST_F(Doctor, tells_what_the_machine_can_do_at_best_and_what_it_cannot_tell) {
  std::ostringstream out;
  EXPECT_EQ(doctor_command(options, out), 0);
  for (const char* part : {"62 ns", "98.0 M", "ring of 8 KiB", "? on the same CPU", "25 ns"})
    EXPECT_NE(out.str().find(part), std::string::npos) << part << " in " << out.str();
  out.str("");
  options.as_json = true;
  EXPECT_EQ(doctor_command(options, out), 0);
  const auto limits = nlohmann::json::parse(out.str())["limits"];
  EXPECT_EQ(limits["line_latency_ns"], 62);
  EXPECT_EQ(limits["hand_over"][0]["footprint_bytes"], 8192);
  EXPECT_EQ(limits["hand_over"][0]["lines_per_s"], 98e6);
  EXPECT_TRUE(limits["wake_up_other_cpu_ns"].is_null());
}

TEST(MeasuredLimits, are_there_or_unknown_however_busy_the_machine_is) {
  for (const auto& ns : {line_latency_ns(), wake_up_ns(true), wake_up_ns(false)})
    EXPECT_GT(ns.value_or(1), 0);
  EXPECT_GT(hand_over_ns({64, 16}, 4096).value_or(1), 0U);
}

TEST_F(Doctor, where_quiet_is_required_a_spoiled_machine_exits_with_six) {
  set("/proc/loadavg", "9.00 3.00 2.00 5/200 4711");
  std::ostringstream out;
  EXPECT_EQ(doctor_command(options, out), 0);
  options.require_quiet = true;
  EXPECT_EQ(doctor_command(options, out), 6);
  out.str("");
  options.as_json = true;
  EXPECT_EQ(doctor_command(options, out), 6);
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["quiet"], false);
  EXPECT_EQ(json["findings"].size(), 10U);
}

}  // namespace
}  // namespace pcbench
