// Copied runs: endpoints for transports that only copy. The worker builds and reads its messages in a buffer
// of the endpoint's own; a Sink copies them in, a Source copies them out.
// Owner       the endpoint owns its buffer; what a Source took is out of the channel, lent until released
// Peer death  messages in a dead worker's buffer die with it
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "base/layout.h"
#include "model/message.h"

namespace pcbench {

/// What a try to put or take messages came to. COUNT 0: see the status.
struct Put {
  std::uint32_t count = 0;
  PushStatus status = PushStatus::full;
};
struct Taken {
  std::uint32_t count = 0;
  PopStatus status = PopStatus::empty;
};

/// Where a producer's messages go. All calls by one thread.
///   try_put(first, count)      copies up to COUNT messages in, from FIRST on; those not counted are offered
///                              again, unchanged and at the same address
///   put_within(…, timeout_ns)  may wait for room, at most so long, and may then put some; may return early
// clang-format off
template <class S>
concept Sink = requires(S sink, const std::byte* first, std::uint32_t count, std::uint64_t timeout_ns) {
  { sink.try_put(first, count) } noexcept -> std::same_as<Put>;
  { sink.put_within(first, count, timeout_ns) } noexcept -> std::same_as<Put>;
  { sink.close() } noexcept;
};

/// Where a consumer's messages come from. All calls by one thread.
///   try_take(room, want)        moves up to WANT messages to ROOM
///   take_within(…, timeout_ns)  may wait for a message, at most so long, and may then take some
///   release(count)              optional: the first COUNT of those taken and not released are used up; more
///                               are only taken when all are
///   acknowledge()               optional: as that of a ConsumerEndpoint
template <class S>
concept Source = requires(S source, std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) {
  { source.try_take(room, want) } noexcept -> std::same_as<Taken>;
  { source.take_within(room, want, timeout_ns) } noexcept -> std::same_as<Taken>;
};
// clang-format on

/// What a buffer of runs takes of each worker, where one message is not larger.
inline constexpr std::size_t kRunBytesMax = std::size_t{4} << 20U;

/// How many messages one run of a copying endpoint has: BATCH, but no more than the channel holds, for a run
/// that goes in by pieces is waited for as a whole, and no more than kRunBytesMax.
[[nodiscard]] constexpr std::uint32_t run_messages(std::uint32_t batch, std::size_t stride,
                                                   std::uint64_t capacity) noexcept {
  const std::uint64_t most = std::clamp<std::uint64_t>(capacity, 1, batch);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(kRunBytesMax / stride, 1, most));
}

/// COUNT messages, STRIDE bytes apart, in memory that shares no line with another worker's; touched before
/// the gate.
class RunBuffer {
 public:
  RunBuffer(std::size_t stride, std::uint32_t count) : stride_(stride), count_(count) {
    const std::size_t bytes = align_up(stride * count, kFalseSharingBytes);
    bytes_.reset(static_cast<std::byte*>(::operator new(bytes, kAlignment)));
    std::memset(bytes_.get(), 0, bytes);
  }
  [[nodiscard]] std::byte* at(std::uint32_t index) const noexcept { return bytes_.get() + index * stride_; }
  [[nodiscard]] std::size_t stride() const noexcept { return stride_; }
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

 private:
  static constexpr std::align_val_t kAlignment{kFalseSharingBytes};
  struct Free {
    void operator()(std::byte* bytes) const noexcept { ::operator delete(bytes, kAlignment); }
  };
  std::unique_ptr<std::byte, Free> bytes_;
  std::size_t stride_;
  std::uint32_t count_;
};

/// A ProducerEndpoint over a Sink. Lends its buffer whenever that is empty: `full` shows in commit and flush.
template <Sink S>
class CopyingProducer {
 public:
  CopyingProducer(S sink, std::size_t stride, std::uint32_t run)
      : sink_(std::move(sink)), buffer_(stride, run) {}

  [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
    return {buffer_.at(0), buffer_.stride(), std::min(want, buffer_.count()), PushStatus::ok};
  }

  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
    next_ = 0;
    pending_ = count;
    return flush();
  }

  [[nodiscard]] PushStatus flush() noexcept {
    while (pending_ != 0) {
      const Put put = sink_.try_put(buffer_.at(next_), pending_);
      if (put.count == 0) return put.status;
      sent(put.count);
    }
    return PushStatus::ok;
  }

  void close() noexcept { sink_.close(); }

  void park(std::uint64_t timeout_ns) noexcept {
    if (pending_ != 0) sent(sink_.put_within(buffer_.at(next_), pending_, timeout_ns).count);
  }

 private:
  void sent(std::uint32_t count) noexcept {
    next_ += count;
    pending_ -= count;
  }

  S sink_;
  RunBuffer buffer_;
  std::uint32_t next_ = 0;     // first message that the sink has not taken yet
  std::uint32_t pending_ = 0;  // how many from there on
};

/// A ConsumerEndpoint over a Source.
template <Source S>
class CopyingConsumer {
 public:
  CopyingConsumer(S source, std::size_t stride, std::uint32_t run)
      : source_(std::move(source)), buffer_(stride, run) {}

  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
    want_ = std::min(want, buffer_.count());
    PopStatus status = PopStatus::ok;
    if (taken_ == 0) status = took(source_.try_take(buffer_.at(0), want_));
    return {buffer_.at(next_), buffer_.stride(), std::min(want, taken_), status};
  }

  void release(std::uint32_t count) noexcept {
    next_ += count;
    taken_ -= count;
    if constexpr (requires { source_.release(count); }) source_.release(count);
  }
  void acknowledge() noexcept {
    if constexpr (requires { source_.acknowledge(); }) source_.acknowledge();
  }

  /// May take what it waited for: the next try_peek lends it.
  void park(std::uint64_t timeout_ns) noexcept {
    if (taken_ == 0) took(source_.take_within(buffer_.at(0), want_, timeout_ns));
  }

 private:
  PopStatus took(Taken taken) noexcept {
    next_ = 0;
    taken_ = taken.count;
    return taken.status;
  }

  S source_;
  RunBuffer buffer_;
  std::uint32_t want_ = 1;   // of the last try_peek
  std::uint32_t next_ = 0;   // first message not released
  std::uint32_t taken_ = 0;  // how many from there on
};

}  // namespace pcbench
