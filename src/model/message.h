// Message: what travels through a transport: an envelope and payload bytes, of one size for the whole case.
// Layout      [envelope 16][payload payload_bytes]
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace pcbench {

enum class MessageKind : std::uint32_t {
  data = 0,
  pill = 1,         ///< in-band end marker of the `pill` protocol; not counted as a message
  logged_data = 2,  ///< data that its producer logged in a burst: whoever pops it logs it, too
};

/// Says which message this is. Written by the producer, judged by the consumer that popped it.
struct Envelope {
  std::uint64_t sequence;  ///< 0, 1, 2 … of its producer; pills go on counting where data ends
  std::uint32_t producer;  ///< 0-based
  MessageKind kind;
};
static_assert(sizeof(Envelope) == 16 && std::is_trivially_copyable_v<Envelope>,
              "the envelope is shared memory layout");

/// The envelope of the message that begins at MESSAGE, which need not be aligned.
[[nodiscard]] inline Envelope envelope_of(const std::byte* message) noexcept {
  Envelope envelope;
  std::memcpy(&envelope, message, sizeof envelope);
  return envelope;
}

/// Bytes of a whole message whose payload has PAYLOAD_BYTES.
[[nodiscard]] constexpr std::size_t message_bytes(std::size_t payload_bytes) noexcept {
  return sizeof(Envelope) + payload_bytes;
}

/// What a push attempt came to. The data plane returns these; it never throws.
enum class PushStatus : std::uint8_t { ok, full, closed };
enum class PopStatus : std::uint8_t {
  ok,
  empty,
  closed,
  cut_off,  ///< a pipe ended within a message that was never finished: said to the consumer that had begun it
};
/// Whether nothing more will come.
[[nodiscard]] constexpr bool is_end(PopStatus status) noexcept {
  return status == PopStatus::closed || status == PopStatus::cut_off;
}

/// Messages in place: COUNT of them, STRIDE bytes apart. The memory belongs to the endpoint that lent it.
struct WriteRun {
  std::byte* first = nullptr;
  std::size_t stride = 0;
  std::uint32_t count = 0;  ///< 0: nothing could be lent, see status
  PushStatus status = PushStatus::full;
};
struct ReadRun {
  const std::byte* first = nullptr;
  std::size_t stride = 0;
  std::uint32_t count = 0;  ///< 0: nothing to read, see status
  PopStatus status = PopStatus::empty;
};

}  // namespace pcbench
