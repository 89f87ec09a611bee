// What only a transport with a server of its own has to show: that the server ends, that half a request harms
// nobody, and what becomes of everybody when it dies.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "support/round.h"
#include "transport/manager/manager.h"

namespace pcbench::test {
namespace {

RoundSpec spec_for(std::uint32_t producers) {
  RoundSpec spec{};
  spec.producers = producers;
  spec.consumers = 1;
  spec.message_bytes = static_cast<std::uint32_t>(message_bytes(8));
  spec.payload_bytes = 8;
  spec.capacity_slots = 2;
  spec.batch_messages = 1;
  return spec;
}

/// This process's children that are a manager's server.
std::vector<pid_t> servers() {
  std::vector<pid_t> found;
  std::ifstream children("/proc/thread-self/children");
  for (pid_t pid = 0; children >> pid;) {
    std::string name;
    std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> name;
    if (name == "pcb-manager") found.push_back(pid);
  }
  return found;
}

/// A server names itself when it begins, which may be after its maker goes on.
pid_t the_server() {
  std::vector<pid_t> found = servers();
  for (; found.empty(); found = servers()) ::usleep(100);
  return found.front();
}

PushStatus push(Manager::Producer& producer, std::uint64_t sequence) {
  const WriteRun run = producer.try_reserve(1);
  const Envelope envelope{sequence, 0, MessageKind::data};
  std::memcpy(run.first, &envelope, sizeof envelope);
  return producer.commit(1);
}

class ManagerServerTest : public testing::Test {
 protected:
  Deadline deadline_{30};
};

TEST_F(ManagerServerTest, ends_with_its_channel) {
  {
    const Manager manager(spec_for(1));
    the_server();
  }
  EXPECT_TRUE(servers().empty());
}

TEST_F(ManagerServerTest, waits_for_nobody_who_sent_half_a_request) {
  const Manager manager(spec_for(2));
  const ManagerRequest half{ManagerCall::put, 1, 0, message_bytes(8)};
  ASSERT_EQ(::send(manager.handles()[0], &half, sizeof half, 0), ssize_t{sizeof half});  // without its body
  auto producer = manager.producer(1);
  auto consumer = manager.consumer(0);
  EXPECT_EQ(push(producer, 7), PushStatus::ok);
  const ReadRun run = consumer.try_peek(1);
  ASSERT_EQ(run.count, 1U);
  EXPECT_EQ(envelope_of(run.first).sequence, 7U);
  consumer.release(1);
  EXPECT_EQ(consumer.try_peek(1).status, PopStatus::empty);
}

TEST_F(ManagerServerTest, gives_whoever_waits_the_message_that_comes) {
  const Manager manager(spec_for(2));
  auto producer = manager.producer(0);
  auto consumer = manager.consumer(1);
  const ManagerRequest ask{ManagerCall::take, 1, UINT64_MAX / 2, 0};
  const int waiting = manager.handles()[2];
  ASSERT_EQ(::send(waiting, &ask, sizeof ask, 0), ssize_t{sizeof ask});  // consumer 0 waits
  EXPECT_EQ(consumer.try_peek(1).status, PopStatus::empty);              // and the server knows by now
  EXPECT_EQ(push(producer, 7), PushStatus::ok);
  pollfd answer{waiting, POLLIN, 0};
  EXPECT_EQ(::poll(&answer, 1, 10'000), 1) << "it is still asleep";
}

TEST_F(ManagerServerTest, takes_a_waiting_request_back_when_its_worker_has_gone) {
  Manager manager(spec_for(2));
  auto consumer = manager.consumer(1);  // the final drain's, which drop_ends keeps
  auto producer = manager.producer(0);
  const ManagerRequest ask{ManagerCall::take, 1, UINT64_MAX / 2, 0};
  ASSERT_EQ(::send(manager.handles()[2], &ask, sizeof ask, 0), ssize_t{sizeof ask});  // consumer 0 waits
  manager.drop_ends(Keep::consumer_ends);                                             // and is gone
  EXPECT_EQ(push(producer, 7), PushStatus::ok);
  EXPECT_EQ(consumer.try_peek(1).count, 1U) << "the message went to the dead";
}

TEST_F(ManagerServerTest, leaves_the_channel_closed_when_it_dies) {
  const Manager manager(spec_for(1));
  auto producer = manager.producer(0);
  auto consumer = manager.consumer(0);
  EXPECT_EQ(push(producer, 0), PushStatus::ok);
  ::kill(the_server(), SIGKILL);
  EXPECT_EQ(push(producer, 1), PushStatus::closed);
  EXPECT_EQ(consumer.try_peek(1).status, PopStatus::closed);
}

}  // namespace
}  // namespace pcbench::test
