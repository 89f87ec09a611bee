// The credit test: whoever wants to pop has pushed before, so a pop must never find nothing, and with a slot
// for each a push must never find no room, where the transport promises that what it says of itself is exact.
// Source: crossbeam's `linearizable` tests of its queues.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/round.h"
#include "transport/boost_message_queue.h"
#include "transport/boost_queue.h"
#include "transport/kernel/packets.h"
#include "transport/kernel/pipes.h"
#include "transport/kernel/posix_mq.h"
#include "transport/kernel/sysv_mq.h"
#include "transport/locked_queue.h"
#include "transport/manager/manager.h"
#include "transport/pipe.h"
#include "transport/shm_locked_queue.h"
#include "transport/shm_mpmc_ring.h"
#include "transport/shm_robust_queue.h"
#include "transport/textbook_queue.h"

namespace pcbench::test {
namespace {

constexpr std::uint32_t kThreads = 4;
constexpr std::uint32_t kPairs = 30'000;
constexpr std::uint32_t kCreditBytes = 100;
using CreditBlock = Block<message_bytes(256)>;
static_assert(message_bytes(kCreditBytes) <= sizeof(CreditBlock));
using BoostQueueHere = ValueChannel<BoostQueue<CreditBlock>>;

template <class T>
constexpr Promises kPromisesOf = T::kPromises;
template <>
constexpr Promises kPromisesOf<BoostQueueHere> = kBoostQueuePromises;

template <class T>
class Credit : public testing::Test {
 protected:
  Deadline deadline_{60};
};
using LimitedTransports =
    testing::Types<Pipe, ShmMpmcRing, ShmRobustQueue, LockedQueue<std::mutex>, ShmLockedQueue,
                   TextbookQueue<CreditBlock>, BoostQueueHere, BoostMessageQueue, Manager, PipePacket,
                   PosixMq, SysvMq, PacketTransport<SocketKind::pair_seqpacket>,
                   PacketTransport<SocketKind::unix_dgram>>;
TYPED_TEST_SUITE(Credit, LimitedTransports);

TYPED_TEST(Credit, IsAlwaysHonoured) {
  RoundSpec spec{};
  spec.producers = kThreads;
  spec.consumers = kThreads;
  spec.payload_bytes = kCreditBytes;
  spec.message_bytes = static_cast<std::uint32_t>(message_bytes(kCreditBytes));
  spec.capacity_slots = kThreads;
  spec.batch_messages = 1;
  TypeParam transport(spec);
  std::atomic<std::uint64_t> found_full{0};
  std::atomic<std::uint64_t> found_empty{0};
  const auto push_then_pop = [&](std::uint32_t index) {
    auto producer = transport.producer(index);
    auto consumer = transport.consumer(index);
    for (std::uint64_t sequence = 0; sequence < kPairs; ++sequence) {
      WriteRun room = producer.try_reserve(1);
      for (; room.count == 0; room = producer.try_reserve(1)) ++found_full;
      const Envelope envelope{sequence, index, MessageKind::data};
      std::memcpy(room.first, &envelope, sizeof envelope);
      for (PushStatus status = producer.commit(1); status == PushStatus::full; status = producer.flush())
        ++found_full;
      for (PushStatus status = producer.flush(); status == PushStatus::full; status = producer.flush())
        ++found_full;
      ReadRun run = consumer.try_peek(1);
      for (; run.count == 0; run = consumer.try_peek(1)) ++found_empty;
      consumer.release(1);
    }
  };
  std::vector<std::thread> threads;
  for (std::uint32_t index = 0; index < kThreads; ++index) threads.emplace_back(push_then_pop, index);
  for (std::thread& thread : threads) thread.join();
  constexpr Promises kPromised = kPromisesOf<TypeParam>;
  if (kPromised.empty == Exactness::exact) {
    EXPECT_EQ(found_empty, 0U);
  }
  if (kPromised.full == Exactness::exact) {
    EXPECT_EQ(found_full, 0U);
  }
}

}  // namespace
}  // namespace pcbench::test
