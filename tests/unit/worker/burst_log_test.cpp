#include <gtest/gtest.h>

#include "base/shared_region.h"
#include "logged_stage.h"
#include "worker/bursts.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kNoSecondBurst = 3'600'000'000'000;

RoundSpec burst_spec(std::uint64_t messages, std::uint64_t operations, std::uint64_t every_ns = kBurstNs) {
  RoundSpec spec = logged_spec(messages, operations);
  spec.burst_every_ns = every_ns;
  return spec;
}

/// Whether both ends' logs hold the very same messages.
void expect_same_messages(const std::vector<Operation>& pushes, const std::vector<Operation>& pops) {
  ASSERT_EQ(pushes.size(), pops.size());
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    EXPECT_EQ(pushes[i].sequence, pops[i].sequence);
    EXPECT_LE(pops[i].invoked_ns, pops[i].returned_ns);
  }
}

std::vector<Operation> succeeded(std::vector<Operation> operations) {
  std::erase_if(operations, [](const Operation& op) { return op.status != OperationStatus::ok; });
  return operations;
}

TEST(BurstLog, HasAtBothEndsTheSameMessagesAndNoPill) {
  RoundSpec spec = burst_spec(21, 100);  // bursts without a pause
  spec.stop = FixedString<32>("pill");
  LoggedStage stage(spec);
  stage.produce(*find_stop("pill"));
  EXPECT_EQ(stage.channel.envelope(0).kind, MessageKind::logged_data);
  EXPECT_EQ(stage.channel.envelope(21).kind, MessageKind::pill);
  stage.consume(*find_stop("pill"));
  const std::vector<Operation> pushes = records(stage.log(0));
  EXPECT_EQ(pushes.size(), 21U);
  expect_same_messages(pushes, succeeded(records(stage.log(1))));
  EXPECT_EQ(stage.memory.consumer_slot().messages, 21U);
  EXPECT_EQ(stage.memory.consumer_slot().pills, 1U);
}

TEST(BurstLog, ThatIsFullEndsTheBurstsAndHidesNothing) {
  LoggedStage stage(burst_spec(40, 10));
  stage.produce();
  stage.consume();
  const std::vector<Operation> pushes = records(stage.log(0));
  EXPECT_GT(pushes.size(), 0U);
  EXPECT_LE(pushes.size(), 10U);
  expect_same_messages(pushes, succeeded(records(stage.log(1))));
  for (const std::uint32_t worker : {0U, 1U}) {
    EXPECT_EQ(stage.log(worker).header().truncated.load(), 0U);
    EXPECT_EQ(stage.log(worker).header().open.load(), 0U);
  }
  EXPECT_EQ(stage.memory.consumer_slot().messages, 40U);
}

TEST(BurstLog, HasNoFullForWhetherThereIsRoomAPartOfTheMessagesCannotTell) {
  LoggedStage stage(burst_spec(8, 100));
  stage.channel.capacity = 4;
  stage.channel.on_park = [&] { stage.channel.inside.clear(); };
  stage.produce();
  EXPECT_EQ(how_many(records(stage.log(0)), OperationStatus::full), 0U);
  EXPECT_EQ(how_many(records(stage.log(0)), OperationStatus::ok), 8U);
}

TEST(BurstLog, OfAConsumerHasWhatIsMarkedAndNothingElse) {
  LoggedStage stage(burst_spec(6, 100, kNoSecondBurst));
  pcbench::Messages messages(stage.memory.control.spec());
  const MessageKind kinds[] = {MessageKind::data,        MessageKind::logged_data, MessageKind::data,
                               MessageKind::logged_data, MessageKind::data,        MessageKind::data};
  for (std::uint64_t i = 0; i < 6; ++i) {
    messages.add(0, i, kinds[i]);
    stage.channel.push(messages.message(i));
  }
  stage.channel.closed = true;
  stage.consume();
  const std::vector<Operation> pops = records(stage.log(1));
  ASSERT_EQ(pops.size(), 2U) << "the end came when no burst was on";
  EXPECT_EQ(pops[0].sequence, 1U);
  EXPECT_EQ(pops[1].sequence, 3U);
  EXPECT_EQ(stage.memory.consumer_slot().messages, 6U);
}

class DeadConsumersBurstLog : public testing::TestWithParam<DeadlyConsumer::Dies> {};

TEST_P(DeadConsumersBurstLog, HasThePopItWasInThoughNoClockWasRead) {
  const RoundSpec spec = burst_spec(100, 100, kNoSecondBurst);
  const SharedRegion region = SharedRegion::create(Control::bytes_for(spec));
  const Control control = Control::format(region.data(), spec);
  pcbench::Messages messages(spec);
  messages.add_stretch(0, 0, 2);  // marked is none of them
  consume_until_killed(control, messages, GetParam());
  const LogHeader& header = control.log(1).header();
  EXPECT_EQ(records(control.log(1)).size(), 0U);
  EXPECT_EQ(header.open.load(), GetParam() == DeadlyConsumer::Dies::in_peek ? spec.batch_messages : 2U);
  EXPECT_GT(header.open_invoked_ns, 0U);
}

INSTANTIATE_TEST_SUITE_P(BurstLog, DeadConsumersBurstLog,
                         testing::Values(DeadlyConsumer::Dies::in_peek, DeadlyConsumer::Dies::in_release));

TEST(Bursts, TheFirstIsOverWhenItsTimeIsAndTheNextComesByTheGrid) {
  const RoundSpec spec = burst_spec(1'000'000, 100, kNoSecondBurst);
  const std::uint64_t now = now_ns();
  Bursts bursts(spec, 0, 1000, now);
  EXPECT_TRUE(bursts.next(0, 4, now));
  EXPECT_TRUE(bursts.next(4, 4, now + kBurstNs - 1));
  EXPECT_FALSE(bursts.next(8, 4, now + kBurstNs));
  for (std::uint64_t i = 0; i < 1000; ++i) EXPECT_FALSE(bursts.next(i, 1, now + kBurstNs));
}

TEST(Bursts, AreLeftOutWhileMoreOfTheRoomIsUsedThanOfTheRoundIsOver) {
  const RoundSpec spec = burst_spec(1000, 0);  // the grid has no pause
  const std::uint64_t now = now_ns();
  Bursts bursts(spec, 0, 100, now);
  bursts.logged(50);
  EXPECT_FALSE(bursts.next(499, 1, now + kBurstNs)) << "half of the room, not yet half of the round";
  std::uint64_t sequence = 500;
  while (!bursts.next(sequence, 1, now + kBurstNs) && sequence < 700) ++sequence;
  EXPECT_LT(sequence, 600U);
  bursts.logged(50);
  EXPECT_FALSE(bursts.next(sequence, 1, 0)) << "there is no room left";
}

}  // namespace
}  // namespace pcbench
