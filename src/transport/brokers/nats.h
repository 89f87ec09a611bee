// nats: a work queue of a NATS server: a JetStream stream in memory, pulled from by one shared consumer.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn); no close, no batch call: of
//             several messages under way the server may refuse one and take the next. Bounded: the stream
//             refuses what it has no room for. At least once: what a dead consumer had not acknowledged goes
//             to another, after what was popped meanwhile. `full` is a guess: a message is inside until it
//             is acknowledged: with its consumer's next call, or when that has to wait for others.
// Threads     each endpoint by one thread; all endpoints at once. The server has many threads.
// Owner       run/ makes the stream and removes it; of a supervisor that is killed a named server keeps it.
//             The server that is started where none is named ends with this process (local_server.h). Each
//             endpoint has a connection of its own.
// Layout      the server's. In shared memory what an endpoint must know: NatsControl, then NatsHeld of each
//             consumer
// Pairs       N1 → N2 where to acknowledge what a consumer holds
// Peer death  producer: its last message is there wholly or not at all. Consumer: the supervisor, which has
//             reaped it, gives back in its name what it held (mourn); what was on the way to it comes back
//             three seconds later where the case has faults. The server: everybody finds the channel closed.
// Source      docs.nats.io/nats-concepts/jetstream and its reference of the API
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "base/shared_region.h"
#include "model/round_spec.h"
#include "transport/brokers/broker.h"
#include "transport/brokers/nats_ends.h"
#include "transport/brokers/promises.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"

namespace pcbench {

class Nats {
  static constexpr RegionHeader kHeader{0x70636e61'74733031U, 1, sizeof(NatsControl)};  // "pcnats01"

 public:
  using Producer = CopyingProducer<NatsSink>;
  using Consumer = CopyingConsumer<NatsSource>;

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
    control.header = {kHeader.magic, kHeader.version, region_.size()};
    control.host = FixedString<256>(server.host);
    control.port = server.port;
    control.stream = FixedString<80>(unique_name());
    control.capacity_slots = effective_capacity(kPromises, spec.capacity_slots, spec.message_bytes);
    const std::string name(control.stream.view());
    const std::string stream =
        R"({"name":")" + name + R"(","subjects":[")" + name +
        R"("],"retention":"workqueue","storage":"memory","discard":"new","max_msgs":)" +
        std::to_string(control.capacity_slots) + R"(,"num_replicas":1})";
    require(link.call(nats_api("STREAM.CREATE", control), stream));
    try {
      make_consumer(link);
    } catch (const Error&) {
      (void)link.call(nats_api("STREAM.DELETE", control), "");
      throw;
    }
  }
  Nats(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), region_(SharedRegion::attach(FileDescriptor(handles.at(0)))), maker_(0) {
    require_region(region_.data(), region_.size(), kHeader, "nats attach");
  }
  Nats(const Nats&) = delete;
  Nats& operator=(const Nats&) = delete;
  ~Nats() {
    if (maker_ != ::getpid()) return;
    try {
      (void)NatsLink(named()).call(nats_api("STREAM.DELETE", control()), "");
    } catch (const Error&) {  // the server is gone, and the stream with it
    }
  }

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {NatsSink(control(), spec_.message_bytes), spec_.message_bytes, 1};
  }
  /// To a new consumer nothing of what is inside was delivered: the drain finds what the dead held.
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    if (index == spec_.consumers) {
      NatsLink link(named());
      require(link.call(nats_api("CONSUMER.DELETE", control()) + ".all", ""));
      make_consumer(link);
    }
    return {NatsSource(control(), spec_.message_bytes, held(index), spec_.settles_often), spec_.message_bytes,
            1};
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
    const std::uint64_t silence_ns = spec_.settles_often ? 3'000'000'000 : 3'600'000'000'000;
    const std::string consumer = R"({"stream_name":")" + std::string(control().stream.view()) +
                                 R"(","config":{"durable_name":"all","ack_policy":"explicit","ack_wait":)" +
                                 std::to_string(silence_ns) + R"(,"max_ack_pending":-1,"mem_storage":true}})";
    require(link.call(nats_api("CONSUMER.DURABLE.CREATE", control()) + ".all", consumer));
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
