// boost_queue: boost::lockfree::queue in its fixed-size form, a lock-free list of nodes for any number on
// each side.
// Promises    any PxC, FIFO, lossless, thread and forked process; no close, no batch call; at most 65534
//             slots, because nodes have 16-bit indices. `full` is a guess: a node that was popped may not be
//             free yet.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       the channel owns the region; Boost's queue holds addresses in it, hence fork but no spawn.
// Layout      Boost's, in shared memory; an event count a side for `park`, which Boost has not
// Pairs       Boost's own. Its pop reads a node that another consumer may be taking and a producer refilling,
//             and throws the copy away when its exchange then fails: by the letter of C++ a data race,
//             suppressed under ThreadSanitizer. Its 16-bit tags make a wrong exchange possible, never seen,
//             when exactly a multiple of 65536 operations pass while one is preempted.
// Peer death  lock-free: nobody waits for the dead; the node in its hands is lost to the pool
// Source      Michael and Scott, PODC 1996; Boost.Lockfree 1.74
#pragma once

#include <boost/lockfree/queue.hpp>

#include "transport/parts/value_channel.h"

namespace pcbench {

inline constexpr Promises kBoostQueuePromises{
    .spawn_refusal = "it holds addresses of the process that made it, which only a forked worker shares",
    .can_close = false,
    .payload_bytes_max = AnyBlock::kPayloadBytesMax,
    .capacity_slots_max = 65534,
    .batch = false,
    .full = Exactness::guess,
    .timed = false,
    .survives = "a worker killed at any time; it may take one slot with it"};

template <class B>
class BoostQueue {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kBoostQueuePromises;

  explicit BoostQueue(std::uint64_t capacity, const RoundSpec& /*spec*/) : queue_(capacity) {}

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t /*count*/) noexcept {
    return queue_.bounded_push(*first);
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t /*count*/) noexcept { return queue_.pop(*room); }

 private:
  boost::lockfree::queue<B, boost::lockfree::fixed_sized<true>,
                         boost::lockfree::allocator<SharedArenaAllocator<B>>>
      queue_;
};

template <class B>
using BoostQueueChannel = ValueChannel<BoostQueue<B>>;

}  // namespace pcbench
