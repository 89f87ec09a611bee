// atomic_queue, atomic_queue_mpmc: max0x7ba's AtomicQueueB2, a ring with a state byte a slot; the form for
// one producer and one consumer, which its author's best figures are of, and the one for any number on each
// side.
// Promises    1x1: fifo. PxC: no order: while a worker is suspended between drawing its ticket and using its
//             slot, another may draw the same slot's ticket of the next lap and use it first. Several on one
//             side are enough: declared fifo it fails `order` within 20 ms, messages a whole lap apart.
//             `empty` and `full` count tickets, not messages: guesses. Lossless; thread and forked process;
//             a power of two of slots from 4096 on.
// Threads     each end by one thread; all ends at once.
// Owner       the channel owns the region; the queue holds addresses in it, hence fork but no spawn.
// Calls       1x1: a look at the size, then as many push or pop calls as fit, which then need not wait: its
//             author's fastest. PxC: try_push and try_pop, a message a call. It has no bulk calls.
// Pairs       the library's own (the state of a slot)
// Peer death  whoever dies with a ticket leaves a slot for which another spins without looking up
// Source      Maxim Egorushkin's atomic_queue, as Debian 12 packages it (2022-05-18)
#pragma once

#include <atomic_queue/atomic_queue.h>

#include <algorithm>

#include "transport/parts/value_channel.h"
#include "transport/peers/promises.h"

namespace pcbench {

template <class B>
class AtomicQueue1x1 {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kAtomicQueuePromises;

  AtomicQueue1x1(std::uint64_t capacity, const RoundSpec& /*spec*/)
      : queue_(static_cast<unsigned>(capacity)) {}

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t count) noexcept {
    const std::uint32_t n = std::min(count, queue_.capacity() - queue_.was_size());
    for (std::uint32_t i = 0; i < n; ++i) queue_.push(first[i]);
    return n;
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t count) noexcept {
    const std::uint32_t n = std::min(count, queue_.was_size());
    for (std::uint32_t i = 0; i < n; ++i) room[i] = queue_.pop();
    return n;
  }

 private:
  atomic_queue::AtomicQueueB2<B, SharedArenaAllocator<B>, true, false, true> queue_;
};

template <class B>
class AtomicQueuePxC {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kAtomicQueueMpmcPromises;

  AtomicQueuePxC(std::uint64_t capacity, const RoundSpec& /*spec*/)
      : queue_(static_cast<unsigned>(capacity)) {}

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t /*count*/) noexcept {
    return queue_.try_push(*first) ? 1 : 0;
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t /*count*/) noexcept {
    return queue_.try_pop(*room) ? 1 : 0;
  }

 private:
  atomic_queue::AtomicQueueB2<B, SharedArenaAllocator<B>> queue_;
};

template <class B>
using AtomicQueueChannel = ValueChannel<AtomicQueue1x1<B>>;
template <class B>
using AtomicQueueMpmcChannel = ValueChannel<AtomicQueuePxC<B>>;

}  // namespace pcbench
