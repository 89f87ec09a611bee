// redis: a stream of a Redis server, read by one consumer group.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn); no close. Bounded: a script on
//             the server adds only what there is room for. At least once: what a dead consumer had not
//             acknowledged goes to another, late. `full` is a guess: a message is inside until it is
//             acknowledged: with its consumer's next call, or when that has to wait for others. With several
//             consumers a pop is of one message.
// Threads     each endpoint by one thread; all endpoints at once. The server has one thread.
// Owner       run/ makes the stream and removes it; after a day a named server does. One that was started
//             ends with this process (local_server.h). Each endpoint has a connection of its own.
// Layout      the server's. In shared memory what an endpoint must know: RedisControl
// Pairs       D1 → D2 what a dead consumer held waits under the name of kRedisHeir
// Peer death  producer: a run is added wholly or not at all. Consumer: the supervisor, which has reaped it,
//             hands what it held on (mourn), and the others take it before all else. The server: everybody
//             finds the channel closed.
// Source      redis.io/docs/data-types/streams
#pragma once

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/shared_region.h"
#include "model/round_spec.h"
#include "transport/brokers/broker.h"
#include "transport/brokers/promises.h"
#include "transport/brokers/redis_ends.h"
#include "transport/brokers/redis_link.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"

namespace pcbench {

class Redis {
  static constexpr RegionHeader kHeader{0x70637265'64697331U, 1, sizeof(RedisControl)};  // "pcredis1"
  /// Makes the stream and its group, which a named server removes after a day.
  static constexpr std::string_view kMake = R"(
    redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
    return redis.call('EXPIRE', KEYS[1], 86400))";
  /// Adds as many messages as there is room for. Returns how many.
  static constexpr std::string_view kPush = R"(
    local put = math.min(ARGV[1] - redis.call('XLEN', KEYS[1]), #ARGV - 1)
    for i = 2, put + 1 do redis.call('XADD', KEYS[1], '*', 'm', ARGV[i]) end
    return math.max(put, 0))";
  /// Gives what one consumer holds to another. Returns it.
  static constexpr std::string_view kClaim = R"(
    local held = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', ARGV[4], ARGV[2])
    if #held == 0 then return {} end
    local claim = {'XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0}
    for _, entry in ipairs(held) do table.insert(claim, entry[1]) end
    return redis.call(unpack(claim)))";
  static constexpr std::uint32_t kRunMax = 1024;  // unpack has a limit

 public:
  using Producer = CopyingProducer<RedisSink>;
  using Consumer = CopyingConsumer<RedisSource>;

  static constexpr Promises kPromises = kRedisPromises;

  /// Why there is no server for CONFIG; empty: there is.
  [[nodiscard]] static std::string refuse(const Case& config) {
    return refuse_broker<RedisLink>(config, kServer);
  }

  explicit Redis(const RoundSpec& spec)
      : spec_(spec), region_(SharedRegion::create(sizeof(RedisControl))), maker_(::getpid()) {
    const ServerName server = server_of(spec, kServer);
    RedisLink link(server);
    RedisControl& control = this->control();
    control.header = kHeader;
    control.host = FixedString<256>(server.host);
    control.port = server.port;
    control.stream = FixedString<80>(unique_name());
    control.capacity_slots = effective_capacity(kPromises, spec.capacity_slots, spec.message_bytes);
    control.push_script = load(link, kPush);
    control.claim_script = load(link, kClaim);
    if (!link.call({"EVAL", kMake, "1", control.stream.view(), kRedisGroup}))
      throw Error("a stream cannot be made: " + link.why(), "redis at " + server.text(),
                  "Redis 6.2 or later is needed");
  }
  Redis(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), region_(SharedRegion::attach(FileDescriptor(handles.at(0)))), maker_(0) {
    require_region(region_.data(), region_.size(), kHeader, "redis attach");
  }
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;
  ~Redis() {
    if (maker_ != ::getpid()) return;
    try {
      RedisLink(named()).call({"UNLINK", control().stream.view()});
    } catch (const Error&) {  // the server is gone, and the stream with it
    }
  }

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {RedisSink(control(), spec_.message_bytes), spec_.message_bytes, run()};
  }
  /// The drain is everybody's heir.
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    std::vector<std::string> heir_of = {std::string(kRedisHeir)};
    for (std::uint32_t i = 0; index == spec_.consumers && i < index; ++i) heir_of.push_back(name_of(i));
    return {RedisSource(control(), spec_.message_bytes, name_of(index), std::move(heir_of)),
            spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const {
    return {control().capacity_slots, run(), {{"server", server_fact(spec_)}}};
  }
  [[nodiscard]] Handles handles() const { return {region_.descriptor()}; }
  void drop_ends(Keep /*keep*/) noexcept {}
  /// Errors: whoever had what it held will find it missing, and so will the verdict.
  void mourn(Role role, std::uint32_t index) noexcept {
    if (role == Role::producer) return;
    try {
      const std::string all = std::to_string(kRunMax);
      RedisLink(named()).call(redis_claim(control(), name_of(index), kRedisHeir, all));
    } catch (const Error&) {
    }
    control().deaths.fetch_add(1, std::memory_order_release);  // D1 → D2: what it held is the heir's
  }

 private:
  static inline const ServerProgram kServer{
      "redis-server", "redis-server", false,
      [](std::uint16_t port, const std::string& /*folder*/) -> std::vector<std::string> {
        return {"--port",       std::to_string(port),
                "--bind",       "127.0.0.1",
                "--save",       "",
                "--appendonly", "no",
                "--dir",        "/",
                "--daemonize",  "no"};
      },
      answers<RedisLink>};

  static FixedString<48> load(RedisLink& link, std::string_view script) {
    const RedisLink::Reply reply = link.call({"SCRIPT", "LOAD", script});
    if (!reply) throw Error("a script cannot be loaded: " + link.why(), "redis", "allow SCRIPT and EVALSHA");
    return FixedString<48>({reply->str, reply->len});
  }
  static std::string name_of(std::uint32_t consumer) { return "c" + std::to_string(consumer); }

  [[nodiscard]] ServerName named() const { return {std::string(control().host.view()), control().port}; }
  [[nodiscard]] RedisControl& control() const noexcept {
    return *reinterpret_cast<RedisControl*>(region_.data());
  }
  [[nodiscard]] std::uint32_t run() const noexcept {
    if (spec_.consumers > 1) return 1;
    return std::min(kRunMax,
                    run_messages(spec_.batch_messages, spec_.message_bytes, control().capacity_slots));
  }

  RoundSpec spec_;
  SharedRegion region_;
  pid_t maker_;  // who removes the stream; 0: nobody here
};

}  // namespace pcbench
