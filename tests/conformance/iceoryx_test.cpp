// What only iceoryx does: what it refuses and why, and how its daemon stays out of everybody's way.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <filesystem>

#include "support/forbidden.h"
#include "support/round.h"
#include "transport/messaging/secluded.h"

namespace pcbench::test {
namespace {

class Iceoryx : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_unavailable(row_); !why.empty()) GTEST_SKIP() << why;
  }

  const TransportRow& row_ = *find_transport("iceoryx");
  Case config_ = [] {
    Case config;
    config.transport = "iceoryx";
    config.workers = WorkerKind::process;
    config.messages = 100;
    config.capacity_slots = 8;
    return config;
  }();
  Deadline deadline_{120};
};

ino_t which(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

/// How many processes are in the mount namespace MOUNTS.
std::size_t inside(ino_t mounts) {
  std::size_t count = 0;
  for (const auto& process : std::filesystem::directory_iterator("/proc"))
    if (which(process.path().string() + "/ns/mnt") == mounts) ++count;
  return count;
}

ino_t mounts_of(const Channel& channel) {
  return which("/proc/self/fd/" + std::to_string(channel.handles().at(1)));
}

/// What a daemon of the machine's own would have, too.
std::array<ino_t, 3> names() {
  return {which("/dev/shm/iceoryx_mgmt"), which("/tmp/roudi"), which("/tmp/roudi.lock")};
}

TEST_F(Iceoryx, TellsWhatItIsNotFor) {
  EXPECT_EQ(row_.refuse(config_), "");
  Case config = config_;
  config.stop = "deadline";
  EXPECT_NE(row_.refuse(config).find("nobody else can take"), std::string::npos);
  config = config_;
  config.workload = Workload::ping_pong;
  EXPECT_NE(row_.refuse(config).find("ends of two channels"), std::string::npos);
  config = config_;
  config.producers = 257;
  EXPECT_NE(row_.refuse(config).find("256"), std::string::npos);
}

TEST_F(Iceoryx, HasADaemonThatOnlyItsOwnSee) {
  const auto before = names();
  const auto one = row_.create(spec_of(config_));
  const auto other = row_.create(spec_of(config_));
  EXPECT_NE(mounts_of(*one), mounts_of(*other));
  for (const Channel* const channel : {one.get(), other.get()}) {
    EXPECT_NE(mounts_of(*channel), which("/proc/self/ns/mnt"));
    EXPECT_EQ(inside(mounts_of(*channel)), 1U);
  }
  EXPECT_EQ(names(), before);
}

TEST_F(Iceoryx, IsGoneWithItsChannel) {
  ino_t mounts = 0;
  {
    const auto channel = row_.create(spec_of(config_));
    mounts = mounts_of(*channel);
  }
  EXPECT_EQ(inside(mounts), 0U);
}

TEST_F(Iceoryx, IsGoneWithItsMakerHoweverThatDied) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t maker = ::fork();
  if (maker == 0) {
    const auto channel = row_.create(spec_of(config_));
    const ino_t mounts = mounts_of(*channel);
    if (::write(ends[1], &mounts, sizeof mounts) == sizeof mounts) ::raise(SIGKILL);
    ::_exit(1);
  }
  ino_t mounts = 0;
  ASSERT_EQ(::read(ends[0], &mounts, sizeof mounts), static_cast<ssize_t>(sizeof mounts));
  ::waitpid(maker, nullptr, 0);
  for (const int end : ends) ::close(end);
  for (int looks = 0; inside(mounts) != 0 && looks < 1000; ++looks) ::poll(nullptr, 0, 10);
  EXPECT_EQ(inside(mounts), 0U);
}

TEST_F(Iceoryx, GivesEachProducerASlotAndNeverMoreThanItsLibraryHas) {
  config_.producers = 4;
  for (const auto& [asked, given] : {std::pair{1, 4}, {6, 6}, {256, 256}}) {
    config_.capacity_slots = asked;
    const Round round = Round::with_processes(spec_of(config_));
    EXPECT_EQ(round.complaint(), "") << asked;
    EXPECT_EQ(round.effective().capacity_slots, given);
  }
}

TEST(Seclusion, IsRefusedWithTheReasonWhereTheKernelForbidsIt) {
  expect_where_forbidden(SYS_unshare,
                         [] { return try_seclusion().find(std::strerror(EPERM)) != std::string::npos; });
}

}  // namespace
}  // namespace pcbench::test
