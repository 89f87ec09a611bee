// Payload: bytes that producer and sequence alone determine, so that a consumer can compare each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

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

/// F of the number of bytes of a payload: of a cache line's, the default, as a constant. Loops over messages
/// that know it are straight on inside, and take half the instructions a message.
template <class F>
[[gnu::always_inline]] inline auto with_payload_bytes(std::size_t bytes, F&& f) noexcept {
  constexpr std::integral_constant<std::size_t, 64> kLine;
  return bytes == kLine ? f(kLine) : f(bytes);
}

/// Two words at a time, the widest step of every x86-64 and arm64, and four such pairs a turn: compilers
/// neither widen nor unroll these loops at -O2, and a consumer that checks each byte must keep up with one
/// that only moves indices.
using WordPair [[gnu::vector_size(16)]] = std::uint64_t;
inline constexpr WordPair kPairStep = {2 * kPayloadStep, 2 * kPayloadStep};

inline constexpr std::size_t kPairBytes = sizeof(WordPair);

[[nodiscard, gnu::always_inline]] inline WordPair load_pair(const std::byte* from) noexcept {
  WordPair pair;
  std::memcpy(&pair, from, sizeof pair);
  return pair;
}
[[gnu::always_inline]] inline void store_pair(std::byte* to, WordPair pair) noexcept {
  std::memcpy(to, &pair, sizeof pair);
}

/// The last BYTES of a payload, less than a pair's: a whole word if there is room, then the next one cut.
[[gnu::noinline]] inline void fill_tail(std::byte* tail, std::size_t bytes, std::uint64_t word,
                                        std::uint64_t next) noexcept {
  if (bytes >= sizeof word) {
    std::memcpy(tail, &word, sizeof word);
    tail += sizeof word;
    bytes -= sizeof word;
    word = next;
  }
  std::memcpy(tail, &word, bytes);
}

/// Writes BYTES of payload: word i is FIRST + i * kPayloadStep, the last word cut where BYTES ends.
[[gnu::always_inline]] inline void fill_payload(std::byte* payload, std::size_t bytes,
                                                std::uint64_t first) noexcept {
  WordPair pair = {first, first + kPayloadStep};
  std::size_t at = 0;
  for (; at + 4 * kPairBytes <= bytes; at += 4 * kPairBytes, pair += 4 * kPairStep) {
    store_pair(payload + at, pair);
    store_pair(payload + at + kPairBytes, pair + kPairStep);
    store_pair(payload + at + 2 * kPairBytes, pair + 2 * kPairStep);
    store_pair(payload + at + 3 * kPairBytes, pair + 3 * kPairStep);
  }
  for (; at + kPairBytes <= bytes; at += kPairBytes, pair += kPairStep) store_pair(payload + at, pair);
  if (at != bytes) [[unlikely]]
    fill_tail(payload + at, bytes - at, pair[0], pair[1]);
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

/// What differs in the last BYTES of a payload from what fill_tail writes; 0: nothing.
[[gnu::noinline]] inline std::uint64_t tail_difference(const std::byte* tail, std::size_t bytes,
                                                       std::uint64_t word, std::uint64_t next) noexcept {
  std::uint64_t difference = 0;
  if (bytes >= sizeof word) {
    std::memcpy(&difference, tail, sizeof difference);
    difference ^= word;
    tail += sizeof word;
    bytes -= sizeof word;
    word = next;
  }
  const bool rest_differs = bytes != 0 && std::memcmp(tail, &word, bytes) != 0;
  return difference | (rest_differs ? 1 : 0);
}

/// What differs in BYTES from what fill_payload writes, all words laid upon each other: 0 where nothing does.
/// Without a branch for each message, so that those of a run can be laid upon each other, too.
[[nodiscard, gnu::always_inline]] inline WordPair payload_difference(const std::byte* payload,
                                                                     std::size_t bytes,
                                                                     std::uint64_t first) noexcept {
  WordPair pair = {first, first + kPayloadStep};
  WordPair difference = {0, 0};
  std::size_t at = 0;
  for (; at + 4 * kPairBytes <= bytes; at += 4 * kPairBytes, pair += 4 * kPairStep) {
    difference |= load_pair(payload + at) ^ pair;
    difference |= load_pair(payload + at + kPairBytes) ^ (pair + kPairStep);
    difference |= load_pair(payload + at + 2 * kPairBytes) ^ (pair + 2 * kPairStep);
    difference |= load_pair(payload + at + 3 * kPairBytes) ^ (pair + 3 * kPairStep);
  }
  for (; at + kPairBytes <= bytes; at += kPairBytes, pair += kPairStep)
    difference |= load_pair(payload + at) ^ pair;
  if (at != bytes) [[unlikely]]
    difference[0] |= tail_difference(payload + at, bytes - at, pair[0], pair[1]);
  return difference;
}

[[nodiscard]] inline bool differs(WordPair difference) noexcept {
  return (difference[0] | difference[1]) != 0;
}

/// Whether all BYTES are what fill_payload writes: kIntact, or the offset of the first byte that differs.
[[nodiscard]] inline std::size_t first_wrong_byte(const std::byte* payload, std::size_t bytes,
                                                  std::uint64_t first) noexcept {
  if (!differs(payload_difference(payload, bytes, first))) [[likely]]
    return kIntact;
  return find_wrong_byte(payload, bytes, first);
}

/// Reads all BYTES without judging them, as `integrity: off` does, so that moving only indices gains nothing.
[[nodiscard, gnu::always_inline]] inline WordPair fold_pairs(const std::byte* payload,
                                                             std::size_t bytes) noexcept {
  WordPair fold = {0, 0};
  std::size_t at = 0;
  for (; at + 4 * kPairBytes <= bytes; at += 4 * kPairBytes)
    fold ^= load_pair(payload + at) ^ load_pair(payload + at + kPairBytes) ^
            load_pair(payload + at + 2 * kPairBytes) ^ load_pair(payload + at + 3 * kPairBytes);
  for (; at + kPairBytes <= bytes; at += kPairBytes) fold ^= load_pair(payload + at);
  for (; at < bytes; ++at) fold[0] += static_cast<std::uint64_t>(payload[at]);
  return fold;
}
[[nodiscard]] inline std::uint64_t fold_payload(const std::byte* payload, std::size_t bytes) noexcept {
  const WordPair fold = fold_pairs(payload, bytes);
  return fold[0] ^ fold[1];
}

}  // namespace pcbench
