#include "run/environment.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sample.h"

namespace pcbench {
namespace {

std::vector<std::string> warning_ids(const Environment& environment) {
  std::vector<std::string> ids;
  for (const Warning& warning : environment_warnings(environment)) {
    EXPECT_FALSE(warning.remedy.empty()) << warning.id;
    ids.push_back(warning.id);
  }
  return ids;
}

Environment with(const std::string& section, const std::string& name, const Fact& fact) {
  Environment environment = sample::environment();
  for (auto& [section_name, facts] : environment.sections)
    if (section_name == section) {
      std::erase_if(facts, [&](const auto& known) { return known.first == name; });
      facts.emplace_back(name, fact);
    }
  return environment;
}

using Ids = std::vector<std::string>;

TEST(Environment, says_what_every_linux_knows) {
  const Environment environment = read_environment();
  for (const auto& [section, name] : {std::pair{"host", "id"},
                                      {"cpu", "logical_cpus"},
                                      {"kernel", ""},
                                      {"memory", "total_bytes"},
                                      {"memory", "page_bytes"},
                                      {"clock", "cost_ns"},
                                      {"clock", "resolution_ns"},
                                      {"noise", "load_1min"},
                                      {"noise", "other_tasks"},
                                      {"build", "compiler"},
                                      {"build", "sanitizers"}}) {
    const Fact* fact = environment.find(section, name);
    ASSERT_NE(fact, nullptr) << section << "." << name;
    EXPECT_FALSE(std::holds_alternative<std::monostate>(*fact)) << section << "." << name;
  }
}

TEST(Environment, quiet_machine_and_release_build_give_no_warning) {
  EXPECT_EQ(warning_ids(sample::environment()), Ids{});
}

TEST(Environment, each_disturbance_is_named_alone) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(warning_ids(with("build", "sanitizers", Words{"thread"})), Ids{"sanitizer"});
  EXPECT_EQ(warning_ids(with("build", "optimized", false)), Ids{"debug_build"});
  EXPECT_EQ(warning_ids(with("build", "assertions", Words{"assert"})), Ids{"assertions"});
  EXPECT_EQ(warning_ids(with("cpu", "governor", std::string("powersave"))), Ids{"governor"});
  EXPECT_EQ(warning_ids(with("noise", "other_tasks", 0.75)), Ids{"busy_machine"});
  EXPECT_EQ(warning_ids(with("noise", "cgroup_cpus", 0.5)), Ids{"cgroup_quota"});
  EXPECT_EQ(warning_ids(with("clock", "source", std::string("hpet"))), Ids{"slow_clock"});
}

TEST(Environment, load_of_the_minute_before_may_be_our_own_and_gives_no_warning) {
  EXPECT_EQ(warning_ids(with("noise", "load_1min", 3.0)), Ids{});
}

TEST(Environment, performance_governor_and_whole_quota_are_fine) {
  EXPECT_EQ(warning_ids(with("cpu", "governor", std::string("performance"))), Ids{});
  EXPECT_EQ(warning_ids(with("noise", "cgroup_cpus", 2.0)), Ids{});
}

TEST(Environment, facts_that_are_missing_give_no_warning) { EXPECT_EQ(warning_ids({}), Ids{}); }

}  // namespace
}  // namespace pcbench
