// Block: messages as values, for queues that move values of a type known when they are compiled.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "model/message.h"
#include "transport/transport.h"

namespace pcbench {

/// A message in a queue that moves values: the smallest block of those offered that it fits in.
template <std::size_t Bytes>
struct alignas(std::uint64_t) Block {
  std::array<std::byte, Bytes> bytes;
};

/// Whole messages' sizes, ascending.
template <std::size_t... Bytes>
struct BlockSizes {
  static constexpr std::size_t kMost = (Bytes, ...);
  static constexpr std::uint64_t kPayloadBytesMax = kMost - message_bytes(0);
};
using AnyBlock = BlockSizes<message_bytes(16), message_bytes(64), message_bytes(256), message_bytes(1024),
                            message_bytes(4096), message_bytes(65536)>;

/// What copies larger messages does not feel a virtual call.
constexpr Loops loops_for(std::size_t bytes) noexcept {
  return bytes <= message_bytes(256) ? Loops::own : Loops::shared;
}

template <template <class> class T, std::size_t First, std::size_t... Rest>
[[nodiscard]] std::unique_ptr<Channel> create_smallest(const RoundSpec& spec,
                                                       BlockSizes<First, Rest...> /*sizes*/) {
  if constexpr (sizeof...(Rest) != 0) {
    if (spec.message_bytes > First) return create_smallest<T>(spec, BlockSizes<Rest...>());
  }
  return create<T<Block<First>>, loops_for(First)>(spec);
}

/// The channel of T<Block<n>> with the smallest n of SIZES for SPEC's messages.
/// Requires: the payload is within the sizes' kPayloadBytesMax.
template <template <class> class T, class Sizes = AnyBlock>
[[nodiscard]] std::unique_ptr<Channel> create_for_size(const RoundSpec& spec) {
  return create_smallest<T>(spec, Sizes());
}

}  // namespace pcbench
