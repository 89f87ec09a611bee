// Any endpoint: an endpoint behind virtual calls, for rounds in which something stands between the worker and
// its transport (a fault, a log), and for transports whose every call enters the kernel, where a virtual call
// is not felt and one copy of the loops serves them all. Other rounds never come here: their loops are
// templates over the bare endpoint.
#pragma once

#include <cstdint>

#include "worker/endpoint.h"
#include "worker/stop.h"
#include "worker/task.h"

namespace pcbench {

class AnyProducer {
 public:
  virtual ~AnyProducer() = default;
  [[nodiscard]] virtual WriteRun try_reserve(std::uint32_t want) noexcept = 0;
  [[nodiscard]] virtual PushStatus commit(std::uint32_t count) noexcept = 0;
  [[nodiscard]] virtual PushStatus flush() noexcept = 0;
  virtual void close() noexcept = 0;
  virtual void park(std::uint64_t timeout_ns) noexcept = 0;
};

class AnyConsumer {
 public:
  virtual ~AnyConsumer() = default;
  [[nodiscard]] virtual ReadRun try_peek(std::uint32_t want) noexcept = 0;
  virtual void release(std::uint32_t count) noexcept = 0;
  virtual void park(std::uint64_t timeout_ns) noexcept = 0;
  virtual void acknowledge() noexcept {}
};

/// ENDPOINT as an AnyProducer. Requires: ENDPOINT outlives it.
template <ProducerEndpoint E>
class AnyProducerOf final : public AnyProducer {
 public:
  explicit AnyProducerOf(E& endpoint) noexcept : endpoint_(endpoint) {}
  [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept override {
    return endpoint_.try_reserve(want);
  }
  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept override { return endpoint_.commit(count); }
  [[nodiscard]] PushStatus flush() noexcept override { return endpoint_.flush(); }
  void close() noexcept override { endpoint_.close(); }
  void park(std::uint64_t timeout_ns) noexcept override { endpoint_.park(timeout_ns); }

 private:
  E& endpoint_;
};

template <ConsumerEndpoint E>
class AnyConsumerOf final : public AnyConsumer {
 public:
  explicit AnyConsumerOf(E& endpoint) noexcept : endpoint_(endpoint) {}
  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept override { return endpoint_.try_peek(want); }
  void release(std::uint32_t count) noexcept override { endpoint_.release(count); }
  void park(std::uint64_t timeout_ns) noexcept override { endpoint_.park(timeout_ns); }
  void acknowledge() noexcept override { pcbench::acknowledge(endpoint_); }

 private:
  E& endpoint_;
};

/// Whether this worker has a fault.
[[nodiscard]] inline bool is_struck(const Task& task) noexcept {
  return task.slot().fault.kind != FaultKind::none;
}

/// Whether something stands between this round's workers and their transport.
[[nodiscard]] inline bool is_instrumented(const Task& task) noexcept {
  return is_struck(task) || task.spec().verify == Verify::history || task.spec().codec != Codec::raw;
}

/// The loops of produce.h and consume.h with all that the case puts in between, which may be nothing.
void produce_any(AnyProducer& endpoint, Task& task, const StopRow& stop) noexcept;
void consume_any(AnyConsumer& endpoint, Task& task, ConsumerStop& stop) noexcept;

}  // namespace pcbench
