// Payload: bytes that producer and sequence alone determine, so that a consumer can compare each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pcbench {

inline constexpr std::size_t kIntact = static_cast<std::size_t>(-1);
inline constexpr std::uint64_t kPayloadStep = 0x9e3779b97f4a7c15U;  ///< odd: all words of a payload differ

/// The first word of a message's payload. A bijection of the sequence, so that a word left over from another
/// message of the producer is always wrong; the fold of the product's well mixed upper half into the lower
/// one makes a single such byte wrong nearly always. Both ends need it for each message, hence one
/// multiplication (Fibonacci hashing, Knuth, TAOCP 3, 6.4); the producer's KEY is well mixed already.
[[nodiscard]] constexpr std::uint64_t payload_key(std::uint64_t key, std::uint64_t sequence) noexcept {
  const std::uint64_t product = (key ^ sequence) * kPayloadStep;
  return product ^ (product >> 32);
}

/// Two words at a time: the widest step that every x86-64 and arm64 has. Compilers do not widen these loops
/// by themselves at -O2, and a consumer that checks each byte must keep up with one that only moves indices.
using WordPair [[gnu::vector_size(16)]] = std::uint64_t;
inline constexpr WordPair kPairStep = {2 * kPayloadStep, 2 * kPayloadStep};

/// Writes BYTES of payload: word i is FIRST + i * kPayloadStep, the last word cut where BYTES ends.
inline void fill_payload(std::byte* payload, std::size_t bytes, std::uint64_t first) noexcept {
  WordPair pair = {first, first + kPayloadStep};
  std::size_t at = 0;
  for (; at + sizeof pair <= bytes; at += sizeof pair, pair += kPairStep)
    std::memcpy(payload + at, &pair, sizeof pair);
  std::uint64_t word = pair[0];
  if (at + sizeof word <= bytes) {
    std::memcpy(payload + at, &word, sizeof word);
    at += sizeof word;
    word = pair[1];
  }
  if (at != bytes) std::memcpy(payload + at, &word, bytes - at);
}

/// Where the first of BYTES is that fill_payload would not have written; the last one if all are right by
/// now, because a broken transport let somebody write meanwhile. Requires: BYTES > 0.
[[nodiscard]] inline std::size_t find_wrong_byte(const std::byte* payload, std::size_t bytes,
                                                 std::uint64_t first) noexcept {
  std::size_t at = 0;
  for (; at + 1 < bytes; ++at) {
    const std::uint64_t word = first + at / sizeof word * kPayloadStep;
    if (payload[at] != reinterpret_cast<const std::byte*>(&word)[at % sizeof word]) break;
  }
  return at;
}

/// Whether all BYTES are what fill_payload writes: kIntact, or the offset of the first byte that differs.
[[nodiscard]] inline std::size_t first_wrong_byte(const std::byte* payload, std::size_t bytes,
                                                  std::uint64_t first) noexcept {
  WordPair pair = {first, first + kPayloadStep};
  WordPair difference = {0, 0};
  std::size_t at = 0;
  for (; at + sizeof pair <= bytes; at += sizeof pair, pair += kPairStep) {
    WordPair seen;
    std::memcpy(&seen, payload + at, sizeof seen);
    difference |= seen ^ pair;
  }
  std::uint64_t word = pair[0];
  if (at + sizeof word <= bytes) {
    std::uint64_t seen = 0;
    std::memcpy(&seen, payload + at, sizeof seen);
    difference[0] |= seen ^ word;
    at += sizeof word;
    word = pair[1];
  }
  const bool tail_differs = at != bytes && std::memcmp(payload + at, &word, bytes - at) != 0;
  if ((difference[0] | difference[1]) == 0 && !tail_differs) [[likely]]
    return kIntact;
  return find_wrong_byte(payload, bytes, first);
}

/// Reads all BYTES without judging them, as `integrity: off` does, so that moving only indices gains nothing.
[[nodiscard]] inline std::uint64_t fold_payload(const std::byte* payload, std::size_t bytes) noexcept {
  WordPair fold = {0, 0};
  std::size_t at = 0;
  for (; at + sizeof fold <= bytes; at += sizeof fold) {
    WordPair seen;
    std::memcpy(&seen, payload + at, sizeof seen);
    fold ^= seen;
  }
  std::uint64_t tail = 0;
  for (; at < bytes; ++at) tail += static_cast<std::uint64_t>(payload[at]);
  return fold[0] ^ fold[1] ^ tail;
}

}  // namespace pcbench
