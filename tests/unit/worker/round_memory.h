// A round's shared memory without a runner, and messages made by hand.
#pragma once

#include <cstring>
#include <vector>

#include "base/layout.h"
#include "model/message.h"
#include "worker/control.h"
#include "worker/payload.h"

namespace pcbench {

/// A small round: one worker each side, 24 bytes of payload, everything verified, no latency samples.
inline RoundSpec small_spec(std::uint32_t producers = 1, std::uint32_t consumers = 1,
                            std::uint64_t messages = 100) {
  RoundSpec spec{};
  spec.stop = FixedString<32>("close");
  spec.seed = 42;
  spec.messages = messages;
  spec.producers = producers;
  spec.consumers = consumers;
  spec.payload_bytes = 24;
  spec.message_bytes = static_cast<std::uint32_t>(message_bytes(spec.payload_bytes));
  spec.batch_messages = 4;
  spec.wait = WaitStrategy::park;
  spec.verify = Verify::online;
  spec.integrity = Integrity::all;
  spec.native_close = true;
  return spec;
}

class RoundMemory {
 public:
  explicit RoundMemory(const RoundSpec& spec)
      : lines_(align_up(Control::bytes_for(spec), sizeof(Line)) / sizeof(Line)),
        control(Control::format(data(), spec)) {}

  [[nodiscard]] std::byte* data() noexcept { return lines_.front().bytes; }
  [[nodiscard]] std::size_t size() const noexcept { return lines_.size() * sizeof(Line); }
  [[nodiscard]] WorkerSlot& consumer_slot(std::uint32_t consumer = 0) const {
    return control.slot(control.spec().producers + consumer);
  }

 private:
  struct alignas(kFalseSharingBytes) Line {
    std::byte bytes[kFalseSharingBytes];
  };
  std::vector<Line> lines_;

 public:
  Control control;
};

/// Messages as they lie in a channel, one behind the other.
class Messages {
 public:
  explicit Messages(const RoundSpec& spec) : spec_(spec) {}

  Messages& add(std::uint32_t producer, std::uint64_t sequence, MessageKind kind = MessageKind::data) {
    const Envelope envelope{sequence, producer, kind};
    bytes_.resize(bytes_.size() + spec_.message_bytes);
    std::byte* message = bytes_.data() + bytes_.size() - spec_.message_bytes;
    std::memcpy(message, &envelope, sizeof envelope);
    fill_payload(message + sizeof envelope, spec_.payload_bytes,
                 payload_key(producer_key(spec_.seed, producer), sequence));
    return *this;
  }
  Messages& add_stretch(std::uint32_t producer, std::uint64_t first, std::uint64_t end) {
    for (std::uint64_t s = first; s < end; ++s) add(producer, s);
    return *this;
  }
  Messages& pill(std::uint32_t producer) { return add(producer, 0, MessageKind::pill); }

  [[nodiscard]] std::size_t size() const { return bytes_.size() / spec_.message_bytes; }
  [[nodiscard]] std::byte* message(std::size_t index) { return bytes_.data() + index * spec_.message_bytes; }
  [[nodiscard]] std::byte& payload_byte(std::size_t index, std::size_t offset) {
    return message(index)[sizeof(Envelope) + offset];
  }
  [[nodiscard]] ReadRun run(std::size_t first, std::size_t count) {
    return {message(first), spec_.message_bytes, static_cast<std::uint32_t>(count), PopStatus::ok};
  }
  [[nodiscard]] ReadRun run() { return run(0, size()); }

 private:
  RoundSpec spec_;
  std::vector<std::byte> bytes_;
};

}  // namespace pcbench
