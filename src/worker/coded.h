// Coded endpoints: between a loop, which knows messages, and a transport, which carries frames that hold a
// document each. What cannot be read becomes a payload that no producer sent, so that the referee counts it
// as corrupted; without payload bytes it becomes a message of no known kind.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "codec/codec.h"
#include "model/frame.h"
#include "worker/any_endpoint.h"
#include "worker/payload.h"

namespace pcbench {

/// What both ends share: room for messages, and the CPU time of one run in kTimedRuns. Not the time that went
/// by: on a busy machine a worker loses its CPU in the midst of a document.
class CodedEnd {
 public:
  explicit CodedEnd(Task& task)
      : coder_(make_coder(task.spec().codec)),
        slot_(task.slot()),
        seed_(task.spec().seed),
        payload_bytes_(task.spec().payload_bytes),
        frame_payload_bytes_(frame_payload_bytes(task.spec().codec, payload_bytes_)),
        messages_(task.spec().batch_messages * stride()) {}

 protected:
  [[nodiscard]] std::size_t stride() const noexcept { return message_bytes(payload_bytes_); }
  [[nodiscard]] std::byte* message(std::uint32_t index) noexcept {
    return messages_.data() + index * stride();
  }

  void encode(std::uint32_t index, std::byte* frame) noexcept {
    const Envelope envelope = envelope_of(message(index));
    std::memcpy(frame, &envelope, sizeof envelope);
    coder_->encode(envelope, {message(index) + sizeof envelope, payload_bytes_},
                   {frame + sizeof envelope, frame_payload_bytes_});
  }

  void decode(std::uint32_t index, const std::byte* frame) noexcept {
    Envelope envelope = envelope_of(frame);
    std::byte* const payload = message(index) + sizeof envelope;
    if (!coder_->decode(envelope, {frame + sizeof envelope, frame_payload_bytes_},
                        {payload, payload_bytes_})) {
      fill_payload(payload, payload_bytes_,
                   ~payload_key(producer_key(seed_, envelope.producer), envelope.sequence));
      if (payload_bytes_ == 0) envelope.kind = MessageKind{UINT32_MAX};
    }
    std::memcpy(message(index), &envelope, sizeof envelope);
  }

  /// Runs WORK on each of COUNT messages.
  template <class Work>
  void each(std::uint32_t count, Work&& work) noexcept {
    const bool timed = runs_++ % kTimedRuns == 0;
    const std::uint64_t before = timed ? thread_cpu_ns() : 0;
    const std::uint64_t begin = timed ? thread_cpu_ns() : 0;
    for (std::uint32_t i = 0; i < count; ++i) work(i);
    if (!timed) return;
    slot_.codec_ns +=
        since(thread_cpu_ns() - begin, begin - before);  // less a look at the clock, here and now
    slot_.codec_timed += count;
  }

 private:
  static constexpr std::uint64_t kTimedRuns = 16;

  std::unique_ptr<Coder> coder_;
  WorkerSlot& slot_;
  std::uint64_t seed_;
  std::size_t payload_bytes_;
  std::size_t frame_payload_bytes_;
  std::vector<std::byte> messages_;
  std::uint64_t runs_ = 0;
};

class CodedProducer final : public AnyProducer, private CodedEnd {
 public:
  CodedProducer(AnyProducer& endpoint, Task& task) : CodedEnd(task), endpoint_(endpoint) {}

  [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept override {
    frames_ = endpoint_.try_reserve(want);
    return {message(0), stride(), frames_.count, frames_.status};
  }
  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept override {
    each(count, [this](std::uint32_t i) noexcept { encode(i, frames_.first + i * frames_.stride); });
    return endpoint_.commit(count);
  }
  [[nodiscard]] PushStatus flush() noexcept override { return endpoint_.flush(); }
  void close() noexcept override { endpoint_.close(); }
  void park(std::uint64_t timeout_ns) noexcept override { endpoint_.park(timeout_ns); }

 private:
  AnyProducer& endpoint_;
  WriteRun frames_;
};

class CodedConsumer final : public AnyConsumer, private CodedEnd {
 public:
  CodedConsumer(AnyConsumer& endpoint, Task& task) : CodedEnd(task), endpoint_(endpoint) {}

  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept override {
    const ReadRun frames = endpoint_.try_peek(want);
    if (frames.count != 0)
      each(frames.count, [&](std::uint32_t i) noexcept { decode(i, frames.first + i * frames.stride); });
    return {message(0), stride(), frames.count, frames.status};
  }
  void release(std::uint32_t count) noexcept override { endpoint_.release(count); }
  void park(std::uint64_t timeout_ns) noexcept override { endpoint_.park(timeout_ns); }
  void acknowledge() noexcept override { endpoint_.acknowledge(); }

 private:
  AnyConsumer& endpoint_;
};

/// Calls USE with ENDPOINT, or where the round has a codec with what stands before it.
template <class Use>
void with_codec(AnyProducer& endpoint, Task& task, Use&& use) {
  if (task.spec().codec == Codec::raw) return use(endpoint);
  CodedProducer coded(endpoint, task);
  use(coded);
}
template <class Use>
void with_codec(AnyConsumer& endpoint, Task& task, Use&& use) {
  if (task.spec().codec == Codec::raw) return use(endpoint);
  CodedConsumer coded(endpoint, task);
  use(coded);
}

}  // namespace pcbench
