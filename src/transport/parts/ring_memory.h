// RingMemory: the layout our rings in shared memory live in.
// Layout      [header 128][closed 128][write line 128][read line 128][producers 128][consumers 128]
//             [not empty 128][not full 128][slot 0 … slot n-1]; each slot `stride` bytes, one message;
//             positions grow for ever, masked only to touch a slot
// Owner       run/ creates and destroys the region; endpoints only map it
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/layout.h"
#include "base/shared_region.h"
#include "model/promises.h"
#include "model/record.h"
#include "model/round_spec.h"
#include "wait/event_count.h"
#include "wait/owner_lock.h"

namespace pcbench {

struct alignas(kFalseSharingBytes) RingHeader {
  RegionHeader region;
  std::uint64_t capacity_slots;  // a power of two
  std::uint64_t stride;          // bytes from one slot to the next
};

/// What producers write and consumers read.
struct alignas(kFalseSharingBytes) WriteLine {
  std::atomic<std::uint64_t> write_pos;  // slots [read_pos, write_pos) hold messages
};

/// What consumers write and producers read.
struct alignas(kFalseSharingBytes) ReadLine {
  std::atomic<std::uint64_t> read_pos;
};

/// mpmc: what producers alone use. All but the lock is guarded by it.
struct alignas(kFalseSharingBytes) WriteSide {
  OwnerLock lock;                 // the producer that is writing
  std::uint64_t committed_pos;    // slots [write_pos, committed_pos) hold messages that are not published yet
  std::uint64_t published_pos;    // never ahead of write_pos
  std::uint64_t cached_read_pos;  // never ahead of read_pos
};

/// mpmc: what consumers alone use.
struct alignas(kFalseSharingBytes) ReadSide {
  OwnerLock lock;                  // the consumer that is reading
  std::uint64_t cached_write_pos;  // guarded by lock; never ahead of write_pos
};

struct RingControl {
  RingHeader header;
  /// 1: nothing will be written any more. On a line of its own: consumers look at it before each position.
  alignas(kFalseSharingBytes) std::atomic<std::uint32_t> closed;
  WriteLine write;
  ReadLine read;
  WriteSide producers;
  ReadSide consumers;
  EventCount not_empty;
  EventCount not_full;
};
static_assert(sizeof(RingControl) == 8 * kFalseSharingBytes,
              "each role's line must not share a cache line with another's");
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "a lock inside an atomic would not be shared");

class RingMemory {
 public:
  /// Creates the memory of a ring for SPEC, with slots of STRIDE bytes. Errors: Error when the system has not
  /// the memory. Requires: STRIDE holds a message and is a multiple of 8.
  RingMemory(const RoundSpec& spec, const Promises& promises, std::size_t stride);
  /// Likewise, with slots as short as messages can be.
  RingMemory(const RoundSpec& spec, const Promises& promises)
      : RingMemory(spec, promises, align_up(spec.message_bytes, alignof(std::uint64_t))) {}
  /// Maps an existing one. Errors: Error when the layout is another version's.
  explicit RingMemory(int descriptor);

  [[nodiscard]] RingControl& control() const noexcept { return *control_; }
  [[nodiscard]] std::byte* slots() const noexcept { return region_.data() + sizeof(RingControl); }
  [[nodiscard]] std::uint64_t capacity() const noexcept { return control_->header.capacity_slots; }
  [[nodiscard]] std::size_t stride() const noexcept { return control_->header.stride; }
  [[nodiscard]] Effective effective(std::uint32_t batch_messages) const {
    return {capacity(), static_cast<std::uint32_t>(std::min<std::uint64_t>(batch_messages, capacity())), {}};
  }
  [[nodiscard]] const SharedRegion& region() const noexcept { return region_; }

 private:
  SharedRegion region_;
  RingControl* control_;
};

}  // namespace pcbench
