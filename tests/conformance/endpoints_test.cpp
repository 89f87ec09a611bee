// Does each transport's pair of endpoints keep the concept's contract, call by call? One thread, no stop
// protocol.
#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "support/round.h"
#include "transport/boost_message_queue.h"
#include "transport/boost_queue.h"
#include "transport/boost_spsc_queue.h"
#include "transport/kernel/eventfd_ring.h"
#include "transport/kernel/packets.h"
#include "transport/kernel/pipe_vmsplice.h"
#include "transport/kernel/pipes.h"
#include "transport/kernel/posix_mq.h"
#include "transport/kernel/streams.h"
#include "transport/kernel/sysv_mq.h"
#include "transport/locked_queue.h"
#include "transport/manager/manager.h"
#include "transport/pipe.h"
#include "transport/pipe_locked.h"
#include "transport/shm_locked_queue.h"
#include "transport/shm_mpmc_ring.h"
#include "transport/shm_robust_queue.h"
#include "transport/shm_spsc_ring.h"
#include "transport/shm_value_ring.h"
#include "transport/textbook_queue.h"

namespace pcbench::test {
namespace {

constexpr std::uint32_t kPayloadBytes = 37;  // what every transport takes, and what aligns nothing

RoundSpec small_spec(std::uint64_t capacity_slots, std::uint32_t batch_messages = 1) {
  RoundSpec spec{};
  spec.producers = 1;
  spec.consumers = 1;
  spec.payload_bytes = kPayloadBytes;
  spec.message_bytes = static_cast<std::uint32_t>(message_bytes(kPayloadBytes));
  spec.capacity_slots = capacity_slots;
  spec.batch_messages = batch_messages;
  return spec;
}

void build(std::byte* message, std::uint64_t sequence) {
  const Envelope envelope{sequence, 0, MessageKind::data};
  std::memcpy(message, &envelope, sizeof envelope);
  fill_payload(message + sizeof envelope, kPayloadBytes, payload_key(1, sequence));
}

/// The message's sequence; UINT64_MAX when its payload is not that sequence's.
std::uint64_t read(const std::byte* message) {
  Envelope envelope;
  std::memcpy(&envelope, message, sizeof envelope);
  const bool intact = first_wrong_byte(message + sizeof envelope, kPayloadBytes,
                                       payload_key(1, envelope.sequence)) == kIntact;
  return intact ? envelope.sequence : UINT64_MAX;
}

/// Pushes up to COUNT messages from FIRST on, until the channel is full. Returns how many it took for good;
/// one that was built but not taken stays with the producer and goes with its next flush.
template <class P>
std::uint64_t push(P& producer, std::uint64_t first, std::uint64_t count) {
  std::uint64_t pushed = 0;
  while (pushed < count) {
    const WriteRun run = producer.try_reserve(1);
    if (run.count == 0) break;
    build(run.first, first + pushed);
    if (producer.commit(1) != PushStatus::ok) break;
    ++pushed;
  }
  (void)producer.flush();
  return pushed;
}

/// Pops what is there, at most COUNT, checking that the messages are those from FIRST on.
template <class C>
std::uint64_t pop(C& consumer, std::uint64_t first, std::uint64_t count) {
  std::uint64_t popped = 0;
  while (popped < count) {
    const ReadRun run = consumer.try_peek(1);
    if (run.count == 0) break;
    EXPECT_EQ(run.count, 1U);
    EXPECT_EQ(read(run.first), first + popped);
    consumer.release(1);
    ++popped;
  }
  return popped;
}

/// The first of WANTED, half of it … slots that the kernel's limits here allow a T.
template <class T>
std::uint64_t allowed(std::uint64_t wanted) {
  if constexpr (requires(const Case& config) { T::refuse(config); }) {
    Case config;
    config.payload_bytes = 1U << 16U;  // what pipe_vmsplice wants at least
    if (!T::refuse(config).empty()) config.payload_bytes = kPayloadBytes;
    config.capacity_slots = wanted;
    if (!T::refuse(config).empty()) return allowed<T>(wanted / 2);
  }
  return wanted;
}

template <class T>
class EveryEndpoint : public testing::Test {
 protected:
  Deadline deadline_{30};
};
using SizedBlock = Block<message_bytes(64)>;  // the one create_for_size would choose
static_assert(message_bytes(kPayloadBytes) <= sizeof(SizedBlock));
using AllTransports =
    testing::Types<Pipe, PipeLocked, ShmSpscRing, ShmValueRing, ShmMpmcRing, ShmRobustQueue,
                   LockedQueue<std::mutex>, LockedQueue<std::recursive_mutex>, LockedQueue<SpinMutex>,
                   ShmLockedQueue, TextbookQueue<SizedBlock>, ValueChannel<BoostSpscQueue<SizedBlock>>,
                   ValueChannel<BoostQueue<SizedBlock>>, BoostMessageQueue, Manager, Fifo, PipePacket,
                   PipeVmsplice, StreamTransport<SocketKind::pair_stream>,
                   StreamTransport<SocketKind::unix_stream>, PacketTransport<SocketKind::pair_seqpacket>,
                   PacketTransport<SocketKind::unix_dgram>, PosixMq, SysvMq, EventfdRing>;
TYPED_TEST_SUITE(EveryEndpoint, AllTransports);

TYPED_TEST(EveryEndpoint, SatisfiesTheConcepts) {
  static_assert(ProducerEndpoint<typename TypeParam::Producer>);
  static_assert(ConsumerEndpoint<typename TypeParam::Consumer>);
}

TYPED_TEST(EveryEndpoint, HoldsExactlyItsEffectiveCapacity) {
  for (const std::uint64_t asked :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{4}, allowed<TypeParam>(64)}) {
    TypeParam transport(small_spec(asked));
    const std::uint64_t capacity = transport.effective().capacity_slots;
    EXPECT_GE(capacity, asked);
    auto producer = transport.producer(0);
    EXPECT_EQ(push(producer, 0, 10 * capacity), capacity) << "asked for " << asked;
    auto consumer = transport.consumer(0);
    EXPECT_EQ(pop(consumer, 0, capacity), capacity);
  }
}

TYPED_TEST(EveryEndpoint, IsEmptyAtFirstAndAfterTheLastPop) {
  TypeParam transport(small_spec(4));
  auto producer = transport.producer(0);
  auto consumer = transport.consumer(0);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const ReadRun nothing = consumer.try_peek(1);
    EXPECT_EQ(nothing.count, 0U);
    EXPECT_EQ(nothing.status, PopStatus::empty);
    EXPECT_EQ(push(producer, i, 1), 1U);
    EXPECT_EQ(pop(consumer, i, 4), 1U);
  }
}

TYPED_TEST(EveryEndpoint, HasItsWholeCapacityAgainOnceItWasSeenEmpty) {
  TypeParam transport(small_spec(allowed<TypeParam>(64)));
  const std::uint64_t capacity = transport.effective().capacity_slots;
  auto producer = transport.producer(0);
  auto consumer = transport.consumer(0);
  EXPECT_EQ(push(producer, 0, 3), 3U);
  EXPECT_EQ(pop(consumer, 0, 4), 3U);
  EXPECT_EQ(push(producer, 3, capacity), capacity);
}

TYPED_TEST(EveryEndpoint, KeepsOrderOverManyLaps) {
  for (const std::uint64_t capacity : {1U, 2U, 4U}) {
    TypeParam transport(small_spec(capacity));
    auto producer = transport.producer(0);
    auto consumer = transport.consumer(0);
    std::uint64_t sent = 0;
    for (std::uint64_t lap = 0; lap < 1000; ++lap) {
      const std::uint64_t some = 1 + lap % capacity;  // never more than fit: a refused one would stay behind
      EXPECT_EQ(push(producer, sent, some), some);
      EXPECT_EQ(pop(consumer, sent, some + 1), some);
      sent += some;
    }
  }
}

TYPED_TEST(EveryEndpoint, TakesARefusedMessageWithALaterFlush) {
  TypeParam transport(small_spec(2));
  auto producer = transport.producer(0);
  auto consumer = transport.consumer(0);
  std::uint64_t sent = push(producer, 0, UINT64_MAX);
  const bool copies =
      transport.producer(0).try_reserve(1).count != 0;  // it lends a buffer of its own, even when full
  EXPECT_EQ(pop(consumer, 0, sent), sent);
  EXPECT_EQ(producer.flush(), PushStatus::ok);
  if (copies) {
    EXPECT_EQ(pop(consumer, sent, 2), 1U);
    ++sent;
  }
  EXPECT_EQ(push(producer, sent, 1), 1U);
  EXPECT_EQ(pop(consumer, sent, 2), 1U);
}

TYPED_TEST(EveryEndpoint, LendsNoMoreThanWantedAndMovesWhatWasCommitted) {
  const std::uint64_t slots = allowed<TypeParam>(64);
  TypeParam transport(small_spec(slots, 7));
  auto producer = transport.producer(0);
  auto consumer = transport.consumer(0);
  std::uint64_t sent = 0;
  while (sent + 7 <= slots) {
    const WriteRun run = producer.try_reserve(7);
    ASSERT_GE(run.count, 1U);
    ASSERT_LE(run.count, 7U);
    for (std::uint32_t i = 0; i < run.count; ++i) build(run.first + i * run.stride, sent + i);
    ASSERT_EQ(producer.commit(run.count), PushStatus::ok);
    sent += run.count;
  }
  EXPECT_EQ(producer.flush(), PushStatus::ok);
  std::uint64_t received = 0;
  for (ReadRun run = consumer.try_peek(5); run.count != 0; run = consumer.try_peek(5)) {
    ASSERT_LE(run.count, 5U);
    for (std::uint32_t i = 0; i < run.count; ++i) EXPECT_EQ(read(run.first + i * run.stride), received + i);
    const std::uint32_t taken = run.count > 1 ? run.count - 1 : 1;  // the unreleased one comes again
    consumer.release(taken);
    received += taken;
  }
  EXPECT_EQ(received, sent);
}

TYPED_TEST(EveryEndpoint, LetsALaterConsumerDrainTheRest) {
  TypeParam transport(small_spec(8));
  auto producer = transport.producer(0);
  EXPECT_EQ(push(producer, 0, 6), 6U);
  {
    auto consumer = transport.consumer(0);
    EXPECT_EQ(pop(consumer, 0, 2), 2U);
  }
  auto drain = transport.consumer(1);
  EXPECT_EQ(pop(drain, 2, 10), 4U);
}

TYPED_TEST(EveryEndpoint, SaysClosedOnlyAfterTheLastMessage) {
  if constexpr (TypeParam::kPromises.can_close) {
    TypeParam transport(small_spec(8));
    auto producer = transport.producer(0);
    auto consumer = transport.consumer(0);
    transport.drop_ends(Keep::consumer_ends);
    EXPECT_EQ(push(producer, 0, 3), 3U);
    producer.close();
    EXPECT_EQ(producer.flush(), PushStatus::ok) << "there is nothing to flush after a close";
    EXPECT_EQ(pop(consumer, 0, 3), 3U);
    for (int again = 0; again < 3; ++again) {
      const ReadRun over = consumer.try_peek(1);
      EXPECT_EQ(over.count, 0U);
      EXPECT_EQ(over.status, PopStatus::closed);
    }
    consumer.park(60'000'000'000);  // a closed channel has nothing to wait for
  }
}

TYPED_TEST(EveryEndpoint, ParksUntilTheOtherSideActs) {
  RoundSpec spec = small_spec(2);
  spec.wait = WaitStrategy::park;
  TypeParam transport(spec);
  auto consumer = transport.consumer(0);
  std::thread peer([&] {
    auto producer = transport.producer(0);
    for (std::uint64_t i = 0; i < 100; ++i) {
      WriteRun run = producer.try_reserve(1);
      for (; run.count == 0; run = producer.try_reserve(1)) producer.park(60'000'000'000);
      build(run.first, i);
      if (producer.commit(1) != PushStatus::ok)
        while (producer.flush() != PushStatus::ok) producer.park(60'000'000'000);
    }
    while (producer.flush() != PushStatus::ok) producer.park(60'000'000'000);
  });
  for (std::uint64_t i = 0; i < 100; ++i)
    while (pop(consumer, i, 1) == 0) consumer.park(60'000'000'000);
  peer.join();
}

TYPED_TEST(EveryEndpoint, ComesBackFromAParkThatNobodyEnds) {
  RoundSpec spec = small_spec(2);
  spec.wait = WaitStrategy::park;
  TypeParam transport(spec);
  auto producer = transport.producer(0);
  auto consumer = transport.consumer(0);
  EXPECT_EQ(consumer.try_peek(1).count, 0U);
  consumer.park(2'000'000);
  EXPECT_EQ(consumer.try_peek(1).count, 0U);
  const std::uint64_t sent = push(producer, 0, UINT64_MAX);
  producer.park(2'000'000);
  EXPECT_EQ(pop(consumer, 0, sent), sent);
}

TYPED_TEST(EveryEndpoint, ReportsTheBatchThatTookEffect) {
  const TypeParam transport(small_spec(8, 8));
  if constexpr (TypeParam::kPromises.batch) EXPECT_EQ(transport.effective().batch_messages, 8U);
  else EXPECT_EQ(transport.effective().batch_messages, 1U);
}

}  // namespace
}  // namespace pcbench::test
