// zmq_inproc, zmq_ipc, zmq_tcp: ZeroMQ's pipeline: a PUSH socket for each producer, connected to the PULL
// socket of the one consumer.
// Promises    Px1, per_producer (PULL goes round its connections), lossless; zmq_inproc between threads,
//             the others also between processes (fork and spawn). Several consumers are not possible: PUSH
//             deals messages out in turn when they are pushed, whoever is free then, and a consumer that
//             leaves takes its share with it. zmq_ipc and zmq_tcp close by the end of the connections,
//             zmq_inproc by flag. `empty` is a guess: in the first two something may be on its way through
//             the library's threads and the kernel, and `deadline`, which takes it for the end, is refused;
//             in zmq_inproc a push may return before the consumer's mailbox is signaled for it.
//             Capacity is the high-water marks', at each end of each connection, and the kernel's buffers'.
// Threads     each endpoint by one thread; all endpoints at once. Between threads all share a context.
// Owner       run/ makes and drops the listening socket (listening.h); each endpoint owns its socket and, in
//             processes, its context, made after the fork. Between threads the PULL socket is the channel's,
//             so that the final drain finds in it what the consumer had left.
// Layout      the library's and the kernel's; a message a call, copied in and out; farewells.h
// Pairs       the library's own, which ThreadSanitizer does not see (rows.cpp); farewells.h's L1 → L2
// Peer death  producer: what it had pushed and had not come out may be lost; the others go on. The only
//             consumer: what had come to it dies with it; producers fill their queues and wait for another.
// Farewells   because lingering is not enough: where a producer of zmq_ipc closes while the consumer's
//             library holds as much as it may, that takes the hang-up for an error and loses the rest
// Source      libzmq 4.3: zmq_socket(3), zmq_setsockopt(3), zmq_socket_monitor(3)
#pragma once

#include <zmq.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "transport/messaging/farewells.h"
#include "transport/messaging/listening.h"
#include "transport/messaging/promises.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"

namespace pcbench {

enum class ZmqKind : std::uint8_t { inproc, ipc, tcp };

class ZmqSocket {
 public:
  /// Errors: Error.
  ZmqSocket(void* context, int type) : socket_(::zmq_socket(context, type)) {
    require(socket_ != nullptr, "zmq_socket");
  }
  void set(int option, int value) {
    require(::zmq_setsockopt(get(), option, &value, sizeof value) == 0, "zmq_setsockopt");
  }
  void bind(const std::string& address) { require(::zmq_bind(get(), address.c_str()) == 0, "zmq_bind"); }
  void connect(const std::string& address) {
    require(::zmq_connect(get(), address.c_str()) == 0, "zmq_connect");
  }
  void watch(const char* address, int events) {
    require(::zmq_socket_monitor(get(), address, events) == 0, "zmq_socket_monitor");
  }
  [[nodiscard]] void* get() const noexcept { return socket_.get(); }
  void close() noexcept { socket_.reset(); }

 private:
  static void require(bool done, const char* call) {
    if (!done) throw Error(::zmq_strerror(::zmq_errno()), call);
  }
  struct Close {
    void operator()(void* socket) const noexcept { ::zmq_close(socket); }
  };
  std::unique_ptr<void, Close> socket_;
};

/// Waits for the EVENTS of one of ITEMS, at most so long. Returns whether there was one.
template <std::size_t N>
bool zmq_wait(std::array<zmq_pollitem_t, N> items, std::uint64_t timeout_ns) noexcept {
  constexpr std::uint64_t kNsPerMs = 1'000'000;
  return ::zmq_poll(items.data(), N, static_cast<long>((timeout_ns + kNsPerMs - 1) / kNsPerMs)) > 0;
}

/// The consumer's socket and, where it has connections, what became of them.
class ZmqPull {
 public:
  /// Listens at ADDRESS, by LISTENING if that is a descriptor. Closed when each of PRODUCERS was there and
  /// all are gone; 0: never. Errors: Error.
  ZmqPull(void* context, const std::string& address, FileDescriptor listening, int high_water,
          std::uint32_t producers)
      : pull_(context, ZMQ_PULL), events_(context, ZMQ_PAIR), producers_(producers) {
    constexpr const char* kEvents = "inproc://pcbench-events";
    pull_.set(ZMQ_RCVHWM, high_water);
    if (producers != 0) {
      pull_.watch(kEvents, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED);
      events_.connect(kEvents);
    }
    if (listening) pull_.set(ZMQ_USE_FD, listening.get());
    pull_.bind(address);
    listening.release();
  }

  [[nodiscard]] Taken try_take(std::byte* room, std::size_t bytes, const Farewells& farewells) noexcept {
    for (;;) {
      const bool closed = closed_;  // known before this look, so that nothing can come after it
      const int got = ::zmq_recv(pull_.get(), room, bytes, ZMQ_DONTWAIT);
      if (got == static_cast<int>(bytes)) return {1, PopStatus::ok};
      if (got >= 0) {
        farewells.hear(room);
        continue;
      }
      if (closed) return {0, PopStatus::closed};
      if (producers_ != 0) hear_events();
      return {};
    }
  }
  void wait(std::uint64_t timeout_ns) noexcept {
    if (closed_) return;
    zmq_wait(std::array{item(pull_), item(events_)}, timeout_ns);
  }

 private:
  static zmq_pollitem_t item(const ZmqSocket& socket) noexcept { return {socket.get(), 0, ZMQ_POLLIN, 0}; }

  /// An event is a frame of its number and a value, and one that says where.
  void hear_events() noexcept {
    std::array<std::byte, 6> event{};
    while (::zmq_recv(events_.get(), event.data(), event.size(), ZMQ_DONTWAIT) >= 0) {
      std::uint16_t number = 0;
      std::memcpy(&number, event.data(), sizeof number);
      ++(number == ZMQ_EVENT_ACCEPTED ? came_ : gone_);
      ::zmq_recv(events_.get(), nullptr, 0, ZMQ_DONTWAIT);
    }
    closed_ = came_ >= producers_ && came_ == gone_;
  }

  ZmqSocket pull_;
  ZmqSocket events_;
  std::uint32_t producers_;
  std::uint32_t came_ = 0;
  std::uint32_t gone_ = 0;
  bool closed_ = false;
};

template <ZmqKind kKind>
class ZmqPipeline {
  static constexpr bool kThreadsOnly = kKind == ZmqKind::inproc;

  /// What the ends of one process share. Ends when the library has sent all that was pushed.
  struct Home {
    struct End {
      void operator()(void* ended) const noexcept { ::zmq_ctx_term(ended); }
    };
    std::unique_ptr<void, End> context{::zmq_ctx_new()};
    std::optional<ZmqPull> pull;
  };

  class Sink {
   public:
    Sink(std::shared_ptr<Home> home, ZmqSocket push, std::size_t bytes, const Farewells& farewells,
         std::uint32_t index) noexcept
        : home_(std::move(home)),
          push_(std::move(push)),
          bytes_(bytes),
          farewells_(&farewells),
          index_(index) {}
    Sink(Sink&&) noexcept = default;
    Sink& operator=(Sink&&) = delete;
    ~Sink() { close(); }

    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
      const bool sent = ::zmq_send(push_.get(), first, bytes_, ZMQ_DONTWAIT) >= 0;
      return sent ? Put{1, PushStatus::ok} : Put{};
    }
    [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      zmq_wait(std::array{zmq_pollitem_t{push_.get(), 0, ZMQ_POLLOUT, 0}}, timeout_ns);
      return {};
    }
    void close() noexcept {
      if (push_.get() == nullptr) return;
      farewells_->say(index_, [this](const void* last) {
        return ::zmq_send(push_.get(), last, Farewells::kBytes, ZMQ_DONTWAIT) >= 0;
      });
      push_.close();
    }

   private:
    std::shared_ptr<Home> home_;  // outlives the socket
    ZmqSocket push_;
    std::size_t bytes_;
    const Farewells* farewells_;
    std::uint32_t index_;
  };

  class Source {
   public:
    Source(std::shared_ptr<Home> home, std::size_t bytes, const Farewells& farewells) noexcept
        : home_(std::move(home)), bytes_(bytes), farewells_(&farewells) {}
    Source(Source&&) noexcept = default;
    Source& operator=(Source&&) = delete;
    ~Source() {
      if (home_ != nullptr) farewells_->let_all_go();
    }
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      return home_->pull->try_take(room, bytes_, *farewells_);
    }
    [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      home_->pull->wait(timeout_ns);
      return {};
    }

   private:
    std::shared_ptr<Home> home_;
    std::size_t bytes_;
    const Farewells* farewells_;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises = zmq_promises(kThreadsOnly);

  [[nodiscard]] static std::string refuse(const Case& config) {
    const std::string reason = kThreadsOnly ? "" : refuse_deadline(config);
    return reason.empty() ? refuse_more_than_memory(config) : reason;
  }

  explicit ZmqPipeline(const RoundSpec& spec) : spec_(spec), farewells_(spec.producers) {
    if constexpr (kKind == ZmqKind::ipc) listening_ = listening_unix();
    if constexpr (kKind == ZmqKind::tcp) listening_ = listening_tcp();
    find_address();
  }
  ZmqPipeline(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), farewells_(spec.producers, handles.at(0)), listening_(handles.at(1)) {
    find_address();
  }

  /// Returns when it is connected, so that the consumer knows of all its producers before any may leave.
  [[nodiscard]] Producer producer(std::uint32_t index) {
    constexpr std::uint64_t kPatienceNs = 10'000'000'000;
    std::shared_ptr<Home> home = enter();
    ZmqSocket push(home->context.get(), ZMQ_PUSH);
    push.set(ZMQ_SNDHWM, high_water());
    push.set(ZMQ_IMMEDIATE, kThreadsOnly ? 0 : 1);  // 1: what is not connected takes no messages
    push.connect(address_);
    if (!kThreadsOnly && !zmq_wait(std::array{zmq_pollitem_t{push.get(), 0, ZMQ_POLLOUT, 0}}, kPatienceNs))
      throw Error("there was no connection within 10 s", address_);
    return {Sink(std::move(home), std::move(push), spec_.message_bytes, farewells_, index),
            spec_.message_bytes, 1};
  }

  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) {
    std::shared_ptr<Home> home = enter();
    if (!home->pull)
      home->pull.emplace(home->context.get(), address_,
                         kThreadsOnly ? FileDescriptor() : listening_.duplicate(), high_water(),
                         kThreadsOnly ? 0 : spec_.producers);
    return {Source(std::move(home), spec_.message_bytes, farewells_), spec_.message_bytes, 1};
  }

  [[nodiscard]] Effective effective() const {
    return {std::uint64_t{2} * static_cast<std::uint64_t>(high_water()) * spec_.producers,
            1,
            {{"high_water_mark", std::int64_t{high_water()}}}};
  }
  [[nodiscard]] Handles handles() const { return {farewells_.handle(), listening_.get()}; }
  void drop_ends(Keep keep) noexcept {
    if (keep == Keep::nothing) listening_.reset();
  }

 private:
  void find_address() { address_ = kThreadsOnly ? "inproc://pcbench" : address_of(listening_); }

  /// Between threads all ends are at home in one place, which stays for the drain.
  [[nodiscard]] std::shared_ptr<Home> enter() {
    if (spec_.workers == WorkerKind::process) return std::make_shared<Home>();
    std::call_once(once_, [this] { home_ = std::make_shared<Home>(); });
    return home_;
  }

  /// Of each end of each connection: half of a producer's share of the slots, or the library's own.
  [[nodiscard]] int high_water() const noexcept {
    constexpr int kOfTheLibrary = 1000;
    const std::uint64_t ends = std::uint64_t{2} * spec_.producers;
    return spec_.capacity_slots == 0 ? kOfTheLibrary
                                     : static_cast<int>((spec_.capacity_slots + ends - 1) / ends);
  }

  RoundSpec spec_;
  Farewells farewells_;
  FileDescriptor listening_;
  std::string address_;
  std::once_flag once_;
  std::shared_ptr<Home> home_;
};

}  // namespace pcbench
