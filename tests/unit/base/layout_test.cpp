#include "base/layout.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

TEST(AlignUp, is_the_smallest_multiple_that_holds_the_bytes) {
  EXPECT_EQ(align_up(0, 128), 0U);
  EXPECT_EQ(align_up(1, 128), 128U);
  EXPECT_EQ(align_up(128, 128), 128U);
  EXPECT_EQ(align_up(129, 128), 256U);
  EXPECT_EQ(align_up(7, 1), 7U);
}

TEST(PowerOfTwo, is_the_smallest_that_is_not_below) {
  EXPECT_EQ(power_of_two_at_least(1), 1U);
  EXPECT_EQ(power_of_two_at_least(2), 2U);
  EXPECT_EQ(power_of_two_at_least(3), 4U);
  EXPECT_EQ(power_of_two_at_least(1025), 2048U);
  EXPECT_EQ(power_of_two_at_least((std::uint64_t{1} << 62U) + 1), std::uint64_t{1} << 63U);
}

}  // namespace
}  // namespace pcbench
