// nats: a work queue of a NATS server: a JetStream stream in memory, pulled from by one shared consumer.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn); no close, no batch call: of
//             several messages under way the server may refuse one and take the next. Bounded: the stream
//             refuses what it has no room for. At least once: what a dead consumer had not acknowledged goes
//             to another, after what was popped meanwhile. `full` is a guess: a message is inside until it
//             is acknowledged, with its consumer's next call.
// Threads     each endpoint by one thread; all endpoints at once. The server has many threads.
// Owner       run/ makes the stream and removes it; of a supervisor that is killed a named server keeps it.
//             The server that is started where none is named ends with this process (local_server.h). Each
//             endpoint has a connection of its own.
// Layout      the server's. In shared memory what an endpoint must know: NatsControl, then NatsHeld of each
//             consumer
// Pairs       N1 → N2 where to acknowledge what a consumer holds
// Peer death  producer: its last message is there wholly or not at all. Consumer: the supervisor, which has
//             reaped it, gives back in its name what it held (mourn); what was on the way to it comes back a
//             second later where the case has faults. The server: everybody finds the channel closed.
// Source      docs.nats.io/nats-concepts/jetstream and its reference of the API
#pragma once

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/shared_region.h"
#include "model/round_spec.h"
#include "transport/brokers/broker.h"
#include "transport/brokers/nats_link.h"
#include "transport/brokers/promises.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"

namespace pcbench {

/// Written by whoever makes the channel, before any endpoint exists.
struct NatsControl {
  RegionHeader header;
  FixedString<256> host;
  FixedString<80> stream;
  std::uint64_t capacity_slots;
  std::uint16_t port;
};

/// Written by its consumer alone.
struct NatsHeld {
  std::atomic<std::uint32_t> valid;  ///< 0: it holds nothing, or is just changing it
  FixedString<188> acknowledge_at;
};

class Nats {
  using Inbox = NatsLink::Inbox;

  /// The number behind KEY in the JSON text ANSWER.
  static std::uint64_t number_in(std::string_view answer, std::string_view key) noexcept {
    const std::size_t at = answer.find(key);
    std::uint64_t value = 0;
    if (at != std::string_view::npos)
      std::from_chars(answer.data() + at + key.size(), answer.data() + answer.size(), value);
    return value;
  }
  static std::string api(std::string_view what, const NatsControl& control) {
    return "$JS.API." + std::string(what) + "." + std::string(control.stream.view());
  }

  class Sink {
   public:
    Sink(const NatsControl& control, std::size_t bytes)
        : link_({std::string(control.host.view()), control.port}),
          stream_(control.stream.view()),
          bytes_(bytes) {}

    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
      const auto answer = link_.call(stream_, {reinterpret_cast<const char*>(first), bytes_});
      if (!answer || !answer->status.empty()) return {0, PushStatus::closed};
      if (answer->payload.find("\"error\"") == std::string_view::npos) return {1, PushStatus::ok};
      constexpr std::uint64_t kNoRoom = 10077;
      const bool full = number_in(answer->payload, "\"err_code\":") == kNoRoom;
      return {0, full ? PushStatus::full : PushStatus::closed};
    }
    [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      const timespec nap = timespec_of(std::min<std::uint64_t>(timeout_ns, 500'000));  // no publish waits
      ::nanosleep(&nap, nullptr);
      return {};
    }
    void close() noexcept {}  // never called: not promised

   private:
    NatsLink link_;
    std::string stream_;
    std::size_t bytes_;
  };

  class Source {
   public:
    Source(const NatsControl& control, std::size_t bytes, NatsHeld& held)
        : link_({std::string(control.host.view()), control.port}),
          held_(&held),
          bytes_(bytes),
          pull_(api("CONSUMER.MSG.NEXT", control) + ".all"),
          stream_info_(api("STREAM.INFO", control)),
          consumer_info_(api("CONSUMER.INFO", control) + ".all") {}
    Source(Source&&) = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    ~Source() {
      if (acknowledge()) (void)link_.receive();
    }

    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      return take(room, R"({"batch":1,"no_wait":true})");
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      const std::uint64_t expires_ns = std::clamp<std::uint64_t>(timeout_ns, 1'000'000, kBlockNsMax);
      return take(room, R"({"batch":1,"expires":)" + std::to_string(expires_ns) + "}");
    }
    void release(std::uint32_t count) noexcept { released_ = count != 0; }

   private:
    /// The server may not have seen yet what it has taken in: it says that nothing is there only when what is
    /// in the stream is held by somebody.
    Taken take(std::byte* room, std::string_view request) noexcept {
      Taken taken = pull(room, request);
      for (int tries = 0; taken.status == PopStatus::empty && tries < kTriesMax && has_more(); ++tries)
        taken = pull(room, request);
      return taken;
    }

    Taken pull(std::byte* room, std::string_view request) noexcept {
      const int awaited = acknowledge() ? 2 : 1;
      link_.publish(pull_, Inbox::pull, request);
      Taken taken;
      for (int i = 0; i < awaited; ++i) {
        const auto answer = link_.receive();
        if (!answer) return kBroken;
        if (answer->inbox == Inbox::pull && !lends(*answer, room, taken)) return kBroken;
      }
      return taken;
    }

    /// Copies what ANSWER brings, if it does, to ROOM. False: it is none.
    bool lends(const NatsLink::Message& answer, std::byte* room, Taken& taken) noexcept {
      if (answer.status == "404" || answer.status == "408") return true;
      if (!answer.status.empty() || answer.payload.size() != bytes_) return false;
      std::memcpy(room, answer.payload.data(), bytes_);
      // relaxed: its reader comes when we are dead, and reads nothing else before N1
      held_->valid.store(0, std::memory_order_relaxed);
      held_->acknowledge_at = FixedString<188>(answer.reply);
      held_->valid.store(1, std::memory_order_release);  // N1 → N2: it is whole
      taken = {1, PopStatus::ok};
      return true;
    }

    /// Asks for what was released to be removed, which has an answer. Whether there was anything.
    bool acknowledge() noexcept {
      if (!std::exchange(released_, false)) return false;
      link_.publish(held_->acknowledge_at.view(), Inbox::acknowledgement, "+ACK");
      return true;
    }

    [[nodiscard]] bool has_more() noexcept {
      const auto stream = link_.call(stream_info_, "");
      if (!stream) return false;
      const std::uint64_t inside = number_in(stream->payload, "\"messages\":");
      if (inside == 0) return false;
      const auto consumer = link_.call(consumer_info_, "");
      return consumer && inside > number_in(consumer->payload, "\"num_ack_pending\":");
    }

    static constexpr Taken kBroken{0, PopStatus::closed};
    static constexpr std::uint64_t kBlockNsMax = 50'000'000;
    static constexpr int kTriesMax = 100;

    NatsLink link_;
    NatsHeld* held_;
    std::size_t bytes_;
    std::string pull_;
    std::string stream_info_;
    std::string consumer_info_;
    bool released_ = false;  // what is held, and not yet acknowledged
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises = kNatsPromises;

  /// Why there is no server for CONFIG; empty: there is.
  [[nodiscard]] static std::string refuse(const Case& config) {
    return refuse_broker<NatsLink>(config, kServer);
  }

  explicit Nats(const RoundSpec& spec)
      : spec_(spec),
        region_(SharedRegion::create(sizeof(NatsControl) + (spec.consumers + 1) * sizeof(NatsHeld))),
        maker_(::getpid()) {
    const ServerName server = server_of(spec, kServer);
    NatsLink link(server);
    NatsControl& control = this->control();
    control.host = FixedString<256>(server.host);
    control.port = server.port;
    control.stream = FixedString<80>(unique_name());
    control.capacity_slots = effective_capacity(kPromises, spec.capacity_slots, spec.message_bytes);
    const std::string name(control.stream.view());
    const std::string stream =
        R"({"name":")" + name + R"(","subjects":[")" + name +
        R"("],"retention":"workqueue","storage":"memory","discard":"new","max_msgs":)" +
        std::to_string(control.capacity_slots) + R"(,"num_replicas":1})";
    require(link.call(api("STREAM.CREATE", control), stream));
    make_consumer(link);
  }
  Nats(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), region_(SharedRegion::attach(FileDescriptor(handles.at(0)))), maker_(0) {}
  Nats(const Nats&) = delete;
  Nats& operator=(const Nats&) = delete;
  ~Nats() {
    if (maker_ != ::getpid()) return;
    try {
      (void)NatsLink(named()).call(api("STREAM.DELETE", control()), "");
    } catch (const Error&) {  // the server is gone, and the stream with it
    }
  }

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {Sink(control(), spec_.message_bytes), spec_.message_bytes, 1};
  }
  /// To a new consumer nothing of what is inside was delivered: the drain finds what the dead held.
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    if (index == spec_.consumers) {
      NatsLink link(named());
      require(link.call(api("CONSUMER.DELETE", control()) + ".all", ""));
      make_consumer(link);
    }
    return {Source(control(), spec_.message_bytes, held(index)), spec_.message_bytes, 1};
  }
  [[nodiscard]] Effective effective() const {
    return {control().capacity_slots, 1, {{"server", server_fact(spec_)}}};
  }
  [[nodiscard]] Handles handles() const { return {region_.descriptor()}; }
  void drop_ends(Keep /*keep*/) noexcept {}
  /// Errors: what it held comes back later, when the server takes its silence for death.
  void mourn(Role role, std::uint32_t index) noexcept {
    // N2: whole
    if (role == Role::producer || held(index).valid.load(std::memory_order_acquire) == 0) return;
    try {
      (void)NatsLink(named()).call(held(index).acknowledge_at.view(), "-NAK");
    } catch (const Error&) {
    }
  }

 private:
  static inline const ServerProgram kServer{
      "nats-server", "nats-server", true,
      [](std::uint16_t port, const std::string& folder) -> std::vector<std::string> {
        return {"-a", "127.0.0.1", "-p", std::to_string(port), "-js", "-sd", folder};
      },
      answers<NatsLink>};

  void make_consumer(NatsLink& link) const {
    const std::uint64_t silence_ns = spec_.settles_often ? 1'000'000'000 : 3'600'000'000'000;
    const std::string consumer = R"({"stream_name":")" + std::string(control().stream.view()) +
                                 R"(","config":{"durable_name":"all","ack_policy":"explicit","ack_wait":)" +
                                 std::to_string(silence_ns) + R"(,"max_ack_pending":-1,"mem_storage":true}})";
    require(link.call(api("CONSUMER.DURABLE.CREATE", control()) + ".all", consumer));
  }
  void require(const std::optional<NatsLink::Message>& answer) const {
    if (answer && answer->status.empty() && answer->payload.find("\"error\"") == std::string_view::npos)
      return;
    const bool lacks = answer && !answer->status.empty();
    throw Error(lacks ? "the server has no JetStream"
                      : "a stream cannot be made: " + std::string(answer ? answer->payload : "no answer"),
                "nats at " + named().text(), "NATS 2.9 or later with JetStream is needed: nats-server -js");
  }

  [[nodiscard]] ServerName named() const { return {std::string(control().host.view()), control().port}; }
  [[nodiscard]] NatsControl& control() const noexcept {
    return *reinterpret_cast<NatsControl*>(region_.data());
  }
  [[nodiscard]] NatsHeld& held(std::uint32_t consumer) const noexcept {
    return reinterpret_cast<NatsHeld*>(region_.data() + sizeof(NatsControl))[consumer];
  }

  RoundSpec spec_;
  SharedRegion region_;
  pid_t maker_;  // who removes the stream; 0: nobody here
};

}  // namespace pcbench
