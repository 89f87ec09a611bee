// RedisSink, RedisSource: how redis pushes, pops and acknowledges, and what all its ends know.
// Pairs       D1 → D2 what a dead consumer held waits under the name of kRedisHeir
// Source      redis.io/docs/data-types/streams
#pragma once

#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/shared_region.h"
#include "model/round_spec.h"
#include "transport/brokers/redis_link.h"
#include "transport/parts/copied_run.h"

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

inline constexpr std::string_view kRedisGroup = "pcbench";
inline constexpr std::string_view kRedisHeir = "heir";  // the consumer that holds what the dead had

/// Gives so many of what FROM holds to TO.
[[nodiscard]] inline RedisLink::Words redis_claim(const RedisControl& control, std::string_view from,
                                                  std::string_view to, std::string_view count) {
  return {"EVALSHA", control.claim_script.view(), "1", control.stream.view(), kRedisGroup, from, to, count};
}

class RedisSink {
 public:
  RedisSink(const RedisControl& control, std::size_t bytes)
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
    nap(std::min<std::uint64_t>(timeout_ns, 500'000));  // no command waits
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

class RedisSource {
 public:
  /// Takes over what the consumers of the names HEIR_OF hold.
  RedisSource(const RedisControl& control, std::size_t bytes, std::string name,
              std::vector<std::string> heir_of)
      : control_(control),
        link_({std::string(control.host.view()), control.port}),
        bytes_(bytes),
        name_(std::move(name)),
        heir_of_(std::move(heir_of)) {}
  RedisSource(RedisSource&&) = default;
  RedisSource(const RedisSource&) = delete;
  RedisSource& operator=(const RedisSource&) = delete;
  ~RedisSource() {
    append_acknowledgement();
    for (; awaited_ != 0; --awaited_) (void)link_.reply();
  }

  [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
    return take(room, want, std::nullopt);
  }
  [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) noexcept {
    return take(room, want, std::clamp<std::uint64_t>(timeout_ns / 1'000'000, 1, kBlockMsMax));
  }
  void release(std::uint32_t count) noexcept { released_ += count; }
  void acknowledge() noexcept {
    append_acknowledgement();
    link_.send();  // false: the next call finds the channel closed
  }

 private:
  Taken take(std::byte* room, std::uint32_t want, std::optional<std::uint64_t> block_ms) noexcept {
    append_acknowledgement();
    const std::string count = std::to_string(want);
    // D2: what the dead held is under the heir's name
    const bool inherits = heir_of_.size() > 1 || control_.deaths.load(std::memory_order_acquire) != 0;
    for (std::size_t i = 0; inherits && i < heir_of_.size(); ++i) {
      link_.append(redis_claim(control_, heir_of_[i], name_, count));
      const RedisLink::Reply claimed = next_reply();
      const Taken taken = claimed == nullptr ? kBroken : copy(*claimed, room);
      if (taken.status != PopStatus::empty) return taken;
    }
    RedisLink::Words read = {"XREADGROUP", "GROUP", kRedisGroup, name_, "COUNT", count};
    const std::string block = std::to_string(block_ms.value_or(0));
    if (block_ms) read.insert(read.end(), {"BLOCK", block});
    read.insert(read.end(), {"STREAMS", control_.stream.view(), ">"});
    link_.append(read);
    const RedisLink::Reply streams = next_reply();
    if (streams == nullptr) return kBroken;
    if (streams->type == REDIS_REPLY_NIL) return {};
    return copy(*streams->element[0]->element[1], room);
  }

  /// Asks for what was released, if anything was, to be removed.
  void append_acknowledgement() noexcept {
    if (released_ == 0) return;
    RedisLink::Words acknowledged = {"XACK", control_.stream.view(), kRedisGroup};
    RedisLink::Words removed = {"XDEL", control_.stream.view()};
    for (RedisLink::Words* words : {&acknowledged, &removed})
      words->insert(words->end(), ids_.begin(), ids_.begin() + released_);
    link_.append(acknowledged);
    link_.append(removed);
    ids_.erase(ids_.begin(), ids_.begin() + released_);
    released_ = 0;
    awaited_ += 2;
  }

  /// The one after those to acknowledgements.
  RedisLink::Reply next_reply() noexcept {
    for (; awaited_ != 0; --awaited_)
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

  static constexpr std::uint64_t kBlockMsMax = 50;  // what the dead leave wakes nobody
  static constexpr Taken kBroken{0, PopStatus::closed};
  const RedisControl& control_;
  RedisLink link_;
  std::size_t bytes_;
  std::string name_;
  std::vector<std::string> heir_of_;
  std::vector<std::string> ids_;  // of what is lent
  std::uint32_t released_ = 0;    // so many of them, not yet acknowledged
  std::uint32_t awaited_ = 0;     // replies to acknowledgements that have not come
};

}  // namespace pcbench
