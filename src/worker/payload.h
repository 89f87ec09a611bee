// Payload: bytes that producer and sequence alone determine, so that a consumer can compare each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/mix.h"

namespace pcbench {

inline constexpr std::size_t kIntact = static_cast<std::size_t>(-1);
inline constexpr std::uint64_t kPayloadStep = 0x9e3779b97f4a7c15U;  ///< odd: all words of a payload differ

[[nodiscard]] constexpr std::uint64_t payload_key(std::uint64_t key, std::uint64_t sequence) noexcept {
  return mix64(key ^ sequence);
}

/// Writes BYTES of payload: word i is FIRST + i * kPayloadStep, the last word cut where BYTES ends.
inline void fill_payload(std::byte* payload, std::size_t bytes, std::uint64_t first) noexcept {
  std::uint64_t word = first;
  std::size_t at = 0;
  for (; at + sizeof word <= bytes; at += sizeof word, word += kPayloadStep)
    std::memcpy(payload + at, &word, sizeof word);
  std::memcpy(payload + at, &word, bytes - at);
}

/// Whether all BYTES are what fill_payload writes: kIntact, or the offset of the first byte that differs.
[[nodiscard]] inline std::size_t first_wrong_byte(const std::byte* payload, std::size_t bytes,
                                                  std::uint64_t first) noexcept {
  std::uint64_t word = first;
  std::uint64_t difference = 0;
  std::size_t at = 0;
  for (; at + sizeof word <= bytes; at += sizeof word, word += kPayloadStep) {
    std::uint64_t seen = 0;
    std::memcpy(&seen, payload + at, sizeof seen);
    difference |= seen ^ word;
  }
  if (difference == 0 && std::memcmp(payload + at, &word, bytes - at) == 0) return kIntact;
  word = first;
  for (at = 0; at < bytes; ++at) {  // found bad: now find where
    if (at != 0 && at % sizeof word == 0) word += kPayloadStep;
    if (payload[at] != reinterpret_cast<const std::byte*>(&word)[at % sizeof word]) return at;
  }
  return kIntact;
}

/// Reads all BYTES without judging them, as `integrity: off` does, so that moving only indices gains nothing.
[[nodiscard]] inline std::uint64_t fold_payload(const std::byte* payload, std::size_t bytes) noexcept {
  std::uint64_t fold = 0;
  std::size_t at = 0;
  for (; at + sizeof fold <= bytes; at += sizeof fold) {
    std::uint64_t seen = 0;
    std::memcpy(&seen, payload + at, sizeof seen);
    fold ^= seen;
  }
  for (; at < bytes; ++at) fold ^= static_cast<std::uint64_t>(payload[at]);
  return fold;
}

}  // namespace pcbench
