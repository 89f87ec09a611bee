// What only messaging libraries and io_uring do: what they refuse and why, and how they end.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "support/forbidden.h"
#include "support/round.h"

namespace pcbench::test {
namespace {

Case case_of(std::string_view transport) {
  Case config;
  config.transport = transport;
  config.messages = 500;
  config.capacity_slots = 8;
  return config;
}

/// The row called NAME; nullptr, and the test is skipped, where this build or machine has it not.
const TransportRow* available(std::string_view name) {
  const TransportRow* const row = find_transport(name);
  return why_unavailable(*row).empty() ? row : nullptr;
}

std::string unix_sockets() {
  std::ifstream file("/proc/net/unix");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A forked process that does WORK and fails if it comes back from it.
template <class F>
pid_t start(const F& work) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::alarm(20);  // not inherited; nobody may outlive the test
  try {
    work();
  } catch (const Error& e) {
    fmt::print(stderr, "{}: {}\n", e.where, e.message);
  }
  ::_exit(1);
}

TEST(Messaging, TellsWhyDeadlineIsNotForMessagesThatAreOnTheirWay) {
  for (const std::string_view name : {"zmq_ipc", "zmq_tcp", "nng_inproc", "nng_ipc"}) {
    const TransportRow* const row = available(name);
    if (row == nullptr) continue;
    Case config = case_of(name);
    EXPECT_EQ(row->refuse(config), "") << name;
    config.stop = "deadline";
    EXPECT_NE(row->refuse(config).find("on their way"), std::string::npos) << name;
  }
}

TEST(Messaging, IsGoneWithItsSocketWhoseNameWasNeverInAFolder) {
  for (const std::string_view transport : {"zmq_ipc", "nng_ipc"}) {
    const TransportRow* const row = available(transport);
    if (row == nullptr) continue;
    std::string name;
    {
      const auto channel = row->create(spec_of(case_of(transport)));
      sockaddr_un address{};
      socklen_t size = sizeof address;
      ASSERT_EQ(::getsockname(channel->handles()[1], reinterpret_cast<sockaddr*>(&address), &size), 0);
      ASSERT_EQ(address.sun_path[0], '\0') << "an abstract name begins with a zero";
      name.assign(address.sun_path + 1, size - offsetof(sockaddr_un, sun_path) - 1);
      EXPECT_EQ(name.rfind("pcbench-", 0), 0U) << name;
      EXPECT_NE(unix_sockets().find(name), std::string::npos);
      const pid_t consumer = start([&] { channel->with_consumer(0, [](AnyConsumer&) { ::_exit(0); }); });
      int status = -1;
      ::waitpid(consumer, &status, 0);
      EXPECT_EQ(status, 0) << transport;
    }
    EXPECT_EQ(unix_sockets().find(name), std::string::npos);
  }
}

TEST(Messaging, ClosesForAConsumerWhoseProducersAllLeftWithoutAWord) {
  const Deadline deadline(60);
  for (const std::string_view name : {"zmq_ipc", "zmq_tcp", "nng_ipc"}) {
    const TransportRow* const row = available(name);
    if (row == nullptr) continue;
    Case config = case_of(name);
    config.workers = WorkerKind::process;
    const auto channel = row->create(spec_of(config));
    const pid_t producer = start([&] {
      channel->with_producer(0, [](AnyProducer& end) {
        std::memset(end.try_reserve(1).first, 1, message_bytes(64));
        (void)end.commit(1);
        ::_exit(0);  // no close, and no destructor, which would wait for what is on its way
      });
    });
    const pid_t consumer = start([&] {
      channel->with_consumer(0, [](AnyConsumer& end) {
        ReadRun run = end.try_peek(1);
        for (; run.status != PopStatus::closed; run = end.try_peek(1)) {
          if (run.count != 0) end.release(run.count);
          else end.park(1'000'000);
        }
        ::_exit(0);
      });
    });
    for (const pid_t pid : {producer, consumer}) {
      int status = -1;
      ::waitpid(pid, &status, 0);
      EXPECT_EQ(status, 0) << name;
    }
  }
}

TEST(IoUring, IsUnavailableWithTheReasonWhereTheKernelForbidsIt) {
  const TransportRow* const row = available("io_uring");
  if (row == nullptr)
    GTEST_SKIP() << "io_uring is unavailable: " << why_unavailable(*find_transport("io_uring"));
  expect_where_forbidden(SYS_io_uring_setup, [row] {
    const std::string why = why_unavailable(*row);
    return why.find("kernel.io_uring_disabled") != std::string::npos &&
           why.find(std::strerror(EPERM)) != std::string::npos;
  });
}

}  // namespace
}  // namespace pcbench::test
