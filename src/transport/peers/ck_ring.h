// ck_ring: Concurrency Kit's bounded ring, in its form for one producer and one consumer.
// Promises    1x1, fifo, lossless, thread and forked process; exactly the capacity asked for: the ring itself
//             has 2^n - 1 slots, so the producer's end keeps count, and asks for the size when its count is
//             used up. `empty` and `full` are what the one other end has said last: exact.
// Threads     push: the producer only. pop: the consumer only.
// Owner       the channel owns the region; the ring holds no address, but its buffer's is the channel's:
//             fork but no spawn.
// Calls       its typed enqueue and dequeue, which copy a value in place. It has no bulk calls: a run is a
//             loop.
// Pairs       the library's own: store fences, which ThreadSanitizer does not know: left out there (rows.cpp)
// Peer death  whoever dies in a call had published nothing; the other end waits
// Source      Samy Al Bahra's Concurrency Kit 0.7, as Debian 12 packages it
#pragma once

#include <cstdbool>
#include <cstring>

// In C++ this C header's `return false` for a pointer is an error, unless the literal is a null pointer too.
#define false 0
#include <ck_ring.h>
#undef false

#include <algorithm>
#include <vector>

#include "transport/parts/value_channel.h"
#include "transport/peers/promises.h"

namespace pcbench {

template <class B>
class CkRing {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kCkRingPromises;

  CkRing(std::uint64_t capacity, const RoundSpec& /*spec*/)
      : slots_(power_of_two_at_least(capacity + 1)), capacity_(capacity) {
    ck_ring_init(&ring_, static_cast<unsigned>(slots_.size()));
  }

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t count) noexcept {
    if (room_ == 0) room_ = capacity_ - ck_ring_size(&ring_);
    const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, room_));
    std::uint32_t n = 0;
    while (n < most && _ck_ring_enqueue_sp(&ring_, slots_.data(), &first[n], sizeof(B), nullptr)) ++n;
    room_ -= n;
    return n;
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t count) noexcept {
    std::uint32_t n = 0;
    while (n < count && _ck_ring_dequeue_sc(&ring_, slots_.data(), &room[n], sizeof(B))) ++n;
    return n;
  }

 private:
  ck_ring_t ring_{};
  std::vector<B, SharedArenaAllocator<B>> slots_;
  std::uint64_t capacity_;
  alignas(kFalseSharingBytes) std::uint64_t room_ = 0;  // the producer's: so many fit without asking
};

template <class B>
using CkRingChannel = ValueChannel<CkRing<B>>;

}  // namespace pcbench
