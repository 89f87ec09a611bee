// boost_spsc_queue: boost::lockfree::spsc_queue, a wait-free ring for one producer and one consumer.
// Promises    1x1, FIFO, lossless, thread and forked process; no close of its own; exactly the capacity asked
//             for. Messages are copied in and out as blocks of a few fixed sizes (parts/value_channel.h).
// Threads     push: the producer only. pop: the consumer only.
// Owner       the channel owns the region; Boost's queue holds addresses in it, hence fork but no spawn.
// Layout      Boost's, in shared memory; an event count a side for `park`, which Boost has not
// Pairs       Boost's own (write_index_, read_index_)
// Peer death  what was pushed stays; the survivor waits, the watchdog ends the round
// Source      Boost.Lockfree 1.74
#pragma once

#include <boost/lockfree/spsc_queue.hpp>

#include "transport/parts/value_channel.h"

namespace pcbench {

inline constexpr Promises kBoostSpscQueuePromises{
    .producers_max = 1,
    .consumers_max = 1,
    .spawn_refusal = "it holds addresses of the process that made it, which only a forked worker shares",
    .can_close = false,
    .payload_bytes_max = AnyBlock::kPayloadBytesMax,
    .timed = false,
    .survives = "a killed producer; a killed consumer leaves its producer waiting"};

template <class B>
class BoostSpscQueue {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kBoostSpscQueuePromises;

  explicit BoostSpscQueue(std::uint64_t capacity, const RoundSpec& /*spec*/) : queue_(capacity) {}

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t count) noexcept {
    if (count == 1) return queue_.push(*first) ? 1 : 0;
    return static_cast<std::uint32_t>(queue_.push(first, count));
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>(queue_.pop(room, count));
  }

 private:
  boost::lockfree::spsc_queue<B, boost::lockfree::allocator<SharedArenaAllocator<B>>> queue_;
};

template <class B>
using BoostSpscChannel = ValueChannel<BoostSpscQueue<B>>;

}  // namespace pcbench
