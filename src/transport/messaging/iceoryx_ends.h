// IceoryxEnds: the ends of a channel of iceoryx (iceoryx.h says what it is): a publisher or the subscriber,
// and the counts of free slots.
// Threads     each end by one thread
// Owner       an end owns its port; the shared memory is the channel's
// Layout      IceoryxControl, IceoryxShare; a chunk is a message and the number of its producer
// Pairs       C2 → P2 a slot of its producer's share is free;  P3 → C3 closed after the last message
//             S1 → S2 the consumer has subscribed
// Peer death  what a dead producer had published is received; what was lent to it is nobody's, and so is all
//             that was a dead consumer's
#pragma once

extern "C" {  // which these do not say themselves
#include <iceoryx_binding_c/publisher.h>
#include <iceoryx_binding_c/subscriber.h>
#include <iceoryx_binding_c/wait_set.h>
}

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <iceoryx_posh/iceoryx_posh_deployment.hpp>

#include "base/clock.h"
#include "base/layout.h"
#include "base/shared_region.h"
#include "model/message.h"
#include "transport/messaging/promises.h"
#include "wait/event_count.h"

namespace pcbench {

static_assert(iox::build::IOX_MAX_CHUNKS_HELD_PER_SUBSCRIBER_SIMULTANEOUSLY == kIceoryxSlotsMax,
              "as many as a subscriber's queue has");

/// How far the consumer is with one producer's messages.
struct IceoryxShare {
  alignas(kFalseSharingBytes) std::atomic<std::uint64_t> released;  // consumer
  EventCount freed;                                                 // the producer sleeps here
};

struct IceoryxControl {
  RegionHeader header;
  alignas(kFalseSharingBytes) std::atomic<std::uint32_t> closed;  // the last producer
  std::atomic<std::uint32_t> subscribed;                          // consumer, before the gate
  EventCount came;                                                // producers sleep here until it has
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "processes share it");
static_assert(sizeof(IceoryxControl) % alignof(IceoryxShare) == 0, "the shares follow it");

inline constexpr std::uint32_t kIceoryxAlignment = 8;

/// What all ends know.
struct IceoryxShared {
  IceoryxControl* control;
  IceoryxShare* shares;
  std::uint32_t message_bytes;
  std::uint32_t chunk_bytes;  // a message and the number of its producer
  bool parks;

  [[nodiscard]] std::uint32_t* producer_of(void* chunk) const noexcept {
    return reinterpret_cast<std::uint32_t*>(static_cast<std::byte*>(chunk) + chunk_bytes - kIceoryxAlignment);
  }
};

struct EndIceoryxPublisher {
  void operator()(iox_pub_t publisher) const noexcept { ::iox_pub_deinit(publisher); }
};
struct EndIceoryxSubscriber {
  void operator()(iox_sub_t subscriber) const noexcept { ::iox_sub_deinit(subscriber); }
};
struct EndIceoryxWaitSet {
  void operator()(iox_ws_t set) const noexcept { ::iox_ws_deinit(set); }
};
using IceoryxPublisher = std::unique_ptr<std::remove_pointer_t<iox_pub_t>, EndIceoryxPublisher>;
using IceoryxSubscriber = std::unique_ptr<std::remove_pointer_t<iox_sub_t>, EndIceoryxSubscriber>;
using IceoryxWaitSet = std::unique_ptr<std::remove_pointer_t<iox_ws_t>, EndIceoryxWaitSet>;

class IceoryxProducer {
 public:
  /// Without a PUBLISHER it can only close.
  IceoryxProducer(const IceoryxShared& shared, std::uint32_t index, std::uint64_t slots,
                  IceoryxPublisher publisher) noexcept
      : shared_(shared), index_(index), slots_(slots), publisher_(std::move(publisher)) {}

  [[nodiscard]] WriteRun try_reserve(std::uint32_t /*want*/) noexcept {
    if (published_ - released_ == slots_) {
      released_ = share().released.load(std::memory_order_acquire);  // P2: its chunks are the pool's again
      if (published_ - released_ == slots_) return {};
    }
    if (::iox_pub_loan_aligned_chunk(publisher_.get(), &chunk_, shared_.chunk_bytes, kIceoryxAlignment) !=
        AllocationResult_SUCCESS)
      return {};
    *shared_.producer_of(chunk_) = index_;
    return {static_cast<std::byte*>(chunk_), shared_.message_bytes, 1, PushStatus::ok};
  }
  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
    if (count == 0) {
      ::iox_pub_release_chunk(publisher_.get(), chunk_);
    } else {
      ::iox_pub_publish_chunk(publisher_.get(), chunk_);
      ++published_;
    }
    return PushStatus::ok;
  }
  [[nodiscard]] PushStatus flush() noexcept { return PushStatus::ok; }
  void close() noexcept {
    shared_.control->closed.store(1, std::memory_order_release);  // P3 → C3: all is in the queue
  }
  void park(std::uint64_t timeout_ns) noexcept {
    share().freed.wait(timeout_ns, [this] {
      // P2: only to see whether to sleep
      return share().released.load(std::memory_order_acquire) != released_;
    });
  }

 private:
  [[nodiscard]] IceoryxShare& share() const noexcept { return shared_.shares[index_]; }

  IceoryxShared shared_;
  std::uint32_t index_;
  std::uint64_t slots_;
  IceoryxPublisher publisher_;
  void* chunk_ = nullptr;
  std::uint64_t published_ = 0;
  std::uint64_t released_ = 0;  // of these, as last seen
};

class IceoryxConsumer {
 public:
  /// Without a SUBSCRIBER nothing comes: what was left in another's queue is out of reach.
  IceoryxConsumer(const IceoryxShared& shared, IceoryxSubscriber subscriber) noexcept
      : shared_(shared), subscriber_(std::move(subscriber)) {}

  [[nodiscard]] ReadRun try_peek(std::uint32_t /*want*/) noexcept {
    // C3: before the look, so that nothing can come after it
    const bool closed = shared_.control->closed.load(std::memory_order_acquire) != 0;
    if (chunk_ == nullptr && (subscriber_ == nullptr || ::iox_sub_take_chunk(subscriber_.get(), &chunk_) !=
                                                            ChunkReceiveResult_SUCCESS)) {
      chunk_ = nullptr;
      return {nullptr, 0, 0, closed ? PopStatus::closed : PopStatus::empty};
    }
    return {static_cast<const std::byte*>(chunk_), shared_.message_bytes, 1, PopStatus::ok};
  }
  void release(std::uint32_t count) noexcept {
    if (count == 0) return;
    IceoryxShare& share = shared_.shares[*shared_.producer_of(const_cast<void*>(chunk_))];
    ::iox_sub_release_chunk(subscriber_.get(), std::exchange(chunk_, nullptr));
    // relaxed: only we store it
    const std::uint64_t released = share.released.load(std::memory_order_relaxed) + 1;
    share.released.store(released, std::memory_order_release);  // C2 → P2: its chunk is the pool's again
    if (shared_.parks) share.freed.notify(1);
  }
  /// By the library's own means, which know nothing of our flag: in slices.
  void park(std::uint64_t timeout_ns) noexcept {
    constexpr std::uint64_t kSliceNs = 5'000'000;
    if (subscriber_ == nullptr || shared_.control->closed.load(std::memory_order_acquire) != 0)  // C3
      return;
    if (set_ == nullptr) {
      set_.reset(::iox_ws_init(&set_memory_));
      ::iox_ws_attach_subscriber_state(set_.get(), subscriber_.get(), SubscriberState_HAS_DATA, 0, nullptr);
    }
    iox_notification_info_t what = nullptr;
    std::uint64_t missed = 0;
    ::iox_ws_timed_wait(set_.get(), timespec_of(std::min(timeout_ns, kSliceNs)), &what, 1, &missed);
  }

 private:
  IceoryxShared shared_;
  IceoryxSubscriber subscriber_;
  iox_ws_storage_t set_memory_{};
  IceoryxWaitSet set_;           // made by who first parks: with it each push looks for a sleeper
  const void* chunk_ = nullptr;  // lent and not released
};

}  // namespace pcbench
