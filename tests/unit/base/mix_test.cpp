#include "base/mix.h"

#include <gtest/gtest.h>

#include <bit>
#include <set>

namespace pcbench {
namespace {

TEST(Mix, moves_about_half_of_the_bits_when_one_bit_of_the_input_changes) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    int moved = 0;
    for (std::uint64_t x = 0; x < 256; ++x)
      moved += std::popcount(mix64(x) ^ mix64(x ^ (std::uint64_t{1} << bit)));
    EXPECT_NEAR(moved / 256.0, 32, 2) << "input bit " << bit;
  }
}

TEST(ProducerKey, differs_between_producers_and_between_seeds) {
  std::set<std::uint64_t> keys;
  for (std::uint64_t seed = 0; seed < 64; ++seed)
    for (std::uint32_t producer = 0; producer < 64; ++producer) keys.insert(producer_key(seed, producer));
  EXPECT_EQ(keys.size(), 64U * 64U);
}

}  // namespace
}  // namespace pcbench
