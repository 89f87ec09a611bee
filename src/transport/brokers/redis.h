// redis: a stream of a Redis server, read by one consumer group.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn); no close. Bounded: a script on
//             the server adds only what there is room for. At least once: what a dead consumer had not
//             acknowledged goes to another, late. `full` is a guess: a message is inside until it is
//             acknowledged, with its consumer's next call. With several consumers a pop is of one message.
// Threads     each endpoint by one thread; all endpoints at once. The server has one thread.
// Owner       run/ makes the stream and removes it; after a day a named server does. One that was started
//             ends with this process (local_server.h). Each endpoint has a connection of its own.
// Layout      the server's. In shared memory what an endpoint must know: RedisControl
// Pairs       D1 → D2 what a dead consumer held waits under the name of kHeir
// Peer death  producer: a run is added wholly or not at all. Consumer: the supervisor, which has reaped it,
//             hands what it held on (mourn), and the others take it before all else. The server: everybody
//             finds the channel closed.
// Source      redis.io/docs/data-types/streams
#pragma once

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/shared_region.h"
#include "model/round_spec.h"
#include "transport/brokers/broker.h"
#include "transport/brokers/promises.h"
#include "transport/brokers/redis_link.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"

namespace pcbench {

/// Written by whoever makes the channel, before any endpoint exists, but for the deaths.
struct RedisControl {
  RegionHeader header;
  FixedString<256> host;
  FixedString<80> stream;
  FixedString<48> push_script;
  FixedString<48> claim_script;
  std::uint64_t capacity_slots;
  std::uint16_t port;
  std::atomic<std::uint32_t> deaths;  ///< of consumers; by the supervisor alone
};

class Redis {
  static constexpr std::string_view kGroup = "pcbench";
  static constexpr std::string_view kHeir = "heir";  // the consumer that holds what the dead had
  static constexpr std::uint64_t kBlockMsMax = 50;   // what the dead leave wakes nobody

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
  static RedisLink::Words claim(const RedisControl& control, std::string_view from, std::string_view to,
                                std::string_view count) {
    return {"EVALSHA", control.claim_script.view(), "1", control.stream.view(), kGroup, from, to, count};
  }

  class Sink {
   public:
    Sink(const RedisControl& control, std::size_t bytes)
        : link_({std::string(control.host.view()), control.port}),
          bytes_(bytes),
          capacity_(std::to_string(control.capacity_slots)),
          push_{"EVALSHA", control.push_script.view(), "1", control.stream.view()} {}

    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      push_.resize(kFixedWords);
      push_.push_back(capacity_);
      for (; count != 0; --count, first += bytes_)
        push_.emplace_back(reinterpret_cast<const char*>(first), bytes_);
      const RedisLink::Reply reply = link_.call(push_);
      if (reply == nullptr || reply->type != REDIS_REPLY_INTEGER) return {0, PushStatus::closed};
      return {static_cast<std::uint32_t>(reply->integer),
              reply->integer == 0 ? PushStatus::full : PushStatus::ok};
    }
    [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      const timespec nap = timespec_of(std::min<std::uint64_t>(timeout_ns, 500'000));  // no command waits
      ::nanosleep(&nap, nullptr);
      return {};
    }
    void close() noexcept {}  // never called: not promised

   private:
    static constexpr std::size_t kFixedWords = 4;
    RedisLink link_;
    std::size_t bytes_;
    std::string capacity_;
    RedisLink::Words push_;
  };

  class Source {
   public:
    /// Takes over what the consumers of the names HEIR_OF hold.
    Source(const RedisControl& control, std::size_t bytes, std::string name, std::vector<std::string> heir_of)
        : control_(control),
          link_({std::string(control.host.view()), control.port}),
          bytes_(bytes),
          name_(std::move(name)),
          heir_of_(std::move(heir_of)) {}
    Source(Source&&) = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    ~Source() {
      for (std::uint32_t replies = acknowledge(); replies != 0; --replies) (void)link_.reply();
    }

    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      return take(room, want, std::nullopt);
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) noexcept {
      return take(room, want, std::clamp<std::uint64_t>(timeout_ns / 1'000'000, 1, kBlockMsMax));
    }
    void release(std::uint32_t count) noexcept { released_ += count; }

   private:
    Taken take(std::byte* room, std::uint32_t want, std::optional<std::uint64_t> block_ms) noexcept {
      std::uint32_t acknowledged = acknowledge();
      const std::string count = std::to_string(want);
      // D2: what the dead held is under the heir's name
      const bool inherits = heir_of_.size() > 1 || control_.deaths.load(std::memory_order_acquire) != 0;
      for (std::size_t i = 0; inherits && i < heir_of_.size(); ++i) {
        link_.append(claim(control_, heir_of_[i], name_, count));
        const RedisLink::Reply claimed = reply_after(std::exchange(acknowledged, 0));
        const Taken taken = claimed == nullptr ? kBroken : copy(*claimed, room);
        if (taken.status != PopStatus::empty) return taken;
      }
      RedisLink::Words read = {"XREADGROUP", "GROUP", kGroup, name_, "COUNT", count};
      const std::string block = std::to_string(block_ms.value_or(0));
      if (block_ms) read.insert(read.end(), {"BLOCK", block});
      read.insert(read.end(), {"STREAMS", control_.stream.view(), ">"});
      link_.append(read);
      const RedisLink::Reply streams = reply_after(acknowledged);
      if (streams == nullptr) return kBroken;
      if (streams->type == REDIS_REPLY_NIL) return {};
      return copy(*streams->element[0]->element[1], room);
    }

    /// Asks for what was released to be removed. Returns how many replies that gives.
    std::uint32_t acknowledge() noexcept {
      if (released_ == 0) return 0;
      RedisLink::Words acknowledged = {"XACK", control_.stream.view(), kGroup};
      RedisLink::Words removed = {"XDEL", control_.stream.view()};
      for (RedisLink::Words* words : {&acknowledged, &removed})
        words->insert(words->end(), ids_.begin(), ids_.begin() + released_);
      link_.append(acknowledged);
      link_.append(removed);
      ids_.clear();  // all that was lent was released, or this is the end
      released_ = 0;
      return 2;
    }

    RedisLink::Reply reply_after(std::uint32_t others) noexcept {
      for (; others != 0; --others)
        if (link_.reply() == nullptr) return nullptr;
      return link_.reply();
    }

    /// Copies ENTRIES, each an id and a field with its value, to ROOM.
    Taken copy(const redisReply& entries, std::byte* room) noexcept {
      for (std::size_t i = 0; i < entries.elements; ++i, room += bytes_) {
        const redisReply& id = *entries.element[i]->element[0];
        const redisReply& value = *entries.element[i]->element[1]->element[1];
        if (value.len != bytes_) return kBroken;
        ids_.emplace_back(id.str, id.len);
        std::memcpy(room, value.str, bytes_);
      }
      const auto count = static_cast<std::uint32_t>(entries.elements);
      return {count, count == 0 ? PopStatus::empty : PopStatus::ok};
    }

    static constexpr Taken kBroken{0, PopStatus::closed};
    const RedisControl& control_;
    RedisLink link_;
    std::size_t bytes_;
    std::string name_;
    std::vector<std::string> heir_of_;
    std::vector<std::string> ids_;  // of what is lent
    std::uint32_t released_ = 0;    // so many of them, not yet acknowledged
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

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
    control.host = FixedString<256>(server.host);
    control.port = server.port;
    control.stream = FixedString<80>(unique_name());
    control.capacity_slots = effective_capacity(kPromises, spec.capacity_slots, spec.message_bytes);
    control.push_script = load(link, kPush);
    control.claim_script = load(link, kClaim);
    const std::string_view stream = control.stream.view();
    if (!link.call({"XGROUP", "CREATE", stream, kGroup, "0", "MKSTREAM"}) ||
        !link.call({"EXPIRE", stream, "86400"}))
      throw Error("a stream cannot be made: " + link.why(), "redis at " + server.text(),
                  "Redis 6.2 or later is needed");
  }
  Redis(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), region_(SharedRegion::attach(FileDescriptor(handles.at(0)))), maker_(0) {}
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
    return {Sink(control(), spec_.message_bytes), spec_.message_bytes, run()};
  }
  /// The drain is everybody's heir.
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    std::vector<std::string> heir_of = {std::string(kHeir)};
    for (std::uint32_t i = 0; index == spec_.consumers && i < index; ++i) heir_of.push_back(name_of(i));
    return {Source(control(), spec_.message_bytes, name_of(index), std::move(heir_of)), spec_.message_bytes,
            run()};
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
      RedisLink(named()).call(claim(control(), name_of(index), kHeir, all));
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
