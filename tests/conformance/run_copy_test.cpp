// Long runs are built and read beside the ring, and runs longer than the room for that in place: all messages
// arrive, whichever way each run goes.
#include "transport/parts/run_copy.h"

#include <gtest/gtest.h>

#include <utility>

#include "support/round.h"
#include "transport/shm_mpmc_ring.h"
#include "transport/shm_robust_queue.h"
#include "transport/shm_spsc_ring.h"

namespace pcbench::test {
namespace {

/// Slots of 4 KiB, runs of 2.
RoundSpec long_runs() {
  Case config;
  config.transport = "shm_spsc_ring";
  config.payload_bytes = 4080;
  config.batch_messages = 2;
  config.capacity_slots = 8;
  return spec_of(config);
}

template <class Ring>
void every_run_arrives() {
  const Ring ring(long_runs());
  auto producer = ring.producer(0);
  auto consumer = ring.consumer(0);
  std::uint64_t written = 0;
  std::uint64_t read = 0;
  for (const std::uint32_t want : {2U, 5U, 1U, 2U, 8U, 2U, 3U, 2U, 1U, 7U, 2U}) {
    while (written == read || written % 3 != 0) {
      const WriteRun run = producer.try_reserve(want);
      if (run.count == 0) break;
      for (std::uint32_t i = 0; i < run.count; ++i) {
        const Envelope envelope{written++, 0, MessageKind::data};
        std::memcpy(run.first + i * run.stride, &envelope, sizeof envelope);
      }
      ASSERT_EQ(producer.commit(run.count), PushStatus::ok);
    }
    ASSERT_EQ(producer.flush(), PushStatus::ok);
    for (ReadRun run = consumer.try_peek(want); run.count != 0; run = consumer.try_peek(want)) {
      for (std::uint32_t i = 0; i < run.count; ++i)
        ASSERT_EQ(envelope_of(run.first + i * run.stride).sequence, read + i) << want;
      const std::uint32_t released = (run.count + 1) / 2;  // the rest is lent again
      consumer.release(released);
      read += released;
    }
    ASSERT_EQ(read, written);
  }
  EXPECT_GT(read, 40U);
}

TEST(RunCopy, LosesNothingBetweenRunsThatAreCopiedAndRunsThatAreNot) {
  every_run_arrives<ShmSpscRing>();
  every_run_arrives<ShmMpmcRing>();
  every_run_arrives<ShmRobustQueue>();
}

TEST(RunCopy, IsOfLongRunsThatAWorkerHasTheMemoryFor) {
  RoundSpec spec = long_runs();
  std::byte* const slot = nullptr;
  for (const auto& [message_bytes, copies] :
       {std::pair{80U, false}, std::pair{4096U, true}, std::pair{4U << 20U, true},
        std::pair{(4U << 20U) + 8U, false}}) {
    spec.message_bytes = message_bytes;
    EXPECT_EQ(RunCopy(RingMemory(spec, ShmSpscRing::kPromises), spec).room_for(slot, 1) != slot, copies)
        << message_bytes;
  }
}

}  // namespace
}  // namespace pcbench::test
