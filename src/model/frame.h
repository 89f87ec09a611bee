// Frame: how large a message becomes on its way, by the case's codec.
#pragma once

#include <cstdint>

#include "model/case.h"
#include "model/message.h"

namespace pcbench {

/// Payload bytes of the frame that carries a payload of PAYLOAD_BYTES. Raw: the same. Else the document's
/// length (4) and room for the largest document: producer, sequence and the payload as bytes, which JSON
/// writes as numbers of up to three digits and a comma each.
[[nodiscard]] constexpr std::uint64_t frame_payload_bytes(Codec codec, std::uint64_t payload_bytes) noexcept {
  constexpr std::uint64_t kLength = sizeof(std::uint32_t);
  switch (codec) {
    case Codec::raw:
      return payload_bytes;
    case Codec::cbor:
    case Codec::msgpack:
      return kLength + 64 + payload_bytes;
    case Codec::json:
      return kLength + 128 + 4 * payload_bytes;
  }
  return payload_bytes;
}

/// The case as its transport sees it: larger payloads of bytes.
[[nodiscard]] inline Case framed(Case config) {
  config.payload_bytes = static_cast<std::uint32_t>(frame_payload_bytes(config.codec, config.payload_bytes));
  config.codec = Codec::raw;
  return config;
}

}  // namespace pcbench
