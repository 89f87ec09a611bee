// nng_inproc, nng_ipc: nng's pipeline: the producer's PUSH socket, connected to the consumer's PULL socket.
// Promises    Px1, per_producer, lossless; nng_inproc between threads, nng_ipc also between processes (fork
//             and spawn); closes when every producer has said farewell or lost its connection. Several
//             consumers are not possible, for the reason that zeromq.h tells. `empty` does not say that
//             nothing is on its way: `deadline`, which takes it for that, is refused. Capacity is the send
//             buffers'; a connection holds a few more.
// Threads     each endpoint by one thread; all at once. The library has threads of its own, and can never be
//             used in a process forked by one that has used it: the supervisor does not.
// Owner       each process owns its sockets and never closes one (NngSocket): the kernel does, with the
//             process. The PULL socket is the channel's, so that between threads the final drain finds in it
//             what the consumer had left. nng_ipc's names are abstract and end with their sockets; run/ makes
//             and drops the socket from whose name the library's is made.
// Layout      the library's; a message a call, copied in and out; farewells.h
// Pairs       N1 → N2 a connection is there;  N3 → N4 nothing comes through it any more; the library's own,
//             which ThreadSanitizer does not see (rows.cpp); farewells.h's L1 → L2
// Peer death  producer: what it had pushed and had not come out may be lost; the others go on. The only
//             consumer: what had come to it dies with it; producers fill their queues and wait for another.
//             Unproven: that the library's reaper, which tells of dead connections, does not hang with one.
// Farewells   because what is on its way is dropped where a connection ends
// Source      nng 1.5: nng_push(7), nng_pull(7), nng_pipe_notify(3)
#pragma once

#include <nng/nng.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

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

/// A socket that knows which of its connections have come and ended. Lives, like its place in memory, as
/// long as its process: nng_close of 1.5.2 may wait for ever for the library's reaper (decision 81).
class NngSocket {
 public:
  /// OPENS is nng_push0_open or nng_pull0_open. Errors: Error.
  [[nodiscard]] static NngSocket& open(int (*opens)(nng_socket*)) { return *new NngSocket(opens); }
  NngSocket(const NngSocket&) = delete;
  NngSocket& operator=(const NngSocket&) = delete;

  static void require(int result, const std::string& call) {
    if (result != 0) throw Error(::nng_strerror(result), call);
  }
  void set_ms(const char* option, int value) { require(::nng_socket_set_ms(socket_, option, value), option); }
  [[nodiscard]] nng_socket get() const noexcept { return socket_; }
  [[nodiscard]] bool is_connected() const noexcept {
    return came_.load(std::memory_order_acquire) != 0;  // N2
  }
  /// Whether so many PEERS were there, and nothing more comes from any that was.
  [[nodiscard]] bool is_left_by(std::uint32_t peers) const noexcept {
    const std::uint32_t ended = ended_count_.load(std::memory_order_acquire);  // N4
    // N2, and after N4: of as many as have ended by then, none can have come since
    const std::uint32_t came = came_.load(std::memory_order_acquire);
    return came >= peers && came == ended;
  }
  /// Nothing more comes through PIPE: its peer has said so, or the library.
  void end(int pipe) noexcept {
    const std::lock_guard hold(mutex_);
    if (std::find(ended_.begin(), ended_.end(), pipe) != ended_.end()) return;
    ended_.push_back(pipe);
    ended_count_.store(static_cast<std::uint32_t>(ended_.size()), std::memory_order_release);  // N3
  }
  /// Waits for a descriptor of the socket's, OPTION, which is readable when the socket is ready.
  void wait(const char* option, std::uint64_t timeout_ns) const noexcept {
    int fd = -1;
    if (::nng_socket_get_int(socket_, option, &fd) == 0) poll_within(fd, POLLIN, timeout_ns);
  }

 private:
  explicit NngSocket(int (*opens)(nng_socket*)) {
    require(opens(&socket_), "nng_open");
    require(::nng_pipe_notify(socket_, NNG_PIPE_EV_ADD_PRE, notice, this), "nng_pipe_notify");
    require(::nng_pipe_notify(socket_, NNG_PIPE_EV_REM_POST, notice, this), "nng_pipe_notify");
  }
  ~NngSocket() = default;

  static void notice(nng_pipe pipe, nng_pipe_ev event, void* self) noexcept {
    auto& socket = *static_cast<NngSocket*>(self);
    if (event == NNG_PIPE_EV_REM_POST) socket.end(::nng_pipe_id(pipe));
    else socket.came_.fetch_add(1, std::memory_order_release);  // N1
  }

  nng_socket socket_ = NNG_SOCKET_INITIALIZER;
  std::atomic<std::uint32_t> came_{0};
  std::atomic<std::uint32_t> ended_count_{0};
  std::mutex mutex_;
  std::vector<int> ended_;  // each once, whatever ended it
};

enum class NngKind : std::uint8_t { inproc, ipc };

template <NngKind kKind>
class NngPipeline {
  static constexpr bool kThreadsOnly = kKind == NngKind::inproc;

  class Sink {
   public:
    Sink(NngSocket& push, std::size_t bytes, const Farewells& farewells, std::uint32_t index) noexcept
        : push_(&push), bytes_(bytes), farewells_(&farewells), index_(index) {}
    Sink(Sink&& other) noexcept
        : push_(std::exchange(other.push_, nullptr)),
          bytes_(other.bytes_),
          farewells_(other.farewells_),
          index_(other.index_) {}
    Sink& operator=(Sink&&) = delete;
    ~Sink() { close(); }

    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
      return try_send(first, bytes_) ? Put{1, PushStatus::ok} : Put{};
    }
    [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      push_->wait(NNG_OPT_SENDFD, timeout_ns);
      return {};
    }
    void close() noexcept {
      if (push_ == nullptr) return;
      farewells_->say(index_, [this](const void* last) { return try_send(last, Farewells::kBytes); });
      push_ = nullptr;
    }

   private:
    /// It only reads what it is given.
    bool try_send(const void* message, std::size_t bytes) noexcept {
      return ::nng_send(push_->get(), const_cast<void*>(message), bytes, NNG_FLAG_NONBLOCK) == 0;
    }

    NngSocket* push_;  // nullptr: closed
    std::size_t bytes_;
    const Farewells* farewells_;
    std::uint32_t index_;
  };

  class Source {
   public:
    Source(NngSocket& pull, std::size_t bytes, std::uint32_t producers, const Farewells& farewells) noexcept
        : pull_(&pull), bytes_(bytes), producers_(producers), farewells_(&farewells) {}
    Source(Source&& other) noexcept
        : pull_(std::exchange(other.pull_, nullptr)),
          bytes_(other.bytes_),
          producers_(other.producers_),
          farewells_(other.farewells_) {}
    Source& operator=(Source&&) = delete;
    ~Source() {
      if (pull_ != nullptr) farewells_->let_all_go();
    }
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      for (;;) {
        const bool closed = pull_->is_left_by(producers_);  // before this look: nothing can come after it
        nng_msg* message = nullptr;
        if (::nng_recvmsg(pull_->get(), &message, NNG_FLAG_NONBLOCK) != 0)
          return {0, closed ? PopStatus::closed : PopStatus::empty};
        const bool is_last = ::nng_msg_len(message) == Farewells::kBytes;
        std::memcpy(room, ::nng_msg_body(message), is_last ? Farewells::kBytes : bytes_);
        const int pipe = ::nng_pipe_id(::nng_msg_get_pipe(message));
        ::nng_msg_free(message);
        if (!is_last) return {1, PopStatus::ok};
        pull_->end(pipe);
        farewells_->hear(room);
      }
    }
    [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      constexpr std::uint64_t kLookNs = 1'000'000;  // the descriptor does not tell of a connection's end
      if (!pull_->is_left_by(producers_)) pull_->wait(NNG_OPT_RECVFD, std::min(timeout_ns, kLookNs));
      return {};
    }

   private:
    NngSocket* pull_;  // nullptr: moved from
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

  explicit NngPipeline(const RoundSpec& spec) : spec_(spec), farewells_(spec.producers) {
    if constexpr (!kThreadsOnly) named_ = listening_unix();
    find_address();
  }
  NngPipeline(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), farewells_(spec.producers, handles.at(0)), named_(handles.at(1)) {
    find_address();
  }

  /// Returns when it is connected, so that the consumer knows of all its producers before any may leave.
  [[nodiscard]] Producer producer(std::uint32_t index) {
    constexpr std::uint64_t kPatienceNs = 10'000'000'000;
    NngSocket& push = NngSocket::open(nng_push0_open);
    NngSocket::require(::nng_socket_set_int(push.get(), NNG_OPT_SENDBUF, send_buffer()), NNG_OPT_SENDBUF);
    push.set_ms(NNG_OPT_RECONNMINT, 1);  // to find a consumer that listens later
    push.set_ms(NNG_OPT_RECONNMAXT, 100);
    NngSocket::require(::nng_dial(push.get(), address_.c_str(), nullptr, NNG_FLAG_NONBLOCK), address_);
    for (const std::uint64_t limit = now_ns() + kPatienceNs; !push.is_connected();) {
      if (now_ns() >= limit) throw Error("there was no connection within 10 s", address_);
      nap(50'000);
    }
    return {Sink(push, spec_.message_bytes, farewells_, index), spec_.message_bytes, 1};
  }
  /// One caller at a time: the consumer, and after its end the drain.
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) {
    if (pull_ == nullptr) {
      NngSocket& pull = NngSocket::open(nng_pull0_open);
      NngSocket::require(::nng_listen(pull.get(), address_.c_str(), nullptr, 0), address_);
      pull_ = &pull;
    }
    return {Source(*pull_, spec_.message_bytes, spec_.producers, farewells_), spec_.message_bytes, 1};
  }
  [[nodiscard]] Effective effective() const {
    return {static_cast<std::uint64_t>(send_buffer()) * spec_.producers,
            1,
            {{"send_buffer_messages", std::int64_t{send_buffer()}}}};
  }
  [[nodiscard]] Handles handles() const { return {farewells_.handle(), named_.get()}; }
  void drop_ends(Keep keep) noexcept {
    if (keep == Keep::nothing) named_.reset();
  }

 private:
  /// A name that nobody else has: the library cannot be given a socket, and makes its own.
  void find_address() {
    if constexpr (kThreadsOnly) {
      address_ = "inproc://" + random_name();
    } else {
      constexpr std::string_view kBefore = "ipc://@";
      address_ = "abstract://" + address_of(named_).substr(kBefore.size()) + "-nng";
    }
  }
  /// Of each producer: its share of the slots.
  [[nodiscard]] int send_buffer() const noexcept {
    const std::uint64_t slots = effective_capacity(kPromises, spec_.capacity_slots, spec_.message_bytes);
    return static_cast<int>((slots + spec_.producers - 1) / spec_.producers);
  }

  RoundSpec spec_;
  Farewells farewells_;
  FileDescriptor named_;
  std::string address_;
  NngSocket* pull_ = nullptr;
};

}  // namespace pcbench
