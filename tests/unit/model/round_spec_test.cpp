#include "model/round_spec.h"

#include <gtest/gtest.h>

#include <string>

#include "worker/control.h"

namespace pcbench {
namespace {

TEST(Shares, add_up_to_the_total_and_differ_by_at_most_one) {
  for (std::uint32_t producers = 1; producers <= 9; ++producers)
    for (std::uint64_t total = 0; total <= 50; ++total) {
      std::uint64_t sum = 0;
      for (std::uint32_t index = 0; index < producers; ++index) {
        const std::uint64_t share = share_of(total, index, producers);
        EXPECT_GE(share, total / producers);
        EXPECT_LE(share, total / producers + 1);
        sum += share;
      }
      EXPECT_EQ(sum, total) << producers << " producers";
    }
}

TEST(Shares, give_the_remainder_to_the_first_ones) {
  EXPECT_EQ(share_of(11, 0, 4), 3U);
  EXPECT_EQ(share_of(11, 2, 4), 3U);
  EXPECT_EQ(share_of(11, 3, 4), 2U);
  EXPECT_EQ(share_of(2, 2, 4), 0U);
}

TEST(BitmapIndex, numbers_all_messages_one_after_the_other) {
  for (std::uint32_t producers = 1; producers <= 7; ++producers)
    for (std::uint64_t total = 1; total <= 40; ++total) {
      RoundSpec spec{};
      spec.producers = producers;
      spec.messages = total;
      std::uint64_t expected = 0;
      for (std::uint32_t p = 0; p < producers; ++p)
        for (std::uint64_t s = 0; s < share_of(total, p, producers); ++s)
          EXPECT_EQ(bitmap_index(spec, p, s), expected++);
      EXPECT_EQ(expected, total);
    }
}

TEST(FixedString, keeps_what_fits_and_always_ends) {
  EXPECT_EQ(FixedString<8>("").view(), "");
  EXPECT_EQ(FixedString<8>("seven..").view(), "seven..");
  EXPECT_EQ(FixedString<8>("eight...").view(), "eight..");
  EXPECT_EQ(FixedString<8>(std::string(1000, 'x')).view(), "xxxxxxx");
  EXPECT_EQ(FixedString<8>().view(), "");
}

}  // namespace
}  // namespace pcbench
