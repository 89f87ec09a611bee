// A round that logs every operation, without a runner.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <vector>

#include "fake_channel.h"
#include "round_memory.h"
#include "stop/registry.h"
#include "worker/any_endpoint.h"

namespace pcbench {

inline RoundSpec logged_spec(std::uint64_t messages, std::uint64_t operations) {
  RoundSpec spec = small_spec(1, 1, messages);
  spec.verify = Verify::history;
  spec.producer_log_operations = spec.consumer_log_operations = operations;
  return spec;
}

inline std::vector<Operation> records(LogMemory log) {
  const auto count = log.header().count.load();
  return {log.operations().begin(), log.operations().begin() + static_cast<std::ptrdiff_t>(count)};
}

inline std::size_t how_many(const std::vector<Operation>& operations, OperationStatus status) {
  return static_cast<std::size_t>(std::count_if(operations.begin(), operations.end(),
                                                [&](const Operation& op) { return op.status == status; }));
}

/// A producer and then a consumer over a fake channel, as a round with verify history runs them.
template <class Producer = FakeProducer>
struct LoggedStage {
  explicit LoggedStage(const RoundSpec& spec) : memory(spec), channel{.message_bytes = spec.message_bytes} {}

  void produce(const StopRow& stop = *find_stop("close")) {
    Producer endpoint(channel);
    Task task(memory.control, 0);
    ASSERT_TRUE(is_instrumented(task));
    AnyProducerOf any(endpoint);
    produce_any(any, task, stop);
  }
  void consume(const StopRow& row = *find_stop("close")) {
    FakeConsumer endpoint(channel);
    Task task(memory.control, 1);
    AnyConsumerOf any(endpoint);
    const auto stop = row.consumer({task.spec(), memory.control.stop(), task.slot(), 1});
    consume_any(any, task, *stop);
  }
  [[nodiscard]] LogMemory log(std::uint32_t worker) const { return memory.control.log(worker); }

  RoundMemory memory;
  FakeChannel channel;
};

/// Lets its worker be killed inside a call.
class DeadlyConsumer final : public AnyConsumer {
 public:
  enum class Dies : std::uint8_t { in_peek, in_release };
  DeadlyConsumer(const std::byte* messages, std::size_t stride, Dies dies)
      : messages_(messages), stride_(stride), dies_(dies) {}
  ReadRun try_peek(std::uint32_t /*want*/) noexcept override {
    if (dies_ == Dies::in_peek && releases_ == 2) ::raise(SIGKILL);
    return {messages_, stride_, 2, PopStatus::ok};
  }
  void release(std::uint32_t /*count*/) noexcept override {
    if (++releases_ == 3) ::raise(SIGKILL);
  }
  void park(std::uint64_t /*timeout_ns*/) noexcept override {}

 private:
  const std::byte* messages_;
  std::size_t stride_;
  Dies dies_;
  int releases_ = 0;
};

/// Consumer 1 of CONTROL's round, a process of its own, takes the first two MESSAGES again and again until it
/// is killed where DIES says.
inline void consume_until_killed(const Control& control, Messages& messages, DeadlyConsumer::Dies dies) {
  const pid_t child = ::fork();
  if (child == 0) {
    const RoundSpec& spec = control.spec();
    DeadlyConsumer endpoint(messages.message(0), spec.message_bytes, dies);
    Task task(control, 1);
    const auto stop = find_stop("close")->consumer({spec, control.stop(), task.slot(), 1});
    consume_any(endpoint, task, *stop);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
}

}  // namespace pcbench
