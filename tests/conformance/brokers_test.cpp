// What only brokers have to show: servers that come and go with their maker, a named server left as it was,
// and messages of a dead consumer that others get. What needs a server is skipped where there is none.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "support/round.h"
#include "transport/brokers/local_server.h"

namespace pcbench::test {
namespace {

namespace fs = std::filesystem;

TEST(ServerName, IsAHostAndAPort) {
  EXPECT_EQ(parse_server("127.0.0.1:6379")->text(), "127.0.0.1:6379");
  EXPECT_EQ(parse_server("::1:6379")->host, "::1");
  for (const char* wrong : {"", "host", "host:", ":1", "host:0", "host:65536", "host:1x", "host:-1"})
    EXPECT_FALSE(is_server(wrong)) << wrong;
  EXPECT_FALSE(is_server(std::string(300, 'h') + ":1"));
}

/// Serves nobody, for as long as it is let live.
ServerProgram sleeper(std::string name = "sleep") {
  return {std::move(name), "coreutils", true,
          [](std::uint16_t /*port*/, const std::string& folder) -> std::vector<std::string> {
            std::ofstream(folder + "/mark") << "here";
            return {"1000"};
          },
          [](const ServerName& /*at*/) { return true; }};
}

/// A folder for temporary files of this test's own, watched from outside.
class LocalServers : public testing::Test {
 protected:
  LocalServers() : folder_((fs::temp_directory_path() / "pcbench-test-XXXXXX").string()) {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", folder_.c_str(), 1);
  }
  ~LocalServers() override {
    if (before_.empty()) ::unsetenv("TMPDIR");
    else ::setenv("TMPDIR", before_.c_str(), 1);
    fs::remove_all(folder_);
  }
  /// Waits until the servers' folders are as EMPTY says.
  [[nodiscard]] bool becomes(bool empty) const {
    while (fs::is_empty(folder_) != empty) ::poll(nullptr, 0, 1);
    return true;
  }

  Deadline deadline_{20};

 private:
  std::string folder_;
  std::string before_;
};

TEST_F(LocalServers, LiveInAFolderThatGoesWithTheirMaker) {
  {
    LocalServer server(sleeper());
    EXPECT_TRUE(server.alive());
    EXPECT_TRUE(becomes(false));
  }
  EXPECT_TRUE(becomes(true));
}

TEST_F(LocalServers, GoWithAMakerThatIsKilled) {
  const pid_t maker = ::fork();
  if (maker == 0) {
    const LocalServer server(sleeper());
    for (;;) ::pause();
  }
  EXPECT_TRUE(becomes(false));
  ::kill(maker, SIGKILL);
  ::waitpid(maker, nullptr, 0);
  EXPECT_TRUE(becomes(true));
}

TEST_F(LocalServers, AreLeftAloneByForkedWorkers) {
  LocalServer server(sleeper());
  const pid_t worker = ::fork();
  if (worker == 0) {
    server.~LocalServer();
    ::_exit(0);
  }
  ::waitpid(worker, nullptr, 0);
  EXPECT_TRUE(server.alive());
}

TEST_F(LocalServers, ThatDoNotComeUpOrAreNotThereAreErrorsWithARemedy) {
  const auto error_of = [](const ServerProgram& program) {
    try {
      const LocalServer server(program);
    } catch (const Error& e) {
      return e.message + ": " + e.hint;
    }
    return std::string();
  };
  ServerProgram dumb = sleeper("false");
  dumb.answers = [](const ServerName& /*at*/) { return false; };
  EXPECT_NE(error_of(dumb).find("does not come up"), std::string::npos);
  EXPECT_NE(error_of(sleeper("no-such-server")).find("install coreutils"), std::string::npos);
  EXPECT_TRUE(becomes(true));
}

class EveryBroker : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    config_.transport = GetParam();
    config_.producers = config_.consumers = 2;
    config_.capacity_slots = 4;
    if (const std::string why = not_promised(row_, config_); !why.empty()) GTEST_SKIP() << why;
  }
  /// Pushes messages FIRST … LAST of producer 0. Returns what the last push said.
  static PushStatus push(Channel& channel, std::uint64_t first, std::uint64_t last) {
    PushStatus status = PushStatus::ok;
    channel.with_producer(0, [&](AnyProducer& producer) {
      for (std::uint64_t sequence = first; sequence <= last && status == PushStatus::ok; ++sequence) {
        const WriteRun run = producer.try_reserve(1);
        const Envelope envelope{sequence, 0, MessageKind::data};
        std::memcpy(run.first, &envelope, sizeof envelope);
        status = producer.commit(1);
      }
    });
    return status;
  }
  /// The sequences that consumer INDEX pops until it finds nothing, at most COUNT; the last is not released
  /// where it DIES.
  static std::string pop(Channel& channel, std::uint32_t index, int count = 100, bool dies = false) {
    std::string popped;
    channel.with_consumer(index, [&](AnyConsumer& consumer) {
      for (int i = 0; i < count; ++i) {
        const ReadRun run = consumer.try_peek(1);
        if (run.count == 0) break;
        popped += std::to_string(envelope_of(run.first).sequence) + " ";
        consumer.release(dies && i + 1 == count ? 0 : 1);
      }
    });
    return popped;
  }

  const TransportRow& row_ = *find_transport(GetParam());
  Case config_;
  Deadline deadline_{60};
};
INSTANTIATE_TEST_SUITE_P(Registry, EveryBroker, testing::Values("nats", "redis"),
                         [](const auto& instance) { return std::string(instance.param); });

TEST_P(EveryBroker, HoldsItsCapacityInOrder) {
  const auto channel = row_.create(spec_of(config_));
  EXPECT_EQ(channel->effective().capacity_slots, 4U);
  EXPECT_EQ(push(*channel, 0, 3), PushStatus::ok);
  EXPECT_EQ(push(*channel, 4, 4), PushStatus::full);
  EXPECT_EQ(pop(*channel, 0, 2), "0 1 ");
  EXPECT_EQ(push(*channel, 4, 5), PushStatus::ok);
  EXPECT_EQ(pop(*channel, 1), "2 3 4 5 ");
}

TEST_P(EveryBroker, HasRoomAgainForOthersWhenAConsumerThatWaitsForThemAcknowledges) {
  config_.capacity_slots = 1;
  const auto channel = row_.create(spec_of(config_));
  EXPECT_EQ(push(*channel, 0, 0), PushStatus::ok);
  channel->with_consumer(0, [&](AnyConsumer& waiter) {
    ASSERT_EQ(waiter.try_peek(1).count, 1U);
    waiter.release(1);
    EXPECT_EQ(push(*channel, 1, 1), PushStatus::full) << "it is not noted yet";
    waiter.acknowledge();
    while (push(*channel, 1, 1) != PushStatus::ok) {  // the server hears of it soon
    }
    EXPECT_EQ(pop(*channel, 1), "1 ");
  });
}

TEST_P(EveryBroker, GivesAnotherConsumerWhatADeadOneHadNotAcknowledged) {
  const auto channel = row_.create(spec_of(config_));
  EXPECT_EQ(push(*channel, 0, 3), PushStatus::ok);
  EXPECT_EQ(pop(*channel, 0, 2, true), "0 1 ");
  EXPECT_EQ(pop(*channel, 1, 1), "2 ") << "it is not known to be dead";
  channel->mourn(Role::consumer, 0);
  EXPECT_EQ(pop(*channel, 1), "1 3 ");
  EXPECT_EQ(pop(*channel, 2), "") << "nothing is left inside";
}

TEST_P(EveryBroker, LetsTheDrainHaveWhatNobodyAcknowledged) {
  const auto channel = row_.create(spec_of(config_));
  EXPECT_EQ(push(*channel, 0, 3), PushStatus::ok);
  EXPECT_EQ(pop(*channel, 1, 2, true), "0 1 ");
  EXPECT_EQ(pop(*channel, 2), "1 2 3 ");
}

TEST_P(EveryBroker, RefusesMemoryThatItDidNotMake) {
  const SharedRegion zeros = SharedRegion::create(1U << 16U);
  EXPECT_THROW((void)row_.attach(spec_of(config_), {::dup(zeros.descriptor())}), Error);
}

}  // namespace
}  // namespace pcbench::test
