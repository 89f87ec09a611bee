// The producer's loop under an open load: over a fake channel, with the real clock, and no word about speed.
#include "worker/pace.h"

#include <gtest/gtest.h>

#include <numeric>

#include "fake_channel.h"
#include "round_memory.h"
#include "stop/registry.h"
#include "worker/inspector.h"
#include "worker/produce.h"

namespace pcbench {
namespace {

/// One open-loop producer over a fake channel; every message is timed.
struct OpenStage {
  explicit OpenStage(const RoundSpec& given)
      : spec(given), memory(spec), channel{.message_bytes = spec.message_bytes}, endpoint(channel) {}

  static RoundSpec spec_with(double rate_msgs_per_s, std::uint64_t messages) {
    RoundSpec spec = small_spec(1, 1, messages);
    spec.sample_every = 1;
    spec.load.arrival = Arrival::poisson;
    spec.load.step_count = 1;
    spec.load.steps[0] = {rate_msgs_per_s, UINT64_MAX};
    return spec;
  }
  void run() {
    slot().begin_at_ns = now_ns();
    Task task(memory.control, 0);
    ProducerLoop(endpoint, task).run(*find_stop(memory.control.spec().stop.view()));
  }
  [[nodiscard]] WorkerSlot& slot() const { return memory.control.slot(0); }
  [[nodiscard]] std::uint64_t lags_counted() const {
    const auto lags = memory.control.lags(0);
    return std::accumulate(lags.begin(), lags.end(), std::uint64_t{0});
  }

  RoundSpec spec;
  RoundMemory memory;
  FakeChannel channel;
  FakeProducer endpoint;
};

TEST(Pace, stamps_every_message_with_the_time_it_was_meant_to_be_sent_and_sends_none_before) {
  OpenStage stage(OpenStage::spec_with(1e5, 203));
  stage.run();
  EXPECT_EQ(stage.slot().messages, 203U);
  EXPECT_EQ(stage.channel.inside.size(), 203U);
  EXPECT_EQ(stage.lags_counted(), 203U);
  Arrivals arrivals(stage.spec, 0);
  for (std::uint64_t s = 0; s < 203; ++s, arrivals.advance()) {
    const std::uint64_t intended_ns = stage.memory.control.intended(0, s).load();
    EXPECT_EQ(intended_ns, stage.slot().begin_at_ns + arrivals.next_ns());
    EXPECT_EQ(stage.memory.control.stamp(0, s).sequence.load(), s + 1);
    EXPECT_GE(stage.memory.control.stamp(0, s).pushed_ns.load(), intended_ns);
  }
}

TEST(Pace, what_the_channel_made_late_is_late_but_not_the_generators_lag) {
  constexpr std::uint64_t kStallNs = 3'000'000;
  OpenStage stage(OpenStage::spec_with(1e9, 100));  // all are due at once
  stage.channel.capacity = 10;
  stage.channel.on_park = [&] {
    busy_work(kStallNs);
    stage.channel.capacity = 1000;
  };
  stage.run();
  EXPECT_EQ(stage.slot().messages, 100U);
  EXPECT_GE(stage.slot().late_max_ns, kStallNs);
  EXPECT_EQ(stage.memory.control.lags(0)[0], 100U);
}

TEST(Pace, counts_what_it_was_meant_to_send_in_time_and_did_not) {
  RoundSpec spec = OpenStage::spec_with(1e9, UINT64_MAX);
  spec.duration_ns = 2'000'000;
  spec.load.arrival = Arrival::constant;
  spec.sample_every = 0;
  OpenStage stage(spec);
  stage.run();
  EXPECT_GT(stage.slot().unsent, 0U);
  EXPECT_EQ(stage.slot().messages + stage.slot().unsent, 2'000'000U);
  EXPECT_GT(stage.slot().late_last_ns, 0U);
}

TEST(Pace, leaves_before_a_message_that_is_due_only_after_the_end) {
  RoundSpec spec = OpenStage::spec_with(0.001, UINT64_MAX);
  spec.duration_ns = 1'000'000;
  spec.load.arrival = Arrival::constant;  // the first at once, the next in a thousand seconds
  OpenStage stage(spec);
  stage.run();
  EXPECT_LE(stage.slot().messages, 1U);
  EXPECT_EQ(stage.slot().messages + stage.slot().unsent, 1U);
}

TEST(Inspector, response_time_counts_from_when_a_message_was_meant_to_be_sent) {
  const RoundSpec spec = OpenStage::spec_with(1e6, 2);
  RoundMemory memory(spec);
  const std::uint64_t now = now_ns();
  memory.control.stamp(0, 0).sequence.store(1);
  memory.control.stamp(0, 0).pushed_ns.store(now);
  memory.control.intended(0, 0).store(now - 3'600'000'000'000 / 2);  // half an hour ago
  Inspector inspector(memory.control, 0, memory.consumer_slot());
  Messages messages(spec);
  messages.add(0, 0);
  ConsumerStop stop;
  bool over = false;
  EXPECT_EQ(inspector.inspect(messages.run(), stop, over), 1U);
  const auto above_ten_minutes = [](std::span<std::uint64_t> counts) {
    return std::accumulate(counts.begin() + bucket_of(600'000'000'000), counts.end(), std::uint64_t{0});
  };
  EXPECT_EQ(above_ten_minutes(memory.control.responses(0)), 1U);
  EXPECT_EQ(above_ten_minutes(memory.control.histogram(0)), 0U);
}

}  // namespace
}  // namespace pcbench
