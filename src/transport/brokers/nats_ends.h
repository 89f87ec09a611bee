// NatsSink, NatsSource: the ends of a channel that is a work queue of a NATS server (nats.h), each with a
// connection of its own, and what they share.
#pragma once

#include <time.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/shared_region.h"
#include "model/round_spec.h"
#include "transport/brokers/nats_link.h"
#include "transport/parts/copied_run.h"

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

/// The number behind KEY in the JSON text ANSWER.
[[nodiscard]] inline std::uint64_t nats_number_in(std::string_view answer, std::string_view key) noexcept {
  const std::size_t at = answer.find(key);
  std::uint64_t value = 0;
  if (at != std::string_view::npos)
    std::from_chars(answer.data() + at + key.size(), answer.data() + answer.size(), value);
  return value;
}
[[nodiscard]] inline std::string nats_api(std::string_view what, const NatsControl& control) {
  return "$JS.API." + std::string(what) + "." + std::string(control.stream.view());
}

class NatsSink {
 public:
  NatsSink(const NatsControl& control, std::size_t bytes)
      : link_({std::string(control.host.view()), control.port}),
        stream_(control.stream.view()),
        bytes_(bytes) {}

  [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
    const auto answer = link_.call(stream_, {reinterpret_cast<const char*>(first), bytes_});
    if (!answer || !answer->status.empty()) return {0, PushStatus::closed};
    if (answer->payload.find("\"error\"") == std::string_view::npos) return {1, PushStatus::ok};
    constexpr std::uint64_t kNoRoom = 10077;
    const bool full = nats_number_in(answer->payload, "\"err_code\":") == kNoRoom;
    return {0, full ? PushStatus::full : PushStatus::closed};
  }
  [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                               std::uint64_t timeout_ns) noexcept {
    nap(std::min<std::uint64_t>(timeout_ns, 500'000));  // no publish waits
    return {};
  }
  void close() noexcept {}  // never called: not promised

 private:
  NatsLink link_;
  std::string stream_;
  std::size_t bytes_;
};

class NatsSource {
 public:
  /// OTHERS_MAY_DIE: with a message on the way to them, which comes back when the server has lost patience.
  NatsSource(const NatsControl& control, std::size_t bytes, NatsHeld& held, bool others_may_die)
      : link_({std::string(control.host.view()), control.port}),
        held_(&held),
        bytes_(bytes),
        others_may_die_(others_may_die),
        pull_(nats_api("CONSUMER.MSG.NEXT", control) + ".all"),
        stream_info_(nats_api("STREAM.INFO", control)),
        consumer_info_(nats_api("CONSUMER.INFO", control) + ".all") {}
  NatsSource(NatsSource&&) = default;
  NatsSource(const NatsSource&) = delete;
  NatsSource& operator=(const NatsSource&) = delete;
  ~NatsSource() {
    publish_acknowledgement();
    if (!acknowledging_) return;
    for (auto answer = link_.receive(); answer && answer->inbox != NatsLink::Inbox::acknowledgement;)
      answer = link_.receive();
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
  void acknowledge() noexcept {
    publish_acknowledgement();
    link_.send();  // false: the next call finds the channel closed
  }

 private:
  /// The server may not have seen yet what it has taken in: it says that nothing is there only when what is
  /// in the stream is held by somebody; where that may be a dead one, only when nothing is, or for too long.
  Taken take(std::byte* room, std::string_view request) noexcept {
    Taken taken = pull(room, request);
    for (int tries = 0; taken.status == PopStatus::empty && tries < kTriesMax && has_more(); ++tries)
      taken = pull(room, others_may_die_ ? kSoon : request);
    return taken;
  }

  /// A server of 2.9 was seen to leave a pull without an answer: after some patience another one is sent, and
  /// whichever is answered first is the answer. Should the other be answered after all, that is kept.
  Taken pull(std::byte* room, std::string_view request) noexcept {
    publish_acknowledgement();
    Taken taken;
    bool asking = !lends_spare(room, taken);
    if (asking) link_.publish(pull_, NatsLink::Inbox::pull, request);
    for (int silences = 0; acknowledging_ || asking;) {
      if (!link_.comes(kPatienceMs)) {
        if (++silences == kSilencesMax) return kBroken;  // whether anything is inside nobody can say
        if (asking) link_.publish(pull_, NatsLink::Inbox::pull, request);
        continue;
      }
      const auto answer = link_.receive();
      if (!answer) return kBroken;
      if (answer->inbox == NatsLink::Inbox::acknowledgement) acknowledging_ = false;
      if (answer->inbox != NatsLink::Inbox::pull) continue;
      if (!asking) keep(*answer);
      else if (!lends(*answer, room, taken)) return kBroken;
      asking = false;
    }
    return taken;
  }

  /// What came to nobody's question: the next one's answer.
  void keep(const NatsLink::Message& answer) noexcept {
    if (answer.status.empty()) spares_.emplace_back(answer.reply, answer.payload);
  }
  bool lends_spare(std::byte* room, Taken& taken) noexcept {
    if (spares_.empty()) return false;
    const auto [reply, payload] = std::move(spares_.front());
    spares_.pop_front();
    return lends({NatsLink::Inbox::pull, reply, "", payload}, room, taken);
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

  /// Asks for what was released, if anything was, to be removed, which has an answer.
  void publish_acknowledgement() noexcept {
    if (!std::exchange(released_, false)) return;
    link_.publish(held_->acknowledge_at.view(), NatsLink::Inbox::acknowledgement, "+ACK");
    acknowledging_ = true;
  }

  [[nodiscard]] bool has_more() noexcept {
    const auto stream = call(stream_info_);
    if (!stream) return false;
    const std::uint64_t inside = nats_number_in(stream->payload, "\"messages\":");
    if (inside == 0 || others_may_die_) return inside != 0;
    const auto consumer = call(consumer_info_);
    return consumer && inside > nats_number_in(consumer->payload, "\"num_ack_pending\":");
  }

  [[nodiscard]] std::optional<NatsLink::Message> call(std::string_view subject) noexcept {
    link_.publish(subject, NatsLink::Inbox::call, "");
    auto answer = link_.receive();
    for (; answer && answer->inbox != NatsLink::Inbox::call; answer = link_.receive())
      if (answer->inbox == NatsLink::Inbox::pull) keep(*answer);
    return answer;
  }

  static constexpr Taken kBroken{0, PopStatus::closed};
  static constexpr std::uint64_t kBlockNsMax = 50'000'000;
  static constexpr int kTriesMax = 100;
  static constexpr std::string_view kSoon = R"({"batch":1,"expires":50000000})";
  static constexpr int kPatienceMs = 2000;
  static constexpr int kSilencesMax = 5;

  NatsLink link_;
  NatsHeld* held_;
  std::size_t bytes_;
  bool others_may_die_;
  std::string pull_;
  std::string stream_info_;
  std::string consumer_info_;
  std::deque<std::pair<std::string, std::string>> spares_;  // where to acknowledge each, and the message
  bool released_ = false;                                   // what is held, and not yet acknowledged
  bool acknowledging_ = false;                              // the answer to that has not come
};

}  // namespace pcbench
