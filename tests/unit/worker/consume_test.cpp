#include "worker/consume.h"

#include <gtest/gtest.h>

#include "fake_channel.h"
#include "round_memory.h"
#include "stop/registry.h"

namespace pcbench {
namespace {

/// A protocol made up on the spot.
struct Scripted final : ConsumerStop {
  std::function<std::uint64_t()> admit = [] { return kNoLimit; };
  std::function<bool()> account = [] { return true; };
  std::function<bool()> pill = [] { return false; };
  std::function<bool()> when_empty = [] { return false; };
  bool when_closed = true;

  std::uint64_t try_admit() noexcept override { return admit(); }
  bool try_account() noexcept override { return account(); }
  bool on_pill() noexcept override { return pill(); }
  bool over_when_empty() noexcept override { return when_empty(); }
  bool over_when_closed() noexcept override { return when_closed; }
};

/// One consumer's loop over a fake channel.
struct ConsumerStage {
  explicit ConsumerStage(const RoundSpec& given = small_spec())
      : spec(given), memory(spec), channel{.message_bytes = spec.message_bytes}, worker_id(spec.producers) {}

  void put(std::uint64_t first, std::uint64_t end, MessageKind kind = MessageKind::data) {
    Messages messages(spec);
    for (std::uint64_t s = first; s < end; ++s) messages.add(0, s, kind);
    for (std::size_t i = 0; i < messages.size(); ++i) channel.push(messages.message(i));
  }
  void run() {
    FakeConsumer endpoint(channel);
    Task task(memory.control, worker_id);
    ConsumerLoop(endpoint, task).run(stop);
  }
  [[nodiscard]] WorkerSlot& slot() const { return memory.control.slot(worker_id); }
  [[nodiscard]] const Tally& tally() const { return memory.control.tallies(worker_id - spec.producers)[0]; }

  RoundSpec spec;
  RoundMemory memory;
  FakeChannel channel;
  Scripted stop;
  std::uint32_t worker_id;
};

TEST(Consumer, takes_all_there_is_and_leaves_a_closed_channel) {
  ConsumerStage stage;
  stage.put(0, 10);
  stage.channel.closed = true;
  stage.run();
  EXPECT_EQ(stage.slot().messages, 10U);
  EXPECT_EQ(stage.channel.releases, (std::vector<std::uint32_t>{4, 4, 2})) << "in batches";
  EXPECT_EQ(stage.tally().count, 10U);
  EXPECT_EQ(stage.tally().sum, run_sum(producer_key(42, 0), 0, 10));
  EXPECT_EQ(stage.slot().wait_count, 0U);
  EXPECT_GT(stage.slot().last_at_ns, 0U);
  EXPECT_EQ(stage.slot().phase, Phase::stopping);
  EXPECT_EQ(stage.slot().error[0], '\0');
}

TEST(Consumer, waits_while_the_channel_is_empty_with_all_it_has_seen_booked) {
  ConsumerStage stage;
  stage.put(0, 5);
  stage.channel.on_park = [&] {
    EXPECT_EQ(stage.slot().phase, Phase::blocked_empty);
    EXPECT_EQ(stage.slot().progress, stage.tally().count);
    EXPECT_EQ(stage.slot().messages, stage.tally().count);
    EXPECT_GT(stage.slot().progress_at_ns, 0U);
    if (stage.channel.parks == 1) stage.put(5, 7);
    else stage.channel.closed = true;
  };
  stage.run();
  EXPECT_EQ(stage.tally().sum, run_sum(producer_key(42, 0), 0, 7));
  EXPECT_EQ(stage.slot().wait_count, 2U);
  EXPECT_GT(stage.slot().blocked_ns, 0U);
}

TEST(Consumer, asks_whether_it_is_over_before_the_pop_that_finds_nothing) {
  ConsumerStage stage;
  // Between an empty pop and the question the last message comes in, and the end is announced.
  stage.stop.when_empty = [&, announced = false]() mutable {
    if (!announced) stage.put(0, 1);
    announced = true;
    return true;
  };
  stage.run();
  EXPECT_EQ(stage.slot().messages, 1U);
  EXPECT_TRUE(stage.channel.inside.empty());
}

TEST(Consumer, takes_no_more_than_it_was_admitted_to) {
  ConsumerStage stage;
  stage.put(0, 20);
  stage.stop.admit = [&, grants = std::vector<std::uint64_t>{6, 1, 0}, next = std::size_t{0}]() mutable {
    return grants[next++];
  };
  stage.run();
  EXPECT_EQ(stage.slot().messages, 7U);
  EXPECT_EQ(stage.channel.releases, (std::vector<std::uint32_t>{4, 2, 1}));
  EXPECT_EQ(stage.channel.inside.size(), 13U);
}

TEST(Consumer, accounts_once_the_admitted_messages_are_out_and_before_it_works_on_them) {
  RoundSpec spec = small_spec();
  spec.consumer_work_ns = 1'000'000;
  ConsumerStage stage(spec);
  stage.put(0, 5);
  stage.channel.closed = true;
  stage.stop.admit = [&] { return stage.channel.inside.empty() ? 0U : 2U; };
  std::uint64_t accounts = 0;
  std::uint64_t released_at = 0;
  stage.stop.account = [&] {
    ++accounts;
    EXPECT_EQ(stage.channel.inside.size(), 5 - 2 * accounts);
    EXPECT_EQ(stage.slot().progress, 2 * (accounts - 1)) << "the heartbeat follows the work";
    released_at = now_ns();
    return true;
  };
  stage.run();
  EXPECT_EQ(accounts, 2U) << "the fifth message was one of two that were admitted";
  EXPECT_GE(stage.slot().last_at_ns, released_at + spec.consumer_work_ns);
}

TEST(Consumer, waits_for_the_protocols_lock_in_sight_of_the_watchdog) {
  RoundSpec spec = small_spec();
  spec.wait = WaitStrategy::spin;
  ConsumerStage stage(spec);
  stage.put(0, 2);
  int refusals = 0;
  const auto refuse_thrice = [&] {
    if (refusals % 4 > 0) {
      EXPECT_EQ(stage.slot().phase, Phase::waiting_lock);
      EXPECT_EQ(stage.channel.acknowledged_releases, stage.channel.releases.size());
    }
    return ++refusals % 4 != 0;
  };
  stage.stop.admit = [&] {
    if (stage.channel.inside.empty()) return std::uint64_t{0};
    return refuse_thrice() ? ConsumerStop::kNotNow : 1;
  };
  stage.stop.account = [&] { return !refuse_thrice(); };
  stage.run();
  EXPECT_EQ(stage.slot().messages, 2U);
  EXPECT_EQ(refusals, 16) << "two admissions and two accounts, each granted at the fourth time";
  EXPECT_EQ(stage.slot().wait_count, 4U);
}

TEST(Consumer, leaves_what_lies_behind_its_last_pill) {
  RoundSpec spec = small_spec();
  spec.batch_messages = 100;
  ConsumerStage stage(spec);
  stage.put(0, 3);
  stage.put(0, 1, MessageKind::pill);
  stage.put(3, 5);
  stage.stop.pill = [] { return true; };
  stage.run();
  EXPECT_EQ(stage.slot().messages, 3U);
  EXPECT_EQ(stage.slot().pills, 1U);
  EXPECT_EQ(stage.channel.inside.size(), 2U);
}

TEST(Consumer, reports_a_closed_channel_where_the_protocol_does_not_close) {
  ConsumerStage stage;
  stage.stop.when_closed = false;
  stage.put(0, 3);
  stage.channel.closed = true;
  stage.run();
  EXPECT_EQ(stage.slot().messages, 3U);
  EXPECT_NE(std::string(stage.slot().error.data()).find("closed"), std::string::npos);
}

TEST(Consumer, reports_a_channel_that_ended_within_a_message_but_the_drain_does_not) {
  for (const bool drains : {false, true}) {
    ConsumerStage stage;
    if (drains) stage.worker_id = stage.memory.control.drain_id();
    stage.put(0, 3);
    stage.channel.cut_off = true;
    stage.run();
    EXPECT_EQ(stage.slot().messages, 3U);
    EXPECT_EQ(std::string(stage.slot().error.data()),
              drains ? "" : "the channel ended within a message that its producer never finished");
  }
}

TEST(Consumer, shows_its_progress_at_once_where_each_message_takes_time) {
  RoundSpec spec = small_spec();
  spec.consumer_work_ns = 1;
  spec.batch_messages = 1;
  ConsumerStage stage(spec);
  stage.put(0, 3);
  stage.channel.closed = true;
  std::vector<std::uint64_t> seen;
  stage.stop.admit = [&] {
    seen.push_back(stage.slot().progress);
    return stage.channel.inside.empty() ? 0U : 1U;
  };
  stage.run();
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 1, 2, 3}));
}

TEST(Consumer, that_only_drains_does_not_work_on_what_it_finds) {
  RoundSpec spec = small_spec();
  spec.consumer_work_ns = 3'600'000'000'000;
  ConsumerStage stage(spec);
  stage.worker_id = stage.memory.control.drain_id();
  stage.put(0, 3);
  stage.stop.when_empty = [] { return true; };
  stage.run();
  EXPECT_EQ(stage.slot().messages, 3U);
  EXPECT_EQ(stage.tally().count, 3U) << "the drain has tallies of its own";
}

}  // namespace
}  // namespace pcbench
