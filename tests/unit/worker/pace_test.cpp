// The producer's loop under an open load: over a fake channel, with the real clock, and no word about speed.
#include "worker/pace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

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
  /// A producer that is BEHIND_NS behind its schedule from the first: as if its first push had taken so long.
  void run(std::uint64_t behind_ns = 0) {
    slot().begin_at_ns = now_ns() - behind_ns;
    Task task(memory.control, 0);
    ProducerLoop(endpoint, task).run(*find_stop(memory.control.spec().stop.view()));
  }
  [[nodiscard]] WorkerSlot& slot() const { return memory.control.slot(0); }
  [[nodiscard]] std::uint64_t intended_ns(std::uint64_t sequence) const {
    return memory.control.intended(0, sequence).load();
  }
  [[nodiscard]] std::uint64_t began_ns(std::uint64_t sequence) const {
    return memory.control.stamp(0, sequence).pushed_ns.load();
  }
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

constexpr std::uint64_t kBehindNs = 20'000'000;

/// A message every 20 us; when one that is kBehindNs behind has sent the first, all of them are late.
RoundSpec late_spec(double catch_up, std::uint32_t batch_messages = 1) {
  RoundSpec spec = OpenStage::spec_with(5e4, 1000);
  spec.load.arrival = Arrival::constant;
  spec.load.catch_up = catch_up;
  spec.batch_messages = batch_messages;
  return spec;
}

/// By the rule no message of late_spec(2) after the second is due before.
std::uint64_t least_due_ns(const OpenStage& stage, std::uint64_t sequence) {
  const std::uint64_t gaps_ns = stage.intended_ns(sequence) - stage.intended_ns(1);
  return stage.began_ns(1) - 500'000 + gaps_ns / 2 - sequence;  // half a gap is rounded down
}

TEST(Pace, makes_up_for_a_backlog_at_the_pace_asked_for_and_no_faster) {
  OpenStage stage(late_spec(2));
  stage.run(kBehindNs);
  EXPECT_EQ(stage.slot().messages, 1000U);
  for (std::uint64_t s = 2; s < 1000; ++s) EXPECT_GE(stage.began_ns(s), least_due_ns(stage, s)) << s;
}

TEST(Pace, sends_a_millisecond_of_a_backlog_at_once_and_all_of_it_only_when_asked_to) {
  OpenStage stage(late_spec(2, 1000));
  stage.run(kBehindNs);
  ASSERT_GE(stage.channel.commits.size(), 2U);
  EXPECT_EQ(stage.channel.commits[1], 51U);
  OpenStage all_at_once(late_spec(0, 1000));
  all_at_once.run(kBehindNs);
  EXPECT_EQ(all_at_once.channel.commits, (std::vector<std::uint32_t>{1, 999}));
}

TEST(Pace, keeps_a_burst_together_however_late_it_is) {
  RoundSpec spec = late_spec(1, 1000);
  spec.load.arrival = Arrival::burst;
  spec.load.burst_messages = 500;
  OpenStage stage(spec);
  stage.run(kBehindNs);
  EXPECT_EQ(stage.channel.commits, (std::vector<std::uint32_t>{500, 500}));
}

TEST(Pace, what_it_makes_a_late_message_wait_is_not_the_generators_lag) {
  OpenStage stage(late_spec(2));
  stage.run(kBehindNs);
  std::uint64_t disturbed_ns = 0;  // by whatever else this machine did, it is that much later than it had to
  for (std::uint64_t s = 1; s < 1000; ++s)
    disturbed_ns = std::max(disturbed_ns, stage.began_ns(s) - least_due_ns(stage, s));
  const auto lags = stage.memory.control.lags(0);
  for (std::uint32_t bucket = 0; bucket < kBucketCount; ++bucket)
    if (lags[bucket] != 0) {
      EXPECT_LE(bucket_lower_ns(bucket), disturbed_ns);
    }
}

TEST(Pace, leaves_before_a_message_that_its_backlog_makes_due_only_after_the_end) {
  RoundSpec spec = late_spec(1);  // which never makes up for anything
  spec.messages = UINT64_MAX;
  spec.duration_ns = kBehindNs + 10'000'000;
  OpenStage stage(spec);
  stage.run(kBehindNs);
  EXPECT_LE(stage.slot().messages, 552U);  // 10 ms, and the one at once
  EXPECT_GE(stage.slot().unsent, 900U);
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
