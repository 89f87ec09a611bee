#include "model/evidence.h"

#include <gtest/gtest.h>

#include <vector>

namespace pcbench {
namespace {

constexpr std::uint64_t kKey = producer_key(42, 3);

std::uint64_t sum_of(const std::vector<std::uint64_t>& sequences) {
  std::uint64_t sum = 0;
  for (const std::uint64_t s : sequences) sum += run_sum(kKey, s, s + 1);
  return sum;
}

TEST(RunSum, of_a_stretch_is_the_sum_of_its_steps_however_it_is_cut) {
  for (std::uint64_t end = 0; end <= 100; ++end) {
    std::uint64_t steps = 0;
    for (std::uint64_t s = 0; s < end; ++s) steps += run_sum(kKey, s, s + 1);
    EXPECT_EQ(steps, run_sum(kKey, 0, end));
    for (std::uint64_t cut = 0; cut <= end; ++cut)
      EXPECT_EQ(run_sum(kKey, 0, cut) + run_sum(kKey, cut, end), run_sum(kKey, 0, end));
  }
}

TEST(RunSum, does_not_depend_on_the_order) { EXPECT_EQ(sum_of({3, 1, 0, 2, 4}), run_sum(kKey, 0, 5)); }

TEST(RunSum, notices_every_single_loss_duplicate_and_exchange) {
  constexpr std::uint64_t kCount = 40;
  const std::uint64_t whole = run_sum(kKey, 0, kCount);
  for (std::uint64_t lost = 0; lost < kCount; ++lost)
    for (std::uint64_t doubled = 0; doubled < kCount + 5; ++doubled) {
      if (lost == doubled) continue;
      // As many messages as before, so that a count alone says nothing.
      EXPECT_NE(whole - run_sum(kKey, lost, lost + 1) + run_sum(kKey, doubled, doubled + 1), whole)
          << "lost " << lost << ", doubled " << doubled;
    }
}

TEST(RunSum, notices_what_a_count_and_a_sum_of_sequences_do_not) {
  // 3 and 6 lost, 4 and 5 doubled: as many, and 3 + 6 = 4 + 5.
  EXPECT_NE(sum_of({0, 1, 2, 4, 4, 5, 5, 7, 8}), run_sum(kKey, 0, 9));
}

TEST(RunSum, differs_between_producers) {
  EXPECT_NE(run_sum(producer_key(42, 0), 0, 10), run_sum(producer_key(42, 1), 0, 10));
}

}  // namespace
}  // namespace pcbench
