// tbb_queue: tbb::concurrent_bounded_queue, any number on each side.
// Promises    any PxC, fifo, lossless, threads only; exactly the capacity asked for.
// Threads     each end by one thread; all ends at once.
// Owner       the channel owns the queue; its pages come and go on the heap.
// Calls       try_push and try_pop, a message a call: it has no bulk calls, and no timed ones.
// Pairs       the library's own
// Peer death  threads do not die alone
// Source      oneTBB 2021.8
#pragma once

#include <oneapi/tbb/concurrent_queue.h>

#include "transport/parts/value_channel.h"
#include "transport/peers/promises.h"

namespace pcbench {

template <class B>
class TbbQueue {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kTbbQueuePromises;

  TbbQueue(std::uint64_t capacity, const RoundSpec& /*spec*/) {
    queue_.set_capacity(static_cast<std::ptrdiff_t>(capacity));
  }

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t /*count*/) noexcept {
    return queue_.try_push(*first) ? 1 : 0;
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t /*count*/) noexcept {
    return queue_.try_pop(*room) ? 1 : 0;
  }

 private:
  tbb::concurrent_bounded_queue<B> queue_;
};

template <class B>
using TbbChannel = ValueChannel<TbbQueue<B>>;

}  // namespace pcbench
