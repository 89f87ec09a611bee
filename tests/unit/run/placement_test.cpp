#include "run/placement.h"

#include <gtest/gtest.h>
#include <sched.h>

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
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (std::size_t cpu = 0; CPU_COUNT(&one) == 0; ++cpu)
    if (CPU_ISSET(cpu, &before)) CPU_SET(cpu, &one);
  ::sched_setaffinity(0, sizeof one, &one);
  EXPECT_FALSE(hand_over_lines_per_s());
  ::sched_setaffinity(0, sizeof before, &before);
}

TEST(Placement, leaves_its_caller_where_it_was_and_gives_a_rate_if_any) {
  cpu_set_t before;
  ::sched_getaffinity(0, sizeof before, &before);
  const std::optional<double> rate = hand_over_lines_per_s();
  cpu_set_t after;
  ::sched_getaffinity(0, sizeof after, &after);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
  if (rate) {
    EXPECT_GT(*rate, 65'536 / 0.020) << "slower than its own time limit";
  }
}

}  // namespace
}  // namespace pcbench
