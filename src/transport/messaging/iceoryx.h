// iceoryx: Eclipse iceoryx's publish and subscribe: chunks of shared memory that its daemon, iox-roudi, has laid
// out, lent to producers in place, published, and lent to the one consumer in place.
// Promises    Px1, FIFO, lossless, processes (fork and spawn), closes by flag; at most 256 slots, which the
//             library's queues have. One consumer, because each subscriber gets each message. Not between
//             threads: the library's runtime is one a process, and stays with the first daemon it met.
//             `deadline` is refused: what the consumer leaves in its queue nobody else can take.
//             `full` is a guess: each producer has a share of the slots, at least one.
// Threads     each endpoint by one process; all endpoints at once
// Owner       run/ makes the daemon, in a mount namespace of its own (secluded.h), with memory for exactly
//             these slots, and ends it. A worker enters the namespace before it starts the runtime.
// Layout      the library's: a frame a chunk, which its producer's number follows. Ours: IceoryxControl.
// Pairs       the library's own, which ThreadSanitizer does not see (rows.cpp)
//             C2 → P2 a slot of its producer's share is free;  P3 → C3 closed after the last message
// Shares      a full queue would block the producer inside the library, which looks once a millisecond
//             (BLOCK_PRODUCER, WAIT_FOR_CONSUMER: they are set, and never come to act). So a producer counts
//             what it has published and the consumer has not released, and never has more than its share.
// Peer death  producer: what it had published is received, for it is in shared memory. Nobody waits for it,
//             unless it died inside a push, in the few instructions under the mutex of the queue: then the
//             others hang. The consumer: what was in its queue is lost, and producers wait for ever. The
//             daemon does not watch (its monitoring takes a worker that is silent for 1.5 s for dead, and
//             lets producers publish to nobody). The daemon itself: a round goes on, as it only introduces.
// Source      iceoryx 2.0: github.com/eclipse-iceoryx/iceoryx
#pragma once

extern "C" {  // which these do not say themselves
#include <iceoryx_binding_c/log.h>
#include <iceoryx_binding_c/publisher.h>
#include <iceoryx_binding_c/runtime.h>
#include <iceoryx_binding_c/subscriber.h>
#include <iceoryx_binding_c/wait_set.h>
}

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <iceoryx_posh/iceoryx_posh_deployment.hpp>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/layout.h"
#include "base/shared_region.h"
#include "transport/brokers/local_server.h"
#include "transport/messaging/promises.h"
#include "transport/messaging/secluded.h"
#include "transport/parts/capacity.h"
#include "transport/parts/package.h"
#include "transport/transport.h"
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
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "processes share it");
static_assert(sizeof(IceoryxControl) % alignof(IceoryxShare) == 0, "the shares follow it");

class Iceoryx {
  static constexpr RegionHeader kHeader{0x7063'6963'656f'7231U, 1, sizeof(IceoryxControl)};  // "pciceor1"
  static constexpr const char* kService = "pcbench";
  static constexpr const char* kInstance = "channel";
  static constexpr const char* kEvent = "message";
  static constexpr std::uint32_t kChunkAlignment = 8;

  /// What all ends know.
  struct Shared {
    IceoryxControl* control;
    IceoryxShare* shares;
    std::uint32_t message_bytes;
    std::uint32_t chunk_bytes;  // a message and the number of its producer
    bool parks;

    [[nodiscard]] std::uint32_t* producer_of(void* chunk) const noexcept {
      return reinterpret_cast<std::uint32_t*>(static_cast<std::byte*>(chunk) + chunk_bytes - kChunkAlignment);
    }
  };

  struct EndPublisher {
    void operator()(iox_pub_t publisher) const noexcept { ::iox_pub_deinit(publisher); }
  };
  struct EndSubscriber {
    void operator()(iox_sub_t subscriber) const noexcept { ::iox_sub_deinit(subscriber); }
  };
  struct EndWaitSet {
    void operator()(iox_ws_t set) const noexcept { ::iox_ws_deinit(set); }
  };
  using Publisher = std::unique_ptr<std::remove_pointer_t<iox_pub_t>, EndPublisher>;
  using Subscriber = std::unique_ptr<std::remove_pointer_t<iox_sub_t>, EndSubscriber>;
  using WaitSet = std::unique_ptr<std::remove_pointer_t<iox_ws_t>, EndWaitSet>;

 public:
  class Producer {
   public:
    /// Without a PUBLISHER it can only close.
    Producer(const Shared& shared, std::uint32_t index, std::uint64_t slots, Publisher publisher) noexcept
        : shared_(shared), index_(index), slots_(slots), publisher_(std::move(publisher)) {}

    [[nodiscard]] WriteRun try_reserve(std::uint32_t /*want*/) noexcept {
      if (published_ - released_ == slots_) {
        released_ = share().released.load(std::memory_order_acquire);  // C2: its chunks are the pool's again
        if (published_ - released_ == slots_) return {};
      }
      if (::iox_pub_loan_aligned_chunk(publisher_.get(), &chunk_, shared_.chunk_bytes, kChunkAlignment) !=
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
        // C2: only to see whether to sleep
        return share().released.load(std::memory_order_acquire) != released_;
      });
    }

   private:
    [[nodiscard]] IceoryxShare& share() const noexcept { return shared_.shares[index_]; }

    Shared shared_;
    std::uint32_t index_;
    std::uint64_t slots_;
    Publisher publisher_;
    void* chunk_ = nullptr;
    std::uint64_t published_ = 0;
    std::uint64_t released_ = 0;  // of these, as last seen
  };

  class Consumer {
   public:
    /// Without a SUBSCRIBER nothing comes: what was left in another's queue is out of reach.
    Consumer(const Shared& shared, Subscriber subscriber) noexcept
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
    Shared shared_;
    Subscriber subscriber_;
    iox_ws_storage_t set_memory_{};
    WaitSet set_;                  // made by who first parks: with it each push looks for a sleeper
    const void* chunk_ = nullptr;  // lent and not released
  };

  static constexpr Promises kPromises = kIceoryxPromises;

  [[nodiscard]] static std::string refuse(const Case& config) {
    const std::string reason = refuse_iceoryx(config);
    return reason.empty() ? refuse_more_than_memory(config) : reason;
  }
  /// Why the daemon cannot run here; empty: it can.
  [[nodiscard]] static std::string unavailable() {
    if (find_program(kDaemon).empty()) return install("iceoryx");
    return why_not_secluded();
  }

  explicit Iceoryx(const RoundSpec& spec)
      : spec_(spec), region_(SharedRegion::create(region_bytes(spec))), daemon_(program()) {
    auto* const control = new (region_.data()) IceoryxControl{};
    control->header = {kHeader.magic, kHeader.version, region_.size()};
    for (std::uint32_t i = 0; i < spec.producers; ++i) new (shared().shares + i) IceoryxShare{};
  }
  Iceoryx(const RoundSpec& spec, const Handles& handles)
      : spec_(spec),
        region_(SharedRegion::attach(FileDescriptor(handles.at(0)))),
        daemon_({handles.begin() + 1, handles.end()}) {
    require_region(region_.data(), region_.size(), kHeader, "iceoryx attach");
  }

  /// Returns when the consumer has subscribed. The supervisor's closes in the name of the dead.
  [[nodiscard]] Producer producer(std::uint32_t index) const {
    if (dropped_) return {shared(), index, 0, nullptr};
    enter("p" + std::to_string(index));
    iox_pub_options_t options;
    ::iox_pub_options_init(&options);
    options.historyCapacity = 0;
    options.subscriberTooSlowPolicy = ConsumerTooSlowPolicy_WAIT_FOR_CONSUMER;
    iox_pub_storage_t memory;
    Publisher publisher(::iox_pub_init(&memory, kService, kInstance, kEvent, &options));
    for (const std::uint64_t limit = now_ns() + kPatienceNs; !::iox_pub_has_subscribers(publisher.get());) {
      if (now_ns() >= limit) throw Error("nobody has subscribed within 20 s", kDaemon);
      constexpr timespec kNap{0, 200'000};
      ::nanosleep(&kNap, nullptr);
    }
    return {shared(), index, slots_of(index), std::move(publisher)};
  }
  /// The drain's has no subscriber.
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    if (index == spec_.consumers) return {shared(), nullptr};
    enter("c" + std::to_string(index));
    iox_sub_options_t options;
    ::iox_sub_options_init(&options);
    options.queueCapacity = capacity();
    options.historyRequest = 0;
    options.queueFullPolicy = QueueFullPolicy_BLOCK_PRODUCER;
    iox_sub_storage_t memory;
    return {shared(), Subscriber(::iox_sub_init(&memory, kService, kInstance, kEvent, &options))};
  }
  [[nodiscard]] Effective effective() const {
    return {capacity(), 1, {{"chunks", static_cast<std::int64_t>(chunks())}}};
  }
  [[nodiscard]] Handles handles() const {
    Handles all = daemon_.descriptors();
    all.insert(all.begin(), region_.descriptor());
    return all;
  }
  void drop_ends(Keep /*keep*/) noexcept { dropped_ = true; }

 private:
  static constexpr const char* kDaemon = "iox-roudi";
  static constexpr std::uint64_t kPatienceNs = 20'000'000'000;

  static std::size_t region_bytes(const RoundSpec& spec) noexcept {
    return sizeof(IceoryxControl) + spec.producers * sizeof(IceoryxShare);
  }
  /// At least one a producer.
  [[nodiscard]] std::uint64_t capacity() const noexcept {
    return std::max<std::uint64_t>(effective_capacity(kPromises, spec_.capacity_slots, spec_.message_bytes),
                                   spec_.producers);
  }
  [[nodiscard]] std::uint64_t slots_of(std::uint32_t producer) const noexcept {
    return share_of(capacity(), producer, spec_.producers);
  }
  /// One a slot, and the last one of each producer, which the library keeps for its next loan.
  [[nodiscard]] std::uint64_t chunks() const noexcept { return capacity() + spec_.producers; }

  [[nodiscard]] Shared shared() const noexcept {
    const auto chunk_bytes = align_up(spec_.message_bytes, kChunkAlignment) + kChunkAlignment;
    return {reinterpret_cast<IceoryxControl*>(region_.data()),
            reinterpret_cast<IceoryxShare*>(region_.data() + sizeof(IceoryxControl)), spec_.message_bytes,
            static_cast<std::uint32_t>(chunk_bytes), spec_.wait == WaitStrategy::park};
  }
  [[nodiscard]] DaemonProgram program() const {
    const std::string file = "/tmp/pcbench.toml";
    return {find_program(kDaemon),
            {"--monitoring-mode", "off", "--log-level", "warning", "--config-file", file},
            file,
            fmt::format("[general]\nversion = 1\n[[segment]]\n[[segment.mempool]]\nsize = {}\ncount = {}\n",
                        shared().chunk_bytes, chunks()),
            "RouDi is ready for clients"};
  }
  void enter(const std::string& name) const {
    daemon_.enter();
    ::iox_set_loglevel(Iceoryx_LogLevel_Off);
    ::iox_runtime_init(("pcbench-" + name).c_str());
  }

  RoundSpec spec_;
  SharedRegion region_;
  SecludedDaemon daemon_;
  bool dropped_ = false;
};

}  // namespace pcbench
