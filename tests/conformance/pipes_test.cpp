// What only pipes and named queues have to show: refusals with a reason, atomic frames, broken ends, nothing
// left behind.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <string>

#include "support/round.h"
#include "transport/boost_message_queue.h"
#include "transport/pipe.h"
#include "transport/pipe_locked.h"
#include "transport/shm_robust_queue.h"

namespace pcbench::test {
namespace {

RoundSpec pipe_spec(std::uint32_t frame_bytes, std::uint32_t batch_messages = 1) {
  RoundSpec spec{};
  spec.producers = spec.consumers = 1;
  spec.message_bytes = frame_bytes;
  spec.payload_bytes = frame_bytes - static_cast<std::uint32_t>(sizeof(Envelope));
  spec.batch_messages = batch_messages;
  return spec;
}

TEST(Pipe, RefusesFramesThatSeveralWritersOrReadersWouldTear) {
  Case config;
  config.payload_bytes = 4080;
  config.producers = 2;
  EXPECT_EQ(Pipe::refuse(config), "");
  config.payload_bytes = 4081;
  EXPECT_NE(Pipe::refuse(config).find("PIPE_BUF"), std::string::npos);
  config.producers = 1;
  config.consumers = 2;
  EXPECT_NE(Pipe::refuse(config).find("PIPE_BUF"), std::string::npos);
  config.consumers = 1;
  EXPECT_EQ(Pipe::refuse(config), "");
}

TEST(Pipe, RefusesMoreThanTheKernelAllows) {
  Case config;
  config.capacity_slots = 1U << 16U;
  config.payload_bytes = 1U << 20U;
  EXPECT_NE(refuse_pipe_size(config).find("pipe-max-size"), std::string::npos);
  config.capacity_slots.reset();
  EXPECT_EQ(refuse_pipe_size(config), "");
}

TEST(Pipe, CutsABatchToWhatStaysWhole) {
  RoundSpec spec = pipe_spec(100, 256);
  EXPECT_EQ(Pipe(spec).effective().batch_messages, 256U);
  spec.producers = 2;
  EXPECT_EQ(Pipe(spec).effective().batch_messages, 40U);
  spec.consumers = 2;
  EXPECT_EQ(Pipe(spec).effective().batch_messages, 1U);
  EXPECT_EQ(PipeLocked(spec).effective().batch_messages, 1U);
}

TEST(Pipe, ShowsTheBytesTheKernelGave) {
  RoundSpec spec = pipe_spec(100);
  spec.capacity_slots = 41;  // one more than a page holds
  const Effective effective = Pipe(spec).effective();
  ASSERT_EQ(effective.others.size(), 1U);
  EXPECT_EQ(effective.others[0].first, "pipe_bytes");
  EXPECT_EQ(std::get<std::int64_t>(effective.others[0].second), 8192);
  EXPECT_EQ(effective.capacity_slots, 80U);
}

TEST(Pipe, IsMadeLargerForBatchesOnlyWhereNoCapacityIsAskedFor) {
  const std::uint64_t single = Pipe(pipe_spec(100)).effective().capacity_slots;
  EXPECT_GT(Pipe(pipe_spec(100, 256)).effective().capacity_slots, single);
  RoundSpec asked = pipe_spec(100, 256);
  asked.capacity_slots = 40;
  EXPECT_EQ(Pipe(asked).effective().capacity_slots, 40U);
}

TEST(Pipe, TellsAProducerWhoseLastConsumerIsGone) {
  const Deadline deadline(10);
  Pipe pipe(pipe_spec(100));
  auto producer = pipe.producer(0);
  pipe.drop_ends(Keep::nothing);
  ASSERT_EQ(producer.try_reserve(1).count, 1U);
  EXPECT_EQ(producer.commit(1), PushStatus::closed);
}

/// Fills the pipe with a frame larger than it, so that only a part of the frame is inside, and then kills the
/// writer.
template <class Transport>
void expect_half_frame_dropped() {
  const Deadline deadline(10);
  Transport pipe(pipe_spec(1U << 20U));
  auto consumer = pipe.consumer(0);
  {
    auto producer = pipe.producer(0);
    ASSERT_EQ(producer.try_reserve(1).count, 1U);
    ASSERT_EQ(producer.commit(1), PushStatus::full);
    EXPECT_EQ(consumer.try_peek(1).status, PopStatus::empty) << "half a frame is not a message";
  }
  pipe.drop_ends(Keep::consumer_ends);
  EXPECT_EQ(consumer.try_peek(1).status, PopStatus::cut_off);
  EXPECT_EQ(consumer.try_peek(1).status, PopStatus::cut_off) << "whoever asks again is told again";
}
TEST(Pipe, DropsAFrameThatItsWriterNeverFinished) { expect_half_frame_dropped<Pipe>(); }
TEST(PipeLocked, DropsAFrameThatItsWriterNeverFinished) { expect_half_frame_dropped<PipeLocked>(); }

/// In runs whose bytes do not divide the pipe's, so that the last frame that fits fits only in part.
template <class Transport>
void expect_begun_frame_gone_on_with() {
  const Deadline deadline(10);
  const Transport pipe(pipe_spec(100, 256));
  auto producer = pipe.producer(0);
  auto consumer = pipe.consumer(0);
  std::uint64_t sent = 0;
  PushStatus status = PushStatus::ok;
  while (status == PushStatus::ok) {
    const WriteRun run = producer.try_reserve(256);
    for (std::uint32_t i = 0; i < run.count; ++i, ++sent) {
      const Envelope envelope{sent, 0, MessageKind::data};
      std::memcpy(run.first + i * run.stride, &envelope, sizeof envelope);
    }
    status = producer.commit(run.count);
  }
  ASSERT_EQ(status, PushStatus::full);
  std::uint64_t seen = 0;
  const auto take_all = [&] {
    for (ReadRun run = consumer.try_peek(256); run.count != 0; run = consumer.try_peek(256)) {
      for (std::uint32_t i = 0; i < run.count; ++i, ++seen)
        ASSERT_EQ(envelope_of(run.first + i * run.stride).sequence, seen);
      consumer.release(run.count);
    }
  };
  take_all();
  EXPECT_LT(seen, sent);
  EXPECT_EQ(producer.flush(), PushStatus::ok);
  take_all();
  EXPECT_EQ(seen, sent);
}
TEST(Pipe, GoesOnWithAFrameThatItHasReadInPart) { expect_begun_frame_gone_on_with<Pipe>(); }
TEST(PipeLocked, GoesOnWithAFrameThatItHasReadInPart) { expect_begun_frame_gone_on_with<PipeLocked>(); }

TEST(PipeLocked, LetsNobodyWriteIntoAnothersFrame) {
  const Deadline deadline(10);
  RoundSpec spec = pipe_spec(1U << 20U);
  spec.producers = 2;
  PipeLocked pipe(spec);
  auto first = pipe.producer(0);
  auto second = pipe.producer(1);
  auto consumer = pipe.consumer(0);
  std::memset(first.try_reserve(1).first, 1, spec.message_bytes);
  ASSERT_EQ(first.commit(1), PushStatus::full);
  std::memset(second.try_reserve(1).first, 2, spec.message_bytes);
  ASSERT_EQ(second.commit(1), PushStatus::full);
  for (const int expected : {1, 2}) {
    ReadRun run = consumer.try_peek(1);
    for (; run.count == 0; run = consumer.try_peek(1)) {
      (void)second.flush();
      (void)first.flush();
    }
    for (std::size_t i = 0; i < spec.message_bytes; ++i)
      ASSERT_EQ(std::to_integer<int>(run.first[i]), expected);
    consumer.release(1);
  }
}

TEST(BoostMessageQueue, LeavesNoNameBehindNotEvenWhileItLives) {
  const BoostMessageQueue queue(pipe_spec(100));
  const std::string mine = "pcbench-" + std::to_string(::getpid());
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm"))
    EXPECT_EQ(entry.path().filename().string().find(mine), std::string::npos) << entry.path();
}

TEST(BoostMessageQueue, RefusesWhatDevShmHasNoRoomFor) {
  Case config;
  config.capacity_slots = BoostMessageQueue::kPromises.capacity_slots_max;
  config.payload_bytes = 1U << 20U;
  EXPECT_NE(BoostMessageQueue::refuse(config).find("/dev/shm"), std::string::npos);
  config.capacity_slots = 8;
  EXPECT_EQ(BoostMessageQueue::refuse(config), "");
}

constexpr int kNotAllowed = 77;

/// What ACT() returns in a process of its own where /dev/shm has only BYTES; below 0: the signal it died of.
int status_where_shm_has(const std::string& bytes, const std::function<int()>& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool alone = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
    if (!alone || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", "/dev/shm", "tmpfs", 0, ("size=" + bytes).c_str()) != 0)
      ::_exit(kNotAllowed);
    ::_exit(act());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(BoostMessageQueue, IsNotBegunInADevShmThatHasBecomeFull) {
  const int status = status_where_shm_has("65536", [] {
    RoundSpec spec = pipe_spec(100);
    spec.capacity_slots = 4096;
    try {
      const BoostMessageQueue queue(spec);
      return 2;
    } catch (const Error& e) {
      if (e.message.find("/dev/shm") == std::string::npos) return 3;
    }
    return std::filesystem::is_empty("/dev/shm") ? 0 : 4;
  });
  if (status == kNotAllowed) GTEST_SKIP() << "no file system of its own is to be had";
  EXPECT_EQ(status, 0) << "2: it was made; 3: another error; 4: a name is left; below 0: that signal";
}

TEST(BoostMessageQueue, HasAllItsMemoryBeforeAnybodyTouchesIt) {
  const int status = status_where_shm_has("16777216", [] {
    RoundSpec spec = pipe_spec(1U << 20U);
    spec.capacity_slots = 8;
    const BoostMessageQueue queue(spec);
    struct statvfs shm{};
    ::statvfs("/dev/shm", &shm);
    return shm.f_bavail * shm.f_frsize <= (8U << 20U) ? 0 : 2;
  });
  if (status == kNotAllowed) GTEST_SKIP() << "no file system of its own is to be had";
  EXPECT_EQ(status, 0);
}

/// The memory of nobody.
int alien_memory() {
  const SharedRegion alien = SharedRegion::create(1U << 16U);
  return ::dup(alien.descriptor());
}

TEST(SharedTransports, DoNotAttachToWhatIsNotTheirs) {
  RoundSpec spec = pipe_spec(100);
  const ShmRobustQueue queue(spec);
  EXPECT_THROW(ShmRobustQueue(spec, {alien_memory(), ::dup(queue.handles()[1])}), Error);
  EXPECT_THROW(ShmRobustQueue(spec, {::dup(queue.handles()[0]), alien_memory()}), Error);
  EXPECT_NO_THROW(ShmRobustQueue(spec, {::dup(queue.handles()[0]), ::dup(queue.handles()[1])}));
  const PipeLocked pipe(spec);
  const auto ends = [&](int region) {
    return Handles{::dup(pipe.handles()[0]), ::dup(pipe.handles()[1]), region};
  };
  EXPECT_THROW(PipeLocked(spec, ends(alien_memory())), Error);
  EXPECT_NO_THROW(PipeLocked(spec, ends(::dup(pipe.handles()[2]))));
}

TEST(Memory, IsRefusedWhereTheMachineHasNotEnough) {
  for (const std::string_view name : {"shm_spsc_ring", "shm_mpmc_ring", "locked_queue", "shm_locked_queue"}) {
    Case config;
    config.capacity_slots = 1U << 24U;
    config.payload_bytes = 1U << 20U;
    EXPECT_NE(find_transport(name)->refuse(config).find("memory"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace pcbench::test
