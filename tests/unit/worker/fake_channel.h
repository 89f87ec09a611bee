// A channel within one thread, and its ends: what a loop does with them is written down. A loop that has to
// wait parks; what happens meanwhile is the test's own on_park.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <functional>
#include <vector>

#include "model/message.h"
#include "worker/endpoint.h"

namespace pcbench {

struct FakeChannel {
  std::size_t message_bytes = 0;
  std::size_t capacity = 1'000'000;
  std::deque<std::vector<std::byte>> inside{};
  bool closed = false;
  std::size_t acknowledged_releases = 0;
  bool cut_off = false;  ///< it ends within a message
  int closes = 0;
  int parks = 0;
  std::vector<std::uint32_t> commits{};   ///< how many messages each commit handed over
  std::vector<std::uint32_t> releases{};  ///< how many each release took out
  std::function<void()> on_park = [] {};

  void push(const std::byte* message) { inside.emplace_back(message, message + message_bytes); }
  [[nodiscard]] Envelope envelope(std::size_t index) const {
    Envelope envelope;
    std::memcpy(&envelope, inside[index].data(), sizeof envelope);
    return envelope;
  }
  void park() {
    ++parks;
    on_park();
  }
};

/// Lends room in place, as much as there is.
class FakeProducer {
 public:
  explicit FakeProducer(FakeChannel& channel) : channel_(channel) {}

  WriteRun try_reserve(std::uint32_t want) noexcept {
    if (channel_.closed) return {.status = PushStatus::closed};
    const std::size_t free = channel_.capacity - std::min(channel_.capacity, channel_.inside.size());
    const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(want, free));
    lent_.resize(count * channel_.message_bytes);
    return {lent_.data(), channel_.message_bytes, count, count == 0 ? PushStatus::full : PushStatus::ok};
  }
  PushStatus commit(std::uint32_t count) noexcept {
    for (std::uint32_t i = 0; i < count; ++i) channel_.push(lent_.data() + i * channel_.message_bytes);
    channel_.commits.push_back(count);
    return PushStatus::ok;
  }
  PushStatus flush() noexcept { return PushStatus::ok; }
  void close() noexcept {
    channel_.closed = true;
    ++channel_.closes;
  }
  void park(std::uint64_t /*timeout_ns*/) noexcept { channel_.park(); }

 private:
  FakeChannel& channel_;
  std::vector<std::byte> lent_;
};

/// Lends a buffer of its own and copies it in afterwards: commit may say that some of it is still here.
class CopyingProducer {
 public:
  explicit CopyingProducer(FakeChannel& channel) : channel_(channel) {}

  WriteRun try_reserve(std::uint32_t want) noexcept {
    if (pending_ != 0) ++reserved_too_early;
    lent_.resize(want * channel_.message_bytes);
    return {lent_.data(), channel_.message_bytes, want, PushStatus::ok};
  }
  PushStatus commit(std::uint32_t count) noexcept {
    channel_.commits.push_back(count);
    at_ = 0;
    pending_ = count;
    return flush();
  }
  PushStatus flush() noexcept {
    if (pending_ != 0 && channel_.closed) return PushStatus::closed;
    for (; pending_ != 0 && channel_.inside.size() < channel_.capacity; --pending_)
      channel_.push(lent_.data() + at_++ * channel_.message_bytes);
    return pending_ == 0 ? PushStatus::ok : PushStatus::full;
  }
  void close() noexcept { channel_.closed = true; }
  void park(std::uint64_t /*timeout_ns*/) noexcept { channel_.park(); }

  int reserved_too_early = 0;

 private:
  FakeChannel& channel_;
  std::vector<std::byte> lent_;
  std::size_t at_ = 0;
  std::uint32_t pending_ = 0;
};

class FakeConsumer {
 public:
  explicit FakeConsumer(FakeChannel& channel) : channel_(channel) {}

  ReadRun try_peek(std::uint32_t want) noexcept {
    if (channel_.inside.empty() && channel_.cut_off) return {.status = PopStatus::cut_off};
    if (channel_.inside.empty()) return {.status = channel_.closed ? PopStatus::closed : PopStatus::empty};
    const std::size_t count = std::min<std::size_t>(want, channel_.inside.size());
    lent_.clear();
    for (std::size_t i = 0; i < count; ++i)
      lent_.insert(lent_.end(), channel_.inside[i].begin(), channel_.inside[i].end());
    return {lent_.data(), channel_.message_bytes, static_cast<std::uint32_t>(count), PopStatus::ok};
  }
  void release(std::uint32_t count) noexcept {
    channel_.inside.erase(channel_.inside.begin(), channel_.inside.begin() + count);
    channel_.releases.push_back(count);
  }
  void acknowledge() noexcept { channel_.acknowledged_releases = channel_.releases.size(); }
  void park(std::uint64_t /*timeout_ns*/) noexcept { channel_.park(); }

 private:
  FakeChannel& channel_;
  std::vector<std::byte> lent_;
};

}  // namespace pcbench
