// readerwriterqueue: moodycamel::ReaderWriterQueue, one producer and one consumer.
// Promises    1x1, fifo, lossless, threads only; exactly the capacity asked for: the queue itself would take
//             more, so the producer's end keeps count, and asks for the size when its count is used up.
// Threads     push: the producer only. pop: the consumer only.
// Owner       the channel owns the queue, whose blocks are on the heap: one block, which holds all.
// Calls       try_enqueue, try_dequeue. It has no bulk calls, but gains from calls in a row: a run is a loop.
// Pairs       the library's own; fences, which ThreadSanitizer does not know: left out there (rows.cpp)
// Peer death  threads do not die alone
// Source      Cameron Desrochers' readerwriterqueue 1.0.6
#pragma once

#include <readerwriterqueue/readerwriterqueue.h>

#include <algorithm>

#include "transport/parts/value_channel.h"
#include "transport/peers/promises.h"

namespace pcbench {

template <class B>
class ReaderWriterQueue {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kReaderWriterQueuePromises;

  ReaderWriterQueue(std::uint64_t capacity, const RoundSpec& /*spec*/)
      : queue_(capacity), capacity_(capacity) {}

  [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t count) noexcept {
    if (room_ == 0) room_ = capacity_ - queue_.size_approx();
    const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, room_));
    std::uint32_t n = 0;
    while (n < most && queue_.try_enqueue(first[n])) ++n;
    room_ -= n;
    return n;
  }
  [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t count) noexcept {
    std::uint32_t n = 0;
    while (n < count && queue_.try_dequeue(room[n])) ++n;
    return n;
  }

 private:
  /// A block of twice the most slots is never exceeded: it takes one block.
  static constexpr std::size_t kOneBlock = std::size_t{1} << 25U;

  moodycamel::ReaderWriterQueue<B, kOneBlock> queue_;
  std::uint64_t capacity_;
  alignas(kFalseSharingBytes) std::uint64_t room_ = 0;  // the producer's: so many fit without asking
};

template <class B>
using ReaderWriterChannel = ValueChannel<ReaderWriterQueue<B>>;

}  // namespace pcbench
