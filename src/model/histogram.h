// Histogram: counts of durations in log-linear buckets, as data. worker/inspector.h records, stats/ reads it.
#pragma once

#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace pcbench {

/// Bucket rule: values below 2^kSubBits have a bucket each; above, every octave [2^k, 2^(k+1)) has 2^kSubBits
/// buckets, so a bucket is at most 1/512 of its lower end wide and its middle within 0.1 % of any value in
/// it. Larger values than kBucketMaxNs (1 h 13 min) fall into the last bucket.
inline constexpr std::uint32_t kBucketSubBits = 9;
inline constexpr std::uint32_t kBucketMaxBits = 42;
inline constexpr std::uint64_t kBucketMaxNs = (std::uint64_t{1} << kBucketMaxBits) - 1;
inline constexpr std::uint32_t kBucketCount = (kBucketMaxBits - kBucketSubBits + 1) << kBucketSubBits;

[[nodiscard]] constexpr std::uint32_t bucket_of(std::uint64_t ns) noexcept {
  if (ns > kBucketMaxNs) return kBucketCount - 1;
  if (ns < (std::uint64_t{1} << kBucketSubBits)) return static_cast<std::uint32_t>(ns);
  const auto octave = static_cast<std::uint32_t>(std::bit_width(ns)) - 1 - kBucketSubBits;
  const auto within = static_cast<std::uint32_t>(ns >> octave) - (1U << kBucketSubBits);
  return ((octave + 1) << kBucketSubBits) + within;
}

/// The least value of bucket INDEX.
[[nodiscard]] constexpr std::uint64_t bucket_lower_ns(std::uint32_t index) noexcept {
  if (index < (1U << kBucketSubBits)) return index;
  const std::uint32_t octave = (index >> kBucketSubBits) - 1;
  return std::uint64_t{(1U << kBucketSubBits) + (index & ((1U << kBucketSubBits) - 1))} << octave;
}

/// The middle of the whole numbers in bucket INDEX; of the last one, which is open above, its least.
[[nodiscard]] constexpr double bucket_middle_ns(std::uint32_t index) noexcept {
  const std::uint64_t lower_ns = bucket_lower_ns(index);
  if (index + 1 >= kBucketCount) return static_cast<double>(lower_ns);
  return static_cast<double>(lower_ns) + static_cast<double>(bucket_lower_ns(index + 1) - 1 - lower_ns) / 2;
}

/// A quantile is given only when so many samples lie above it: fewer say nothing about a tail.
inline constexpr std::uint64_t kSamplesAboveMin = 20;

/// Non-empty buckets only, by rising lower end.
struct Histogram {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> buckets;  ///< {lower_ns, count}
  std::uint64_t count = 0;
};

}  // namespace pcbench
