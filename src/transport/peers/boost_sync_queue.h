// boost_sync_queue: boost::sync_bounded_queue, a ring under one mutex that signals only those who wait.
// Promises    any PxC, fifo, lossless, threads only; exactly the capacity asked for.
// Threads     each end by one thread; all ends at once.
// Owner       the channel owns the queue, which is on the heap.
// Calls       try_push_back and try_pull_front, a message a call: it has no bulk calls, and no timed ones.
// Pairs       its mutex
// Peer death  threads do not die alone
// Source      Boost.Thread 1.74
#pragma once

#define BOOST_THREAD_VERSION 4
#define BOOST_THREAD_DONT_PROVIDE_INTERRUPTIONS  // which cost each call time, and need its library
// clang-format off
#include <boost/thread/lock_guard.hpp>  // which the queue uses without including it
#include <boost/thread/concurrent_queues/sync_bounded_queue.hpp>
// clang-format on

#include "transport/parts/value_channel.h"
#include "transport/peers/promises.h"

namespace pcbench {

template <class B>
class BoostSyncQueue {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kBoostSyncQueuePromises;

  BoostSyncQueue(std::uint64_t capacity, const RoundSpec& /*spec*/) : queue_(capacity) {}

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t /*count*/) noexcept {
    return queue_.try_push_back(*first) == boost::queue_op_status::success ? 1 : 0;
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t /*count*/) noexcept {
    return queue_.try_pull_front(*room) == boost::queue_op_status::success ? 1 : 0;
  }

 private:
  boost::sync_bounded_queue<B> queue_;
};

template <class B>
using BoostSyncChannel = ValueChannel<BoostSyncQueue<B>>;

}  // namespace pcbench
