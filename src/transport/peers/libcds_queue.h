// libcds_queue: cds::container::VyukovMPMCCycleQueue, a ring with a sequence number a slot: libcds's bounded
// queue without locks or garbage.
// Promises    any PxC, fifo, lossless, thread and forked process; a power of two from 2 on.
// Threads     each end by one thread; all ends at once.
// Owner       the channel owns the region; the queue holds an address in it, hence fork but no spawn.
// Calls       push and pop, a message a call: it has no bulk calls. Both only try.
// Pairs       the library's own (the sequence of a slot)
// Peer death  whoever dies between drawing a position and filling or emptying its slot stops the others there
// Source      Dmitry Vyukov's bounded queue (1024cores.net), in libcds 2.3.3
#pragma once

#include <cds/container/vyukov_mpmc_cycle_queue.h>

#include "transport/parts/value_channel.h"
#include "transport/peers/promises.h"

namespace pcbench {

template <class B>
class LibcdsQueue {
  struct Traits : cds::container::vyukov_queue::traits {
    using buffer = cds::opt::v::uninitialized_dynamic_buffer<B, SharedArenaAllocator<B>>;
  };

 public:
  using value_type = B;
  static constexpr Promises kPromises = kLibcdsQueuePromises;

  LibcdsQueue(std::uint64_t capacity, const RoundSpec& /*spec*/) : queue_(capacity) {}

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t /*count*/) noexcept {
    return queue_.push(*first) ? 1 : 0;
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t /*count*/) noexcept {
    return queue_.pop(*room) ? 1 : 0;
  }

 private:
  cds::container::VyukovMPMCCycleQueue<B, Traits> queue_;
};

template <class B>
using LibcdsChannel = ValueChannel<LibcdsQueue<B>>;

}  // namespace pcbench
