#include "worker/payload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/mix.h"

namespace pcbench {
namespace {

constexpr std::byte kUntouched{0xA5};

/// A payload of SIZE bytes with a margin behind it.
std::vector<std::byte> filled(std::size_t size, std::uint64_t first) {
  std::vector<std::byte> bytes(size + 16, kUntouched);
  fill_payload(bytes.data(), size, first);
  return bytes;
}

TEST(Payload, of_every_size_is_found_intact_and_stays_within_its_bytes) {
  for (std::size_t size = 0; size <= 200; ++size) {
    const std::vector<std::byte> bytes = filled(size, payload_key(1, size));
    EXPECT_EQ(first_wrong_byte(bytes.data(), size, payload_key(1, size)), kIntact) << size;
    EXPECT_TRUE(std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(size), bytes.end(), [](std::byte b) {
      return b == kUntouched;
    })) << size;
  }
}

TEST(Payload, shows_its_first_wrong_byte_at_every_offset_of_every_size) {
  for (std::size_t size = 1; size <= 200; ++size) {
    std::vector<std::byte> alone = filled(size, 77);
    std::vector<std::byte> with_all_behind = alone;
    for (std::size_t at = size; at-- > 0;) {
      alone[at] ^= std::byte{0x10};
      ASSERT_EQ(first_wrong_byte(alone.data(), size, 77), at) << size;
      alone[at] ^= std::byte{0x10};
      with_all_behind[at] ^= std::byte{0x10};
      ASSERT_EQ(first_wrong_byte(with_all_behind.data(), size, 77), at) << size;
    }
  }
}

TEST(Payload, does_not_look_beyond_its_size) {
  for (std::size_t size = 0; size <= 40; ++size) {
    std::vector<std::byte> bytes = filled(size, 77);
    bytes[size] ^= std::byte{1};
    EXPECT_EQ(first_wrong_byte(bytes.data(), size, 77), kIntact) << size;
  }
}

TEST(Payload, may_begin_at_any_address) {
  for (std::size_t shift = 0; shift < 16; ++shift) {
    std::vector<std::byte> bytes(100);
    fill_payload(bytes.data() + shift, 75, 5);
    EXPECT_EQ(first_wrong_byte(bytes.data() + shift, 75, 5), kIntact);
  }
}

TEST(Payload, has_no_word_in_common_with_another_message_at_the_same_place) {
  const std::uint64_t key = producer_key(42, 0);
  std::set<std::uint64_t> first_words;
  for (std::uint64_t sequence = 0; sequence < 100'000; ++sequence)
    first_words.insert(payload_key(key, sequence));
  EXPECT_EQ(first_words.size(), 100'000U);
}

TEST(Payload, seldom_has_a_byte_in_common_with_what_lay_in_the_slot_a_lap_before) {
  constexpr std::size_t kBytes = 64;
  constexpr int kMessages = 2'000;
  const std::uint64_t key = producer_key(42, 0);
  for (std::uint64_t lap = 1; lap <= (1U << 24U); lap *= 2) {
    std::vector<int> equal(kBytes);
    for (std::uint64_t sequence = 0; sequence < kMessages; ++sequence) {
      const std::vector<std::byte> now = filled(kBytes, payload_key(key, sequence + lap));
      const std::vector<std::byte> before = filled(kBytes, payload_key(key, sequence));
      for (std::size_t at = 0; at < kBytes; ++at) equal[at] += now[at] == before[at];
    }
    EXPECT_LT(*std::max_element(equal.begin(), equal.end()), kMessages / 4) << "laps of " << lap;
  }
}

TEST(Fold, reads_every_byte) {
  for (std::size_t size = 1; size <= 100; ++size) {
    std::vector<std::byte> bytes = filled(size, 9);
    const std::uint64_t before = fold_payload(bytes.data(), size);
    for (std::size_t at = 0; at < size; ++at) {
      bytes[at] ^= std::byte{1};
      EXPECT_NE(fold_payload(bytes.data(), size), before) << at << " of " << size;
      bytes[at] ^= std::byte{1};
    }
  }
}

}  // namespace
}  // namespace pcbench
