// What only the kernel's own transports have to show: limits refused by number, nothing left behind, and
// frames of a stream that a dead worker has torn.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <mqueue.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "support/round.h"
#include "transport/kernel/limits.h"
#include "transport/kernel/packets.h"
#include "transport/kernel/pipe_vmsplice.h"
#include "transport/kernel/pipes.h"
#include "transport/kernel/posix_mq.h"
#include "transport/kernel/streams.h"
#include "transport/kernel/sysv_mq.h"

namespace pcbench::test {
namespace {

using StreamPair = StreamTransport<SocketKind::pair_stream>;
using DatagramSocket = PacketTransport<SocketKind::unix_dgram>;
using PacketPair = PacketTransport<SocketKind::pair_seqpacket>;

RoundSpec frames_of(std::uint32_t frame_bytes, std::uint32_t producers = 1) {
  RoundSpec spec{};
  spec.producers = producers;
  spec.consumers = 1;
  spec.message_bytes = frame_bytes;
  spec.payload_bytes = frame_bytes - static_cast<std::uint32_t>(sizeof(Envelope));
  spec.batch_messages = 1;
  return spec;
}

Case slots_of(std::uint64_t slots, std::uint32_t payload_bytes = 100) {
  Case config;
  config.capacity_slots = slots;
  config.payload_bytes = payload_bytes;
  return config;
}

/// Expects ASKED, more than LIMIT, to be refused with that number, or, by a privilege, to be had exactly.
template <class T>
void expect_refused_by_number(const Case& asked, std::uint64_t limit) {
  const std::string refusal = T::refuse(asked);
  if (!refusal.empty()) {
    EXPECT_NE(refusal.find(std::to_string(limit)), std::string::npos) << refusal;
    return;
  }
  RoundSpec spec = frames_of(static_cast<std::uint32_t>(message_bytes(asked.payload_bytes)));
  spec.capacity_slots = asked.capacity_slots.value_or(0);
  EXPECT_EQ(T(spec).effective().capacity_slots, spec.capacity_slots);
}

TEST(KernelLimits, AreNamedWhereMoreIsAskedFor) {
  const std::uint64_t msg_max = kernel_limit("fs/mqueue/msg_max", 10);
  expect_refused_by_number<PosixMq>(slots_of(msg_max + 1), msg_max);
  const std::uint64_t msgmnb = kernel_limit("kernel/msgmnb", 16384);
  expect_refused_by_number<SysvMq>(slots_of(msgmnb / message_bytes(100) + 1), msgmnb);
  const std::uint64_t queue = kernel_limit("net/unix/max_dgram_qlen", 10) + 1;
  EXPECT_EQ(DatagramSocket::refuse(slots_of(std::min<std::uint64_t>(queue, 8))), "");
  expect_refused_by_number<DatagramSocket>(slots_of(queue + 1), queue);
  const auto wmem_max = kernel_limit("net/core/wmem_max", 212'992);
  expect_refused_by_number<PacketPair>(slots_of(wmem_max / 2048, 4096), wmem_max);
  expect_refused_by_number<StreamPair>(slots_of(wmem_max / 2048, 4096), wmem_max);
}

TEST(KernelLimits, OfAMessageAreNamedToo) {
  const std::uint64_t msgmax = kernel_limit("kernel/msgmax", 8192);
  const auto largest = static_cast<std::uint32_t>(msgmax - sizeof(Envelope));
  EXPECT_EQ(SysvMq::refuse(slots_of(1, largest)), "");
  expect_refused_by_number<SysvMq>(slots_of(1, largest + 1), msgmax);
  const std::uint64_t msgsize_max = kernel_limit("fs/mqueue/msgsize_max", 8192);
  const auto most = static_cast<std::uint32_t>(msgsize_max - sizeof(Envelope));
  EXPECT_EQ(PosixMq::refuse(slots_of(1, most)), "");
  expect_refused_by_number<PosixMq>(slots_of(1, most + 1), msgsize_max);
  EXPECT_NE(PipeVmsplice::refuse(slots_of(1, 65535)).find("65536"), std::string::npos);
  EXPECT_EQ(PipeVmsplice::refuse(slots_of(1, 65536)), "");
}

TEST(KernelLimits, AreShownInWhatTookEffect) {
  const auto names_of = [](const Effective& effective) {
    std::string names;
    for (const auto& [name, fact] : effective.others) names += name + " ";
    return names;
  };
  EXPECT_EQ(names_of(PosixMq(frames_of(100)).effective()), "msg_max msgsize_max ");
  EXPECT_EQ(names_of(SysvMq(frames_of(100)).effective()), "queue_bytes msgmax msgmnb ");
  EXPECT_EQ(names_of(DatagramSocket(frames_of(100)).effective()),
            "connections send_buffer_bytes max_dgram_qlen ");
  EXPECT_EQ(names_of(StreamTransport<SocketKind::tcp>(frames_of(100)).effective()),
            "connections send_buffer_bytes tcp_nodelay ");
}

std::int32_t queue_of(const SysvMq& transport) {
  std::int32_t id = -1;
  EXPECT_EQ(::pread(transport.handles()[0], &id, sizeof id, sizeof(RegionHeader)), ssize_t{sizeof id});
  return id;
}
bool exists(std::int32_t queue) {
  msqid_ds status{};
  return ::msgctl(queue, IPC_STAT, &status) == 0;
}

TEST(SysvMq, GoesWithItsMakerAndWithNobodyElse) {
  const Deadline deadline(10);
  std::int32_t queue = -1;
  {
    const SysvMq transport(frames_of(100));
    queue = queue_of(transport);
    const SysvMq attached(frames_of(100), {::dup(transport.handles()[0])});
    for (const bool killed : {true, false}) {
      const pid_t child = ::fork();
      if (child == 0) {
        if (killed) ::raise(SIGKILL);
        std::destroy_at(&transport);
        ::_exit(0);
      }
      ::waitpid(child, nullptr, 0);
      EXPECT_TRUE(exists(queue));
    }
  }
  EXPECT_FALSE(exists(queue));
}

TEST(SysvMq, IsNotLeftBehindWhereItCannotBeMadeAsAsked) {
  const auto queues = [] {
    msginfo info{};
    ::msgctl(0, MSG_INFO, reinterpret_cast<msqid_ds*>(&info));
    return info.msgpool;
  };
  const int before = queues();
  const Case asked = slots_of(kernel_limit("kernel/msgmnb", 16384));
  (void)SysvMq::refuse(asked);
  EXPECT_EQ(queues(), before);
}

TEST(PosixMq, HasNoNameWhileItLives) {
  const PosixMq queue(frames_of(100));
  for (int number = 0; number < 1000; ++number) {
    const std::string name = "/pcbench-" + std::to_string(::getpid()) + "-" + std::to_string(number);
    EXPECT_EQ(::mq_open(name.c_str(), O_RDONLY), -1) << name;
  }
}

TEST(NamedChannels, LeaveTheirFolderEmptyWhileTheyLive) {
  std::string folder = (std::filesystem::temp_directory_path() / "pcbench-test-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const char* before = std::getenv("TMPDIR");
  const std::string saved = before == nullptr ? "" : before;
  ::setenv("TMPDIR", folder.c_str(), 1);
  {
    const Fifo fifo(frames_of(100));
    const StreamTransport<SocketKind::unix_stream> stream(frames_of(100, 3));
    const DatagramSocket datagrams(frames_of(100));
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  if (before == nullptr) ::unsetenv("TMPDIR");
  else ::setenv("TMPDIR", saved.c_str(), 1);
  std::filesystem::remove(folder);
}

/// Pushes a message of FRAME_BYTES that are all VALUE.
template <class P>
PushStatus push_all(P& producer, int value, std::size_t frame_bytes) {
  std::memset(producer.try_reserve(1).first, value, frame_bytes);
  return producer.commit(1);
}

TEST(StreamSockets, GoRoundTheirConnectionsUntilTheLastIsClosed) {
  constexpr std::uint32_t kBytes = 100;
  StreamPair pair(frames_of(kBytes, 2));
  auto consumer = pair.consumer(0);
  auto first = pair.producer(0);
  auto second = pair.producer(1);
  pair.drop_ends(Keep::consumer_ends);
  for (const int value : {1, 2}) ASSERT_EQ(push_all(first, value, kBytes), PushStatus::ok);
  ASSERT_EQ(push_all(second, 3, kBytes), PushStatus::ok);
  second.close();
  std::string order;
  for (ReadRun run = consumer.try_peek(1); run.count != 0; run = consumer.try_peek(1)) {
    order += std::to_string(std::to_integer<int>(run.first[kBytes - 1]));
    consumer.release(1);
  }
  EXPECT_EQ(order, "132");
  EXPECT_EQ(consumer.try_peek(1).status, PopStatus::empty);
  first.close();
  EXPECT_EQ(consumer.try_peek(1).status, PopStatus::closed);
}

TEST(StreamSockets, LetTheDrainSkipTheFrameThatADeadConsumerHadBegun) {
  constexpr std::uint32_t kBytes = 1U << 20U;
  const Deadline deadline(10);
  StreamPair pair(frames_of(kBytes));
  auto producer = pair.producer(0);
  int torn = 1;
  while (push_all(producer, torn, kBytes) == PushStatus::ok) ++torn;
  {
    auto consumer = pair.consumer(0);
    for (int value = 1; value < torn; ++value) {
      ASSERT_EQ(consumer.try_peek(1).count, 1U);
      consumer.release(1);
    }
    ASSERT_EQ(consumer.try_peek(1).status, PopStatus::empty) << "half a frame is not a message";
  }
  auto drain = pair.consumer(1);
  while (producer.flush() != PushStatus::ok) ASSERT_EQ(drain.try_peek(1).count, 0U);
  ASSERT_EQ(drain.try_peek(1).count, 0U) << "the frame that was begun is nobody's";
  ASSERT_EQ(push_all(producer, torn + 1, kBytes), PushStatus::ok);
  const ReadRun run = drain.try_peek(1);
  ASSERT_EQ(run.count, 1U);
  for (std::size_t i = 0; i < kBytes; ++i) ASSERT_EQ(std::to_integer<int>(run.first[i]), torn + 1) << i;
}

}  // namespace
}  // namespace pcbench::test
