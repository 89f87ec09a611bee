// codec: messages as documents, for those whose queue carries what a serializer makes. A document holds
// producer, sequence and payload of one message, so that a reader can tell whose it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "model/case.h"
#include "model/message.h"

namespace pcbench {

/// A row of the registry of codecs.
struct CodecRow {
  std::string_view name;
  std::string_view help;
};

/// In the order of their names' table.
[[nodiscard]] std::span<const CodecRow> codecs() noexcept;

/// Makes and reads the documents of one worker. One thread uses it. Every call allocates, as its users' do:
/// a worker that runs out of memory dies.
class Coder {
 public:
  virtual ~Coder() = default;
  /// Writes the document of the message with ENVELOPE and PAYLOAD into FRAME: its length, the document, then
  /// zeros. Requires: FRAME has frame_payload_bytes().
  virtual void encode(const Envelope& envelope, std::span<const std::byte> payload,
                      std::span<std::byte> frame) noexcept = 0;
  /// Reads what encode() wrote into PAYLOAD. False: it is no document, or not that of the message with
  /// ENVELOPE; PAYLOAD is then as it was or in part read.
  [[nodiscard]] virtual bool decode(const Envelope& envelope, std::span<const std::byte> frame,
                                    std::span<std::byte> payload) noexcept = 0;
};

/// nullptr: CODEC is raw, a payload travels as it is.
[[nodiscard]] std::unique_ptr<Coder> make_coder(Codec codec);

}  // namespace pcbench
