// RunCopy: long runs are built and read in memory of the endpoint's own, and copied in and out of the ring.
// A copy has many cache lines under way at a time; a loop that computes between them has few, and waits for
// each while the other side's CPU has it. Where the CPUs share a cache there is little to wait for, and the
// copy costs more than it saves. Short runs are not worth it either, and kRunBytesMax is what a worker may
// take for it: all these are built and read in place.
// Owner       the endpoint
// Source      measured: docs/decisions/0097-long-runs-are-copied.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "model/round_spec.h"
#include "transport/parts/copied_run.h"
#include "transport/parts/ring_memory.h"

namespace pcbench {

class RunCopy {
 public:
  RunCopy(const RingMemory& memory, const RoundSpec& spec) {
    const std::uint32_t most = run_messages(spec.batch_messages, memory.stride(), memory.capacity());
    const std::size_t bytes = most * memory.stride();
    if (spec.near || bytes < kWorthBytes || bytes > kRunBytesMax) return;
    buffer_.emplace(memory.stride(), most);
    room_ = buffer_->at(0);
  }

  /// Where to build the COUNT messages that belong to SLOT.
  [[nodiscard]] std::byte* room_for(std::byte* slot, std::uint64_t count) noexcept {
    if (room_ == nullptr) [[likely]]
      return slot;
    return other_room(slot, count);
  }
  /// Puts the first COUNT messages of what was built where they belong.
  void put(std::uint32_t count) const noexcept {
    if (room_ != nullptr) [[unlikely]]
      put_back(count);
  }
  /// Where to read the COUNT messages from SLOT on.
  [[nodiscard]] const std::byte* taken(const std::byte* slot, std::uint64_t count) const noexcept {
    if (room_ == nullptr) [[likely]]
      return slot;
    return copied(slot, count);
  }

 private:
  static constexpr std::size_t kWorthBytes = 4096;

  // Functions of their own, so that they cost nothing where messages are built in place.
  [[gnu::noinline, gnu::cold]] std::byte* other_room(std::byte* slot, std::uint64_t count) noexcept {
    const bool fits = count <= buffer_->count();
    slot_ = fits ? slot : nullptr;
    return fits ? room_ : slot;
  }
  [[gnu::noinline, gnu::cold]] void put_back(std::uint32_t count) const noexcept {
    if (slot_ != nullptr) std::memcpy(slot_, room_, count * buffer_->stride());
  }
  [[gnu::noinline, gnu::cold]] const std::byte* copied(const std::byte* slot,
                                                       std::uint64_t count) const noexcept {
    if (count > buffer_->count()) return slot;
    std::memcpy(room_, slot, count * buffer_->stride());
    return room_;
  }

  std::optional<RunBuffer> buffer_;
  std::byte* room_ = nullptr;  // nullptr: in place
  std::byte* slot_ = nullptr;  // where what is built in the room belongs; nullptr: it was built there
};

}  // namespace pcbench
