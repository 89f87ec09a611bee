// iceoryx: Eclipse iceoryx's publish and subscribe: chunks of shared memory that its daemon, iox-roudi, laid
// out, lent to producers in place, published, and lent to the one consumer in place.
// Promises    Px1, FIFO, lossless, processes (fork and spawn), closes by flag; at most 256 slots, which the
//             library's queues have. One consumer, because each subscriber gets each message. Not between
//             threads: the library's runtime is one a process, and stays with the first daemon it met.
//             `deadline` is refused: what the consumer leaves in its queue nobody else can take.
//             `full` is a guess: each producer has a share of the slots, at least one.
// Threads     each endpoint by one process; all endpoints at once
// Owner       run/ makes the daemon, in a mount namespace of its own (secluded.h), with memory for exactly
//             these slots, and ends it. A worker enters the namespace before it starts the runtime.
// Layout      the library's. Ours: region: [IceoryxControl][IceoryxShare a producer] (iceoryx_ends.h)
// Pairs       the library's own, which ThreadSanitizer does not see (rows.cpp)
//             C2 → P2 a slot of its producer's share is free;  P3 → C3 closed after the last message
//             S1 → S2 the consumer has subscribed: producers ask the daemon after it, one by one
// Shares      a full queue would have the producer spin inside the library, deaf to `wait` and to the end
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
}

#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/layout.h"
#include "base/shared_region.h"
#include "transport/brokers/local_server.h"
#include "transport/messaging/iceoryx_ends.h"
#include "transport/messaging/promises.h"
#include "transport/messaging/secluded.h"
#include "transport/parts/capacity.h"
#include "transport/parts/package.h"
#include "transport/transport.h"

namespace pcbench {

class Iceoryx {
  static constexpr RegionHeader kHeader{0x7063'6963'656f'7231U, 1, sizeof(IceoryxControl)};  // "pciceor1"
  static constexpr const char* kService = "pcbench";
  static constexpr const char* kInstance = "channel";
  static constexpr const char* kEvent = "message";

 public:
  using Producer = IceoryxProducer;
  using Consumer = IceoryxConsumer;

  static constexpr Promises kPromises = kIceoryxPromises;

  [[nodiscard]] static std::string refuse(const Case& config) {
    const std::string reason = refuse_iceoryx(config);
    return reason.empty() ? refuse_more_than_memory(config) : reason;
  }
  /// Why the daemon cannot run here; empty: it can. Asked once.
  [[nodiscard]] static std::string unavailable() {
    static const std::string why = find_program(kDaemon).empty() ? install("iceoryx") : try_seclusion();
    return why;
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
    await_consumer();
    const Turn turn(region_);
    enter("p" + std::to_string(index));
    iox_pub_options_t options;
    ::iox_pub_options_init(&options);
    options.historyCapacity = 0;
    options.subscriberTooSlowPolicy = ConsumerTooSlowPolicy_WAIT_FOR_CONSUMER;
    iox_pub_storage_t memory;
    IceoryxPublisher publisher(::iox_pub_init(&memory, kService, kInstance, kEvent, &options));
    for (const std::uint64_t limit = now_ns() + kPatienceNs; !::iox_pub_has_subscribers(publisher.get());) {
      if (now_ns() >= limit) throw Error("it has not made a connection within 20 s", kDaemon);
      nap(200'000);
    }
    return {shared(), index, slots_of(index), std::move(publisher)};
  }
  /// The drain's has no subscriber.
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    if (index == spec_.consumers) return {shared(), nullptr};
    const Turn turn(region_);
    enter("c" + std::to_string(index));
    iox_sub_options_t options;
    ::iox_sub_options_init(&options);
    options.queueCapacity = capacity();
    options.historyRequest = 0;
    options.queueFullPolicy = QueueFullPolicy_BLOCK_PRODUCER;
    iox_sub_storage_t memory;
    IceoryxSubscriber subscriber(::iox_sub_init(&memory, kService, kInstance, kEvent, &options));
    shared().control->subscribed.store(1, std::memory_order_release);  // S1 → S2
    shared().control->came.notify(INT_MAX);
    return {shared(), std::move(subscriber)};
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
  /// One worker after the other asks the daemon for its port and gets it: the daemon's socket holds ten
  /// requests, mostly, and the next ones are lost. Ends with the process, however that does.
  class Turn {
   public:
    explicit Turn(const SharedRegion& region) : descriptor_(region.descriptor()) {
      while (set(F_WRLCK) != 0)
        if (errno != EINTR) throw system_error("fcntl of a lock");
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { set(F_UNLCK); }

   private:
    int set(short type) const noexcept {
      struct flock whole{};
      whole.l_type = type;
      return ::fcntl(descriptor_, F_SETLKW, &whole);
    }

    int descriptor_;
  };

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

  [[nodiscard]] IceoryxShared shared() const noexcept {
    const auto chunk_bytes = align_up(spec_.message_bytes, kIceoryxAlignment) + kIceoryxAlignment;
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
  /// It comes first: many producers that ask the daemon for it would keep it from its turn.
  void await_consumer() const {
    IceoryxControl& control = *shared().control;
    const auto is_there = [&] { return control.subscribed.load(std::memory_order_acquire) != 0; };  // S2
    for (const std::uint64_t limit = now_ns() + kPatienceNs; !is_there();) {
      if (now_ns() >= limit) throw Error("the consumer has not subscribed within 20 s", kDaemon);
      control.came.wait(kPatienceNs, is_there);
    }
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
