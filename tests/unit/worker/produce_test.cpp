#include "worker/produce.h"

#include <gtest/gtest.h>

#include "fake_channel.h"
#include "round_memory.h"
#include "stop/registry.h"

namespace pcbench {
namespace {

/// One producer's loop over a fake channel.
template <class Endpoint = FakeProducer>
struct ProducerStage {
  explicit ProducerStage(const RoundSpec& given, std::uint32_t producer = 0)
      : spec(given),
        memory(spec),
        channel{.message_bytes = spec.message_bytes},
        endpoint(channel),
        index(producer) {}

  void run() {
    Task task(memory.control, index);
    ProducerLoop(endpoint, task).run(*find_stop(spec.stop.view()));
  }
  [[nodiscard]] WorkerSlot& slot() const { return memory.control.slot(index); }

  RoundSpec spec;
  RoundMemory memory;
  FakeChannel channel;
  Endpoint endpoint;
  std::uint32_t index;
};

/// Gathers what is committed and hands it over when it is flushed; what happens just before is the test's.
class GatheringProducer {
 public:
  explicit GatheringProducer(FakeChannel& channel) : channel_(channel) {}

  WriteRun try_reserve(std::uint32_t want) noexcept {
    lent_.resize(want * channel_.message_bytes);
    return {lent_.data(), channel_.message_bytes, want, PushStatus::ok};
  }
  PushStatus commit(std::uint32_t count) noexcept {
    const auto end = lent_.begin() + static_cast<std::ptrdiff_t>(count * channel_.message_bytes);
    gathered_.insert(gathered_.end(), lent_.begin(), end);
    return PushStatus::ok;
  }
  PushStatus flush() noexcept {
    if (gathered_.empty()) return PushStatus::ok;
    on_flush();
    for (std::size_t at = 0; at < gathered_.size(); at += channel_.message_bytes)
      channel_.push(gathered_.data() + at);
    gathered_.clear();
    return PushStatus::ok;
  }
  void close() noexcept { channel_.closed = true; }
  void park(std::uint64_t /*timeout_ns*/) noexcept { channel_.park(); }

  std::function<void()> on_flush = [] {};

 private:
  FakeChannel& channel_;
  std::vector<std::byte> lent_;
  std::vector<std::byte> gathered_;
};

/// Takes everything out and notes what it was.
std::vector<std::uint64_t> drain(const RoundSpec& spec, FakeChannel& channel, std::uint32_t producer) {
  std::vector<std::uint64_t> sequences;
  for (; !channel.inside.empty(); channel.inside.pop_front()) {
    const Envelope envelope = channel.envelope(0);
    EXPECT_EQ(envelope.producer, producer);
    EXPECT_EQ(envelope.kind, MessageKind::data);
    EXPECT_EQ(first_wrong_byte(channel.inside.front().data() + sizeof envelope, spec.payload_bytes,
                               payload_key(producer_key(spec.seed, producer), envelope.sequence)),
              kIntact);
    sequences.push_back(envelope.sequence);
  }
  return sequences;
}

std::vector<std::uint64_t> up_to(std::uint64_t end) {
  std::vector<std::uint64_t> sequences;
  for (std::uint64_t s = 0; s < end; ++s) sequences.push_back(s);
  return sequences;
}

TEST(Producer, has_flushed_all_of_it_before_it_says_that_it_is_through) {
  ProducerStage<GatheringProducer> stage(small_spec(1, 1, 10));
  int flushes = 0;
  stage.endpoint.on_flush = [&] {
    ++flushes;
    EXPECT_EQ(stage.memory.control.stop().producers_left, 1U);
  };
  stage.run();
  EXPECT_EQ(flushes, 1);
  EXPECT_EQ(drain(stage.spec, stage.channel, 0), up_to(10));
}

TEST(Producer, sends_its_share_in_sequence_with_its_payload) {
  for (std::uint32_t producer = 0; producer < 3; ++producer) {
    ProducerStage stage(small_spec(3, 1, 1'000), producer);
    stage.run();
    EXPECT_EQ(drain(stage.spec, stage.channel, producer), up_to(producer == 0 ? 334 : 333));
    EXPECT_EQ(stage.slot().messages, producer == 0 ? 334U : 333U);
    EXPECT_GT(stage.slot().last_at_ns, 0U);
    EXPECT_EQ(stage.slot().wait_count, 0U);
  }
}

TEST(Producer, pushes_whole_batches_whatever_else_it_does_in_between) {
  RoundSpec plain = small_spec(1, 1, 1'003);
  plain.batch_messages = 100;
  RoundSpec every = plain;
  every.sample_every = 1;
  RoundSpec sampled = plain;
  sampled.sample_every = 64;
  RoundSpec work = plain;
  work.producer_work_ns = 1;
  for (const RoundSpec& spec : {plain, every, sampled, work}) {
    ProducerStage stage(spec);
    stage.run();
    std::vector<std::uint32_t> expected(10, 100);
    expected.push_back(3);
    EXPECT_EQ(stage.channel.commits, expected);
  }
}

TEST(Producer, notes_when_the_push_of_each_sampled_message_began) {
  for (const std::uint32_t every : {1U, 8U}) {
    RoundSpec spec = small_spec(2, 1, 200);
    spec.sample_every = every;
    spec.batch_messages = 5;
    ProducerStage stage(spec, 1);
    const std::uint64_t begin = now_ns();
    stage.run();
    std::uint64_t last = begin;
    for (std::uint64_t s = 0; s < 100; s += every) {
      const Stamp& stamp = stage.memory.control.stamp(1, s);
      EXPECT_EQ(stamp.sequence, s + 1);
      EXPECT_GE(stamp.pushed_ns, last);
      last = stamp.pushed_ns;
    }
    EXPECT_LE(last, now_ns());
    EXPECT_EQ(stage.memory.control.stamp(0, 0).sequence, 0U) << "another producer's";
  }
}

TEST(Producer, waits_while_the_channel_is_full_and_says_so) {
  ProducerStage stage(small_spec(1, 1, 20));
  stage.channel.capacity = 3;
  std::vector<std::uint64_t> received;
  stage.channel.on_park = [&] {
    EXPECT_EQ(stage.slot().phase, Phase::blocked_full);
    EXPECT_EQ(stage.slot().progress, received.size() + 3);
    EXPECT_EQ(stage.slot().messages, received.size() + 3);
    for (const std::uint64_t s : drain(stage.spec, stage.channel, 0)) received.push_back(s);
  };
  stage.run();
  for (const std::uint64_t s : drain(stage.spec, stage.channel, 0)) received.push_back(s);
  EXPECT_EQ(received, up_to(20));
  EXPECT_EQ(stage.slot().wait_count, 6U);
  EXPECT_EQ(stage.channel.parks, 6);
  EXPECT_GT(stage.slot().blocked_ns, 0U);
  EXPECT_EQ(stage.slot().phase, Phase::stopping);
}

TEST(Producer, hands_over_all_that_an_endpoint_had_to_keep_back) {
  ProducerStage<CopyingProducer> stage(small_spec(1, 1, 30));
  stage.channel.capacity = 3;
  std::vector<std::uint64_t> received;
  stage.channel.on_park = [&] {
    for (const std::uint64_t s : drain(stage.spec, stage.channel, 0)) received.push_back(s);
  };
  stage.run();
  stage.channel.on_park();
  EXPECT_EQ(received, up_to(30));
  EXPECT_EQ(stage.endpoint.reserved_too_early, 0);
  EXPECT_GT(stage.slot().wait_count, 0U);
}

TEST(Producer, gives_up_with_a_reason_when_the_channel_is_closed_under_it) {
  ProducerStage stage(small_spec(2, 1, 40));
  stage.channel.capacity = 8;
  stage.channel.on_park = [&] { stage.channel.closed = true; };
  stage.run();
  EXPECT_EQ(stage.slot().messages, 8U);
  EXPECT_NE(std::string(stage.slot().error.data()).find("closed"), std::string::npos);
  EXPECT_EQ(stage.memory.control.stop().producers_left, 1U) << "the others need not wait for it";
}

TEST(Producer, gives_up_when_what_it_committed_cannot_be_handed_over) {
  ProducerStage<CopyingProducer> stage(small_spec(1, 1, 40));
  stage.channel.capacity = 6;
  stage.channel.on_park = [&] { stage.channel.closed = true; };
  stage.run();
  EXPECT_EQ(stage.channel.inside.size(), 6U);
  EXPECT_NE(stage.slot().error[0], '\0');
}

TEST(Producer, sends_its_pills_after_its_messages) {
  RoundSpec spec = small_spec(2, 3, 20);
  spec.stop = FixedString<32>("pill");
  ProducerStage stage(spec, 1);
  stage.run();
  ASSERT_EQ(stage.channel.inside.size(), 13U);
  for (std::size_t i = 10; i < 13; ++i) {
    EXPECT_EQ(stage.channel.envelope(i).kind, MessageKind::pill);
    EXPECT_EQ(stage.channel.envelope(i).producer, 1U);
    EXPECT_EQ(stage.channel.envelope(i).sequence, i) << "pills go on counting where data ends";
  }
  EXPECT_EQ(stage.slot().pills, 3U);
  EXPECT_EQ(stage.slot().messages, 10U);
  EXPECT_EQ(stage.slot().counted_out, 1U);
}

TEST(Producer, closes_only_if_it_is_the_last_one) {
  ProducerStage stage(small_spec(2, 1, 2));
  stage.run();
  EXPECT_EQ(stage.channel.closes, 0);
  stage.index = 1;
  stage.run();
  EXPECT_EQ(stage.channel.closes, 1);
}

TEST(Producer, raises_the_shared_flag_where_the_transport_cannot_close) {
  RoundSpec spec = small_spec(1, 1, 2);
  spec.native_close = false;
  ProducerStage stage(spec);
  stage.run();
  EXPECT_EQ(stage.channel.closes, 0);
  EXPECT_EQ(stage.memory.control.stop().closed, 1U);
}

TEST(Producer, stops_when_its_time_is_over) {
  RoundSpec spec = small_spec(1, 1, UINT64_MAX);
  spec.stop = FixedString<32>("deadline");
  spec.duration_ns = 1'000'000;
  ProducerStage stage(spec);
  stage.slot().begin_at_ns = now_ns();
  stage.run();
  EXPECT_GE(stage.slot().last_at_ns, stage.slot().begin_at_ns + spec.duration_ns);
  EXPECT_EQ(drain(stage.spec, stage.channel, 0), up_to(stage.slot().messages));
  EXPECT_EQ(stage.memory.control.stop().producers_left, 0U);
}

TEST(Producer, looks_at_the_time_after_each_wait_for_room) {
  RoundSpec spec = small_spec(1, 1, UINT64_MAX);
  spec.stop = FixedString<32>("deadline");
  spec.duration_ns = 1'000'000;
  ProducerStage stage(spec);
  stage.channel.capacity = 3;
  stage.slot().begin_at_ns = now_ns();
  stage.channel.on_park = [&] {
    while (now_ns() < stage.slot().begin_at_ns + spec.duration_ns) continue;
    stage.channel.inside.clear();
  };
  stage.run();
  EXPECT_EQ(stage.channel.parks, 1);
  EXPECT_LE(stage.slot().messages, 3U + spec.batch_messages);
}

}  // namespace
}  // namespace pcbench
