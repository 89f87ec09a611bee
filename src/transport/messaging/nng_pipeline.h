// nng_inproc, nng_ipc: nng's pipeline: the producer's PUSH socket, connected to the consumer's PULL socket.
// Promises    Px1, per_producer, lossless; nng_inproc between threads, nng_ipc also between processes (fork
//             and spawn); closes by the end of the connections. Several consumers are not possible, for the
//             reason that zeromq.h tells. `empty` does not say that nothing is on its way: `deadline`, which
//             takes it for that, is refused. Capacity is the send buffers'; a connection holds a few more.
// Threads     each endpoint by one thread; all at once. The library has threads of its own, and can never be
//             used in a process forked by one that has used it: the supervisor does not.
// Owner       each endpoint owns its socket; nng_ipc's name is abstract and ends with the consumer's.
// Layout      the library's; the name lies in farewells.h's region
// Pairs       the library's own, which ThreadSanitizer does not see (rows.cpp); farewells.h's L1 → L2
// Peer death  producer: what it had pushed and had not come out may be lost; the others go on. The only
//             consumer: what had come to it dies with it; producers fill their queues and wait for another.
// Farewells   because a socket that closes drops what is on its way
// Source      nng 1.5: nng_push(7), nng_pull(7), nng_pipe_notify(3)
#pragma once

#include <nng/nng.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <ctime>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "transport/messaging/farewells.h"
#include "transport/messaging/listening.h"
#include "transport/messaging/promises.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/parts/pipe_ends.h"
#include "transport/transport.h"

namespace pcbench {

/// A socket that counts its connections. Stays where it is: the library calls it.
class NngSocket {
 public:
  /// OPEN is nng_push0_open or nng_pull0_open. Errors: Error.
  explicit NngSocket(int (*open)(nng_socket*)) {
    require(open(&socket_), "nng_open");
    ::nng_pipe_notify(socket_, NNG_PIPE_EV_ADD_PRE, count<&NngSocket::came_>, this);
    ::nng_pipe_notify(socket_, NNG_PIPE_EV_REM_POST, count<&NngSocket::gone_>, this);
  }
  NngSocket(const NngSocket&) = delete;
  NngSocket& operator=(const NngSocket&) = delete;
  ~NngSocket() { ::nng_close(socket_); }

  static void require(int result, const char* call) {
    if (result != 0) throw Error(::nng_strerror(result), call);
  }
  [[nodiscard]] nng_socket get() const noexcept { return socket_; }
  /// Whether so many PEERS were there, and all who were are gone.
  [[nodiscard]] bool is_left_by(std::uint32_t peers) const noexcept {
    const std::uint32_t came = came_.load(std::memory_order_acquire);  // acquire: `gone` is read after it
    return came >= peers &&
           gone_.load(std::memory_order_acquire) == came;  // acquire: all they had sent is here
  }

 private:
  template <std::atomic<std::uint32_t> NngSocket::* kCounter>
  static void count(nng_pipe /*pipe*/, nng_pipe_ev /*event*/, void* self) {
    // release: what the library had done for the connection before it told us
    (static_cast<NngSocket*>(self)->*kCounter).fetch_add(1, std::memory_order_release);
  }

  nng_socket socket_ = NNG_SOCKET_INITIALIZER;
  std::atomic<std::uint32_t> came_{0};
  std::atomic<std::uint32_t> gone_{0};
};

enum class NngKind : std::uint8_t { inproc, ipc };

template <NngKind kKind>
class NngPipeline {
  static constexpr bool kThreadsOnly = kKind == NngKind::inproc;

  /// The consumer closes after its producers: in nng 1.5 a socket that closes under arriving messages may
  /// hang in nng_close. Not for ever, as some may be dead or leave later.
  static constexpr std::uint64_t kGoneWithinNs = 1'000'000'000;

  static void nap() noexcept {
    constexpr timespec kNap{0, 50'000};
    ::nanosleep(&kNap, nullptr);
  }

  /// Waits for a descriptor of SOCKET's, OPTION, which is readable when the socket is ready.
  static void wait(const NngSocket& socket, const char* option, std::uint64_t timeout_ns) noexcept {
    int fd = -1;
    if (::nng_socket_get_int(socket.get(), option, &fd) == 0) poll_within(fd, POLLIN, timeout_ns);
  }

  class Sink {
   public:
    Sink(std::unique_ptr<NngSocket> push, std::size_t bytes, const Farewells& farewells,
         std::uint32_t index) noexcept
        : push_(std::move(push)), bytes_(bytes), farewells_(&farewells), index_(index) {}
    Sink(Sink&&) noexcept = default;
    Sink& operator=(Sink&&) = delete;
    ~Sink() { close(); }

    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
      return try_send(first, bytes_) ? Put{1, PushStatus::ok} : Put{};
    }
    [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      wait(*push_, NNG_OPT_SENDFD, timeout_ns);
      return {};
    }
    void close() noexcept {
      if (push_ == nullptr) return;
      farewells_->say(index_, [this](const void* last) { return try_send(last, Farewells::kBytes); });
      push_.reset();
    }

   private:
    /// It only reads what it is given.
    bool try_send(const void* message, std::size_t bytes) noexcept {
      return ::nng_send(push_->get(), const_cast<void*>(message), bytes, NNG_FLAG_NONBLOCK) == 0;
    }

    std::unique_ptr<NngSocket> push_;
    std::size_t bytes_;
    const Farewells* farewells_;
    std::uint32_t index_;
  };

  class Source {
   public:
    Source(std::unique_ptr<NngSocket> pull, std::size_t bytes, std::uint32_t producers,
           const Farewells& farewells) noexcept
        : pull_(std::move(pull)), bytes_(bytes), producers_(producers), farewells_(&farewells) {}
    Source(Source&&) noexcept = default;
    Source& operator=(Source&&) = delete;
    ~Source() {
      if (pull_ == nullptr) return;
      farewells_->let_all_go();
      const std::uint64_t limit = now_ns() + kGoneWithinNs;
      while (!pull_->is_left_by(producers_) && now_ns() < limit) nap();
    }
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      for (;;) {
        const bool closed = pull_->is_left_by(producers_);  // before this look: nothing can come after it
        std::size_t bytes = bytes_;
        if (::nng_recv(pull_->get(), room, &bytes, NNG_FLAG_NONBLOCK) != 0)
          return {0, closed ? PopStatus::closed : PopStatus::empty};
        if (bytes == bytes_) return {1, PopStatus::ok};
        farewells_->hear(room);
      }
    }
    [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      constexpr std::uint64_t kLookNs = 1'000'000;  // the descriptor does not tell of a connection's end
      if (!pull_->is_left_by(producers_)) wait(*pull_, NNG_OPT_RECVFD, std::min(timeout_ns, kLookNs));
      return {};
    }

   private:
    std::unique_ptr<NngSocket> pull_;
    std::size_t bytes_;
    std::uint32_t producers_;
    const Farewells* farewells_;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises = nng_promises(kThreadsOnly);

  [[nodiscard]] static std::string refuse(const Case& config) {
    const std::string reason = refuse_deadline(config);
    return reason.empty() ? refuse_more_than_memory(config) : reason;
  }

  explicit NngPipeline(const RoundSpec& spec)
      : spec_(spec),
        farewells_(spec.producers, (kThreadsOnly ? "inproc://" : "abstract://") + random_name()) {}
  NngPipeline(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), farewells_(spec.producers, handles.at(0)) {}

  /// Returns when it is connected, so that the consumer knows of all its producers before any may leave.
  [[nodiscard]] Producer producer(std::uint32_t index) {
    auto push = std::make_unique<NngSocket>(nng_push0_open);
    NngSocket::require(::nng_socket_set_int(push->get(), NNG_OPT_SENDBUF, send_buffer()), NNG_OPT_SENDBUF);
    // It would try again by itself; but a socket that is closed while a timer of its own expires may hang.
    NngSocket::require(::nng_socket_set_ms(push->get(), NNG_OPT_RECONNMINT, 3'600'000), NNG_OPT_RECONNMINT);
    persist(NNG_ECONNREFUSED, [&] { return ::nng_dial(push->get(), address(), nullptr, 0); });
    return {Sink(std::move(push), spec_.message_bytes, farewells_, index), spec_.message_bytes, 1};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) {
    auto pull = std::make_unique<NngSocket>(nng_pull0_open);
    // The socket of the consumer before the drain may not be gone yet.
    persist(NNG_EADDRINUSE, [&] { return ::nng_listen(pull->get(), address(), nullptr, 0); });
    return {Source(std::move(pull), spec_.message_bytes, spec_.producers, farewells_), spec_.message_bytes,
            1};
  }
  [[nodiscard]] Effective effective() const {
    return {static_cast<std::uint64_t>(send_buffer()) * spec_.producers,
            1,
            {{"send_buffer_messages", std::int64_t{send_buffer()}}}};
  }
  [[nodiscard]] Handles handles() const { return {farewells_.handle()}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  /// Calls ATTEMPT until it comes to something else than NOT_YET, for 10 s at most. Errors: Error.
  template <class Attempt>
  void persist(int not_yet, Attempt&& attempt) const {
    const std::uint64_t limit = now_ns() + 10'000'000'000;
    int result = attempt();
    for (; result == not_yet && now_ns() < limit; result = attempt()) nap();
    NngSocket::require(result, address());
  }

  [[nodiscard]] const char* address() const noexcept { return farewells_.name(); }
  /// Of each producer: its share of the slots.
  [[nodiscard]] int send_buffer() const noexcept {
    const std::uint64_t slots = effective_capacity(kPromises, spec_.capacity_slots, spec_.message_bytes);
    return static_cast<int>((slots + spec_.producers - 1) / spec_.producers);
  }

  RoundSpec spec_;
  Farewells farewells_;
};

}  // namespace pcbench
