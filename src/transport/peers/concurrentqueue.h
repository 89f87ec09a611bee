// concurrentqueue: moodycamel::ConcurrentQueue, any number on each side, a queue inside for each producer.
// Promises    any PxC, per-producer order, lossless, threads only. It is unbounded by nature; credits beside
//             it make a bounded channel of it: exactly the capacity asked for.
// Threads     each end by one thread; all ends at once.
// Owner       the channel owns the queue, whose blocks are on the heap; each end owns its token.
// Calls       with a token each, in bulk where a run has more than one message. Credits are taken and given
//             back in bulk, too, or they would cost more than the queue.
// Pairs       the library's own; fences, which ThreadSanitizer does not know: left out there (rows.cpp)
// Peer death  threads do not die alone
// Source      Cameron Desrochers' concurrentqueue 1.0.3
#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <algorithm>
#include <atomic>

#include "transport/parts/value_channel.h"
#include "transport/peers/promises.h"

namespace pcbench {

/// So many slots are free. Each end keeps less than a share of them in hand, all together half at most, so
/// that nobody waits for ever for what an idle end keeps.
class Credits {
 public:
  Credits(std::uint64_t capacity, const RoundSpec& spec) noexcept : free_(capacity) {
    const std::uint64_t shares = std::uint64_t{4} * std::max(spec.producers, spec.consumers);
    const bool parks = spec.wait == WaitStrategy::park;  // a sleeper is woken for what was given back only
    share_ = parks ? 1 : std::max<std::uint64_t>(capacity / shares, 1);
  }

  /// Takes a share, or WANTED if that is more, or what there is.
  [[nodiscard]] std::uint64_t take(std::uint64_t wanted) noexcept {
    std::uint64_t taken = 0;
    // relaxed: a number only; what is in the slots the queue itself orders
    std::uint64_t free = free_.load(std::memory_order_relaxed);
    do {
      taken = std::min(free, std::max(wanted, share_));
      // relaxed: see above
    } while (taken != 0 && !free_.compare_exchange_weak(free, free - taken, std::memory_order_relaxed));
    return taken;
  }
  /// Gives all IN_HAND back, where that is a share or OTHERS_WAIT for it.
  void give_back(std::uint64_t& in_hand, bool others_wait) noexcept {
    if (in_hand == 0 || (in_hand < share_ && !others_wait)) return;
    free_.fetch_add(in_hand, std::memory_order_relaxed);  // relaxed: see above
    in_hand = 0;
  }

 private:
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> free_;
  alignas(kFalseSharingBytes) std::uint64_t share_ = 1;
};

template <class B>
class ConcurrentQueue {
 public:
  using value_type = B;
  static constexpr Promises kPromises = kConcurrentQueuePromises;

  ConcurrentQueue(std::uint64_t capacity, const RoundSpec& spec)
      : queue_(capacity, spec.producers, 0),
        credits_(capacity, spec),
        shares_pills_(spec.consumers > 1 && spec.stop.view() == "pill") {}

  class Pusher {
   public:
    explicit Pusher(ConcurrentQueue& shared) : shared_(shared), token_(shared.queue_) {}

    [[nodiscard]] std::uint32_t push(const B* first, std::uint32_t count) noexcept {
      if (credits_ == 0 && (credits_ = shared_.credits_.take(count)) == 0) return 0;
      const auto n = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, credits_));
      const bool pushed =
          n == 1 ? shared_.queue_.enqueue(token_, *first) : shared_.queue_.enqueue_bulk(token_, first, n);
      if (!pushed) return 0;  // it has no memory
      credits_ -= n;
      return n;
    }

   private:
    ConcurrentQueue& shared_;
    moodycamel::ProducerToken token_;
    std::uint64_t credits_ = 0;
  };

  class Popper {
   public:
    explicit Popper(ConcurrentQueue& shared) : shared_(shared), token_(shared.queue_) {}

    [[nodiscard]] std::uint32_t pop(B* room, std::uint32_t count) noexcept {
      auto n = static_cast<std::uint32_t>(count == 1 ? shared_.queue_.try_dequeue(token_, *room)
                                                     : shared_.queue_.try_dequeue_bulk(token_, room, count));
      if (n > 1 && shared_.shares_pills_) n = shared_.keep_one_pill(room, n);
      credits_ += n;
      shared_.credits_.give_back(credits_, n == 0);
      return n;
    }

   private:
    ConcurrentQueue& shared_;
    moodycamel::ConsumerToken token_;
    std::uint64_t credits_ = 0;
  };

 private:
  /// One bulk call may take what others wait for: who takes several pills puts all but one back, and the one
  /// behind the data, for its taker may leave with it. Returns how many of the COUNT values in ROOM are left.
  [[nodiscard]] std::uint32_t keep_one_pill(B* room, std::uint32_t count) noexcept {
    const auto is_data = [](const B& value) {
      return envelope_of(value.bytes.data()).kind != MessageKind::pill;
    };
    B* const pills = std::stable_partition(room, room + count, is_data);
    const auto kept = static_cast<std::uint32_t>(std::min(pills + 1, room + count) - room);
    for (B* pill = room + kept; pill < room + count; ++pill) queue_.enqueue(*pill);
    return kept;
  }

  moodycamel::ConcurrentQueue<B> queue_;
  Credits credits_;
  bool shares_pills_;
};

template <class B>
using ConcurrentQueueChannel = ValueChannel<ConcurrentQueue<B>>;

}  // namespace pcbench
