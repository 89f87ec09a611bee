// A fault strikes where and when it was ordered, once, and its worker goes on only when it is told to.
#include "worker/fault.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <utility>

#include "fake_channel.h"

namespace pcbench {
namespace {

constexpr std::size_t kMessageBytes = 32;

/// Acts whenever the worker is at its phase, and lets it go on.
class Supervisor {
 public:
  Supervisor(FaultOrder& order, std::function<void()> act) : order_(order), act_(std::move(act)) {
    thread_ = std::thread([this] { watch(); });
  }
  ~Supervisor() { stop(); }

  /// Returns how often it acted.
  int stop() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
    return times_;
  }

 private:
  void watch() {
    while (!stopped_) {
      if (order_.state.load(std::memory_order_acquire) != FaultState::reached) {
        std::this_thread::yield();
        continue;
      }
      act_();
      ++times_;
      order_.state.store(FaultState::over, std::memory_order_release);
    }
  }

  FaultOrder& order_;
  std::function<void()> act_;
  int times_ = 0;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

class Fault : public testing::Test {
 protected:
  void order(FaultKind kind, FaultPhase phase, std::uint64_t after_messages = 0) {
    order_.kind = kind;
    order_.phase = phase;
    order_.after_messages = after_messages;
  }
  /// COUNT messages of BYTE.
  void push(std::uint32_t count, std::byte byte = {}) {
    const WriteRun run = producer_.try_reserve(count);
    if (run.count == 0) return;
    std::fill_n(run.first, run.count * run.stride, byte);
    EXPECT_EQ(producer_.commit(run.count), PushStatus::ok);
  }

  FaultOrder order_{};
  FaultPoint point_{order_};
  FakeChannel channel_{.message_bytes = kMessageBytes};
  FakeProducer fake_producer_{channel_};
  FakeConsumer fake_consumer_{channel_};
  AnyProducerOf<FakeProducer> any_producer_{fake_producer_};
  AnyConsumerOf<FakeConsumer> any_consumer_{fake_consumer_};
  FaultyProducer producer_{any_producer_, point_};
  FaultyConsumer consumer_{any_consumer_, point_};
};

TEST_F(Fault, strikes_once_and_not_before_so_many_messages_are_moved) {
  order(FaultKind::stop, FaultPhase::before_push, 3);
  std::size_t inside = 0;
  Supervisor supervisor(order_, [&] { inside = channel_.inside.size(); });
  for (int i = 0; i < 5; ++i) push(2);
  EXPECT_EQ(supervisor.stop(), 1);
  EXPECT_EQ(inside, 4U) << "two pushes of two";
  EXPECT_EQ(channel_.inside.size(), 10U);
}

TEST_F(Fault, that_is_none_never_strikes) {
  order(FaultKind::none, FaultPhase::before_push);
  push(1);
  EXPECT_EQ(order_.state, FaultState::armed);
}

TEST_F(Fault, between_two_halves_of_a_payload_finds_the_second_as_it_was_before) {
  order(FaultKind::stop, FaultPhase::payload_half, 1);
  const std::byte before{0xAA};
  const std::byte after{0xBB};
  push(1, before);
  const WriteRun run = producer_.try_reserve(1);
  std::vector<std::byte> seen;
  Supervisor supervisor(order_, [&] { seen.assign(run.first, run.first + run.stride); });
  std::fill_n(run.first, run.stride, after);
  EXPECT_EQ(producer_.commit(1), PushStatus::ok);
  EXPECT_EQ(supervisor.stop(), 1);
  std::vector<std::byte> half(kMessageBytes, after);
  std::fill(half.begin() + kMessageBytes / 2, half.end(), before);
  EXPECT_EQ(seen, half);
  EXPECT_EQ(channel_.inside.back(), std::vector<std::byte>(kMessageBytes, after)) << "it went on";
}

TEST_F(Fault, of_a_consumer_knows_a_message_that_is_lent_from_one_that_is_out) {
  const std::vector<std::byte> message(kMessageBytes);
  for (const FaultPhase phase : {FaultPhase::in_pop, FaultPhase::after_pop}) {
    FaultOrder order{};
    order.kind = FaultKind::kill;
    order.phase = phase;
    FaultPoint point(order);
    FaultyConsumer consumer(any_consumer_, point);
    channel_.inside.assign(3, message);
    std::size_t inside = 0;
    Supervisor supervisor(order, [&] { inside = channel_.inside.size(); });
    EXPECT_EQ(consumer.try_peek(1).count, 1U);
    consumer.release(1);
    EXPECT_EQ(supervisor.stop(), 1);
    EXPECT_EQ(inside, phase == FaultPhase::in_pop ? 3U : 2U);
  }
}

TEST_F(Fault, of_who_waits_for_others_does_not_wait_for_the_supervisor_as_well) {
  order(FaultKind::stop, FaultPhase::blocked_empty);
  EXPECT_EQ(consumer_.try_peek(1).count, 0U);  // comes back although nobody acts
  EXPECT_EQ(order_.state, FaultState::reached);
}

TEST_F(Fault, of_a_consumer_that_waits_strikes_before_it_pops_again) {
  order(FaultKind::stop, FaultPhase::blocked_empty);
  EXPECT_EQ(consumer_.try_peek(1).count, 0U);
  channel_.inside.assign(1, std::vector<std::byte>(kMessageBytes));  // it need not wait any more
  Supervisor supervisor(order_, [] {});
  EXPECT_EQ(consumer_.try_peek(1).count, 1U);
  EXPECT_EQ(order_.state, FaultState::over);
}

TEST_F(Fault, of_a_producer_that_waits_strikes_before_it_pushes_again) {
  order(FaultKind::stop, FaultPhase::blocked_full);
  channel_.capacity = 0;
  EXPECT_EQ(producer_.try_reserve(1).count, 0U);
  channel_.capacity = 1;
  Supervisor supervisor(order_, [] {});
  push(1);
  EXPECT_EQ(order_.state, FaultState::over);
  EXPECT_EQ(channel_.inside.size(), 1U);
}

}  // namespace
}  // namespace pcbench
