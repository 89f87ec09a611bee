#include "run/placement.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "base/affinity.h"

namespace pcbench {
namespace {

TEST(Placement, is_near_or_far_only_when_both_probes_say_so) {
  EXPECT_EQ(classify_placement(300e6, 150e6).kind, PlacementClass::near);
  EXPECT_EQ(classify_placement(90e6, 20e6).kind, PlacementClass::far);
  EXPECT_EQ(classify_placement(90e6, 300e6).kind, PlacementClass::mixed);
  EXPECT_EQ(classify_placement(300e6, 90e6).kind, PlacementClass::mixed);
  EXPECT_EQ(classify_placement(300e6, std::nullopt).kind, PlacementClass::unknown);
  EXPECT_EQ(classify_placement(std::nullopt, 300e6).kind, PlacementClass::unknown);
  EXPECT_EQ(classify_placement(90e6, 300e6).before_lines_per_s, 90e6);
  EXPECT_EQ(classify_placement(90e6, 300e6).after_lines_per_s, 300e6);
}

TEST(Placement, is_unknown_on_a_single_cpu) {
  const KeptAffinity kept;
  ASSERT_TRUE(bind_to_cpu(allowed_cpus().front()));
  EXPECT_FALSE(hand_over_lines_per_s());
}

TEST(Placement, is_unknown_between_a_cpu_and_itself) {
  const std::size_t cpu = allowed_cpus().back();
  EXPECT_FALSE(hand_over_lines_per_s({cpu, cpu}));
}

TEST(Placement, leaves_its_caller_where_it_was_and_gives_a_rate_if_any) {
  const std::vector<std::size_t> before = allowed_cpus();
  const std::optional<double> rate = hand_over_lines_per_s();
  EXPECT_EQ(allowed_cpus(), before);
  if (rate) {
    EXPECT_GT(*rate, 65'536 / 0.020) << "slower than its own time limit";
  }
}

TEST(Placement, is_unknown_where_the_system_gives_only_one_more_thread) {
  if (::geteuid() != 0) GTEST_SKIP() << "a limit of processes for a user that has none needs root";
  for (const rlim_t tasks : {1U, 2U}) {
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit few{tasks, tasks};
      if (::setrlimit(RLIMIT_NPROC, &few) != 0 || ::setresuid(65'532, 65'532, 65'532) != 0) ::_exit(1);
      ::_exit(hand_over_lines_per_s() ? 2 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status)) << "it was ended by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
}

}  // namespace
}  // namespace pcbench
