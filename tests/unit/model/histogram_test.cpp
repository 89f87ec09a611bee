#include "model/histogram.h"

#include <gtest/gtest.h>

namespace pcbench {
namespace {

TEST(Buckets, begin_where_the_one_before_ends) {
  for (std::uint32_t bucket = 0; bucket + 1 < kBucketCount; ++bucket) {
    const std::uint64_t next = bucket_lower_ns(bucket + 1);
    ASSERT_LT(bucket_lower_ns(bucket), next);
    ASSERT_EQ(bucket_of(bucket_lower_ns(bucket)), bucket);
    ASSERT_EQ(bucket_of(next - 1), bucket);
    ASSERT_EQ(bucket_of(next), bucket + 1);
  }
}

TEST(Buckets, have_a_middle_within_a_tenth_of_a_percent_of_all_that_is_in_them) {
  for (std::uint32_t bucket = 0; bucket + 1 < kBucketCount; ++bucket) {
    const auto lower = static_cast<double>(bucket_lower_ns(bucket));
    const auto last = static_cast<double>(bucket_lower_ns(bucket + 1) - 1);
    const double middle = (lower + last) / 2;
    ASSERT_LE(middle - lower, 0.001 * lower) << bucket;
  }
}

TEST(Buckets, are_exact_below_the_first_octave) {
  for (std::uint64_t ns = 0; ns < (1U << kBucketSubBits); ++ns) EXPECT_EQ(bucket_lower_ns(bucket_of(ns)), ns);
}

TEST(Buckets, end_with_one_for_all_that_is_larger) {
  EXPECT_EQ(bucket_of(kBucketMaxNs), kBucketCount - 1);
  EXPECT_EQ(bucket_of(kBucketMaxNs + 1), kBucketCount - 1);
  EXPECT_EQ(bucket_of(UINT64_MAX), kBucketCount - 1);
}

}  // namespace
}  // namespace pcbench
