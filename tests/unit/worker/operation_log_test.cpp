#include "worker/operation_log.h"

#include <gtest/gtest.h>

#include "base/shared_region.h"
#include "logged_stage.h"

namespace pcbench {
namespace {

TEST(OperationLog, HasEachPushAndPopOnceInOrderWithTimes) {
  LoggedStage stage(logged_spec(21, 100));
  stage.produce();
  stage.consume();
  const std::vector<Operation> pushes = records(stage.log(0));
  const std::vector<Operation> pops = records(stage.log(1));
  ASSERT_EQ(pushes.size(), 21U);
  ASSERT_EQ(how_many(pops, OperationStatus::ok), 21U);
  for (std::size_t i = 0; i < 21; ++i) {
    for (const Operation& op : {pushes[i], pops[i]}) {
      EXPECT_EQ(op.producer, 0U);
      EXPECT_EQ(op.sequence, i);
      EXPECT_LE(op.invoked_ns, op.returned_ns);
    }
    EXPECT_EQ(pushes[i].kind, OperationKind::push);
    EXPECT_EQ(pops[i].kind, OperationKind::pop);
    EXPECT_EQ(pushes[i].invoked_ns, pushes[i / 4 * 4].invoked_ns) << "a batch of four is one call";
    EXPECT_LE(pushes[i].returned_ns, pops[i].invoked_ns);
  }
  EXPECT_EQ(pops.back().status, OperationStatus::closed) << "how the consumer learnt of the end";
  for (const std::uint32_t worker : {0U, 1U}) {
    EXPECT_EQ(stage.log(worker).header().open.load(), 0U);
    EXPECT_EQ(stage.log(worker).header().truncated.load(), 0U);
  }
}

TEST(OperationLog, OfAWaitHasTheFirstAndTheLastFailure) {
  LoggedStage stage(logged_spec(8, 100));
  stage.channel.capacity = 4;
  stage.channel.on_park = [&] {
    if (stage.channel.parks == 50) stage.channel.inside.clear();
  };
  stage.produce();
  const std::vector<Operation> pushes = records(stage.log(0));
  ASSERT_EQ(pushes.size(), 10U);
  EXPECT_EQ(pushes[4].status, OperationStatus::full);
  EXPECT_EQ(pushes[5].status, OperationStatus::full);
  EXPECT_LT(pushes[4].returned_ns, pushes[5].invoked_ns);
  EXPECT_LE(pushes[5].returned_ns, pushes[6].invoked_ns);
  EXPECT_EQ(pushes[6].sequence, 4U);
}

TEST(OperationLog, PushLastsUntilAllOfItIsInside) {
  LoggedStage<CopyingProducer> stage(logged_spec(4, 100));
  stage.channel.capacity = 3;
  std::uint64_t room_at_ns = 0;
  stage.channel.on_park = [&] {
    stage.channel.inside.clear();
    room_at_ns = now_ns();
  };
  stage.produce();
  const std::vector<Operation> pushes = records(stage.log(0));
  ASSERT_EQ(how_many(pushes, OperationStatus::ok), 4U);
  EXPECT_EQ(pushes.front().status, OperationStatus::full);
  EXPECT_LT(pushes.back().invoked_ns, room_at_ns);
  EXPECT_GE(pushes.back().returned_ns, room_at_ns);
}

TEST(OperationLog, PopThatParkedBeganBeforeThePark) {
  LoggedStage stage(logged_spec(4, 100));
  std::uint64_t parked_at_ns = 0;
  stage.channel.on_park = [&] {  // as an endpoint does that takes messages out while it waits
    parked_at_ns = now_ns();
    stage.produce();
  };
  stage.consume();
  const std::vector<Operation> pops = records(stage.log(1));
  const auto first = std::find_if(pops.begin(), pops.end(),
                                  [](const Operation& op) { return op.status == OperationStatus::ok; });
  ASSERT_NE(first, pops.end());
  EXPECT_LE(first->invoked_ns, parked_at_ns);
}

TEST(OperationLog, ThatIsFullSaysSoAndLetsItsWorkerGoOn) {
  LoggedStage stage(logged_spec(40, 10));
  stage.produce();
  stage.consume();
  EXPECT_EQ(stage.memory.consumer_slot().messages, 40U);
  for (const std::uint32_t worker : {0U, 1U}) {
    EXPECT_EQ(stage.log(worker).header().truncated.load(), 1U);
    EXPECT_EQ(records(stage.log(worker)).size(), 8U) << "whole batches only";
  }
}

TEST(OperationLog, FailuresNeverFillIt) {
  LoggedStage stage(logged_spec(30, 40));
  stage.channel.capacity = 1;
  stage.channel.on_park = [&] { stage.channel.inside.clear(); };
  stage.produce();
  const std::vector<Operation> pushes = records(stage.log(0));
  EXPECT_EQ(how_many(pushes, OperationStatus::ok), 30U);
  EXPECT_EQ(how_many(pushes, OperationStatus::full), 10U);
}

TEST(OperationLog, PushIntoAClosedChannelStaysPending) {
  LoggedStage<CopyingProducer> stage(logged_spec(8, 100));
  stage.channel.capacity = 6;
  stage.channel.on_park = [&] { stage.channel.closed = true; };
  stage.produce();
  EXPECT_EQ(stage.log(0).header().open.load(), 4U);
  EXPECT_EQ(stage.log(0).header().open_sequence, 4U);
  EXPECT_EQ(how_many(records(stage.log(0)), OperationStatus::ok), 4U);
}

class DeadConsumersLog : public testing::TestWithParam<DeadlyConsumer::Dies> {};

TEST_P(DeadConsumersLog, HasItsCallsAndTheOneItWasIn) {
  const RoundSpec spec = logged_spec(100, 100);
  const SharedRegion region = SharedRegion::create(Control::bytes_for(spec));
  const Control control = Control::format(region.data(), spec);
  pcbench::Messages messages(spec);
  messages.add_stretch(0, 0, 2);
  consume_until_killed(control, messages, GetParam());
  const LogHeader& header = control.log(1).header();
  ASSERT_EQ(records(control.log(1)).size(), 4U);
  EXPECT_EQ(header.open.load(), GetParam() == DeadlyConsumer::Dies::in_peek ? spec.batch_messages : 2U)
      << "what was asked for, or was lent and perhaps taken out";
  EXPECT_GE(header.open_invoked_ns, records(control.log(1)).back().returned_ns);
}

INSTANTIATE_TEST_SUITE_P(OperationLog, DeadConsumersLog,
                         testing::Values(DeadlyConsumer::Dies::in_peek, DeadlyConsumer::Dies::in_release));

TEST(OperationLog, HasNoRoomUnlessVerifyIsHistory) {
  const RoundMemory memory(small_spec());
  EXPECT_TRUE(memory.control.log(0).bytes().empty());
  RoundSpec spec = logged_spec(1, 10);
  spec.producer_log_operations = 7;
  const RoundMemory with(spec);
  EXPECT_EQ(with.control.log(0).operations().size(), 7U);
  EXPECT_EQ(with.control.log(with.control.drain_id()).operations().size(), 10U);
  EXPECT_EQ(with.control.log(0).bytes().data() + with.control.log(0).bytes().size(),
            with.control.log(1).bytes().data());
}

}  // namespace
}  // namespace pcbench
