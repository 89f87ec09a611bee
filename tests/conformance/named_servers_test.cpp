// Servers that a config names: they may not answer, or not as they should, and are left as they were.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "support/round.h"
#include "transport/brokers/local_server.h"

namespace pcbench::test {
namespace {

/// A socket that takes connections, and what a config calls it.
std::pair<FileDescriptor, std::string> listening() {
  FileDescriptor listener(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  socklen_t length = sizeof address;
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
  EXPECT_EQ(::listen(listener.get(), 4), 0);
  EXPECT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  return {std::move(listener), "127.0.0.1:" + std::to_string(ntohs(address.sin_port))};
}

TEST(NamedServer, ThatDoesNotAnswerIsRefused) {
  const Deadline deadline(60);
  const auto [silent, silent_name] = listening();
  for (const char* transport : {"nats", "redis"}) {
    const TransportRow& row = *find_transport(transport);
    if (!why_unavailable(row).empty()) continue;
    Case config;
    config.transport = transport;
    config.transport_options = {{"server", "127.0.0.1:1"}};
    EXPECT_THROW((void)row.create(spec_of(config)), Error) << transport;
    for (const std::string& name : {std::string("127.0.0.1:1"), silent_name}) {
      config.transport_options = {{"server", name}};
      const std::string refusal = row.refuse(config);
      EXPECT_NE(refusal.find("answers at " + name), std::string::npos) << refusal;
    }
  }
}

/// Of a NATS server what one who pulls needs. It leaves the first pull without an answer, and answers the
/// others with MESSAGE.
void serve_all_but_the_first_pull(const FileDescriptor& listener, const std::string& message,
                                  int connections) {
  for (bool pulled = false; connections > 0; --connections) {
    const int peer = ::accept(listener.get(), nullptr, nullptr);
    FILE* const in = ::fdopen(peer, "r");
    FILE* const line = ::fdopen(::dup(peer), "w");
    std::fputs("INFO {}\r\n", line);
    std::array<char, 1024> text{}, subject{}, inbox{};
    while (std::fflush(line) == 0 && std::fgets(text.data(), text.size(), in) != nullptr) {
      std::size_t bytes = 0;
      if (std::string_view(text.data()).starts_with("PING")) std::fputs("PONG\r\n", line);
      if (std::sscanf(text.data(), "PUB %1023s %1023s %zu", subject.data(), inbox.data(), &bytes) != 3)
        continue;
      for (std::size_t i = 0; i < bytes + 2; ++i) (void)std::fgetc(in);
      const bool pull = std::strstr(subject.data(), "MSG.NEXT") != nullptr;
      if (pull && !std::exchange(pulled, true)) continue;
      const std::string answer = pull ? message : "{}";
      std::fprintf(line, "MSG x %c y %zu\r\n", inbox[std::strlen(inbox.data()) - 1], answer.size());
      std::fwrite(answer.data(), 1, answer.size(), line);
      std::fputs("\r\n", line);
    }
    std::fclose(in);
    std::fclose(line);
  }
}

TEST(Nats, PullsAgainWhereTheServerLeftAPullWithoutAnAnswer) {
  const Deadline deadline(30);
  const auto [listener, name] = listening();
  Case config;
  config.transport = "nats";
  config.transport_options = {{"server", name}};
  const RoundSpec spec = spec_of(config);
  std::string message(spec.message_bytes, 'm');
  std::thread server([&, &from = listener] { serve_all_but_the_first_pull(from, message, 3); });
  {
    const auto channel = find_transport("nats")->create(spec);  // the first connection; its end has the third
    channel->with_consumer(0, [](AnyConsumer& consumer) {
      for (int i = 0; i < 20; ++i) {  // and only the first of them takes long
        ASSERT_EQ(consumer.try_peek(1).count, 1U);
        consumer.release(1);
      }
    });
  }
  server.join();
}

/// What the Redis server AT says to COMMAND, its first 100 bytes.
std::string redis_says(const ServerName& at, const std::string& command) {
  const FileDescriptor line(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(at.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(line.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  const std::string sent = command + "\r\n";
  if (::send(line.get(), sent.data(), sent.size(), MSG_NOSIGNAL) < 0) return {};
  std::string answer(100, '\0');
  answer.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(line.get(), answer.data(), 100), 0)));
  return answer;
}

TEST(Redis, LeavesANamedServerAsItWas) {
  const Deadline deadline(30);
  if (find_program("redis-server").empty()) GTEST_SKIP() << "there is no redis-server";
  const ServerProgram program{
      "redis-server", "redis-server", false,
      [](std::uint16_t port, const std::string& /*folder*/) -> std::vector<std::string> {
        return {"--port", std::to_string(port), "--save", "", "--bind", "127.0.0.1", "--dir", "/"};
      },
      [](const ServerName& at) { return redis_says(at, "PING") == "+PONG\r\n"; }};
  const LocalServer server(program);
  Case config;
  config.transport = "redis";
  config.messages = 500;
  config.transport_options = {{"server", server.at().text()}};
  const TransportRow& row = *find_transport("redis");
  if (const std::string why = not_promised(row, config); !why.empty()) GTEST_SKIP() << why;
  {
    const auto channel = row.create(spec_of(config));
    EXPECT_EQ(redis_says(server.at(), "DBSIZE"), ":1\r\n") << "one stream";
  }
  EXPECT_EQ(Round::with_threads(spec_of(config)).complaint(), "");
  EXPECT_EQ(redis_says(server.at(), "DBSIZE"), ":0\r\n");
}

}  // namespace
}  // namespace pcbench::test
