// NatsLink: one connection to a NATS server, in its own protocol of lines. One thread uses it. The C library
// would start threads in every process, and no fork may follow one (decision 4).
// Owner       whoever makes it; the connection ends with it
// Source      docs.nats.io/reference/reference-protocols/nats-protocol
#pragma once

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "transport/brokers/local_server.h"

namespace pcbench {

class NatsLink {
 public:
  /// What answers to requests come to, each kind to its own.
  enum class Inbox : std::uint8_t { call = 1, acknowledgement = 2, pull = 3 };

  struct Message {
    Inbox inbox{};
    std::string reply;         ///< where to acknowledge it
    std::string_view status;   ///< "404": nothing is there; empty: it is no mere status
    std::string_view payload;  ///< valid until the next call
  };

  /// Errors: Error where no NATS server answers at SERVER.
  explicit NatsLink(const ServerName& server) : inbox_("_INBOX." + unique_name() + ".") {
    const std::string port = std::to_string(server.port);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(server.host.c_str(), port.c_str(), &hints, &found) == 0) {
      const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
      for (const addrinfo* at = found; at != nullptr && !open(*at); at = at->ai_next) {
      }
    }
    out_ = "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true}\r\n";
    for (const int kind : {1, 2, 3})
      out_ += "SUB " + inbox_ + std::to_string(kind) + " " + std::to_string(kind) + "\r\n";
    out_ += "PING\r\n";
    if (!line_ || !next_line().starts_with("INFO ") || !send() || !next_line().starts_with("PONG"))
      throw Error("no NATS server answers at " + server.text(), "transport_options/server",
                  "start it with JetStream: nats-server -js -a " + server.host + " -p " + port);
    patience_ms_ = 20'000;  // nothing that is asked for here takes so long
  }

  /// Adds a message to those that are sent with the next send() or receive(); its answer comes to INBOX.
  void publish(std::string_view subject, Inbox inbox, std::string_view payload) noexcept {
    out_.append("PUB ").append(subject).append(" ").append(inbox_);
    out_.append(std::to_string(static_cast<int>(inbox))).append(" ");
    out_.append(std::to_string(payload.size())).append("\r\n").append(payload).append("\r\n");
  }

  /// Sends what was published. False: the server is gone.
  bool send() noexcept {
    for (std::size_t sent = 0; sent < out_.size();) {
      const ssize_t n = ::send(line_.get(), out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return false;
      sent += static_cast<std::size_t>(n);
    }
    out_.clear();
    return true;
  }

  /// The next message; nullopt: the server is gone, or says something that it should not.
  [[nodiscard]] std::optional<Message> receive() noexcept {
    if (!send()) return std::nullopt;
    for (;;) {
      const std::string line = next_line();
      if (line.starts_with("PING")) {
        out_ = "PONG\r\n";
        if (!send()) return std::nullopt;
      } else if (line.starts_with("MSG ") || line.starts_with("HMSG ")) {
        return message(line);
      } else if (!line.starts_with("INFO ") && !line.starts_with("PONG") && !line.starts_with("+OK")) {
        return std::nullopt;
      }
    }
  }

  /// Sends what was published. False: nothing has come within TIMEOUT_MS, so receive() would wait.
  [[nodiscard]] bool comes(int timeout_ms) noexcept {
    if (!send()) return true;
    pollfd ready{line_.get(), POLLIN, 0};
    return begin_ < in_.size() || ::poll(&ready, 1, timeout_ms) > 0;
  }

  /// What the server answers to REQUEST on SUBJECT; nullopt: as receive(). Requires: nothing else is awaited.
  [[nodiscard]] std::optional<Message> call(std::string_view subject, std::string_view request) noexcept {
    publish(subject, Inbox::call, request);
    return receive();
  }

 private:
  bool open(const addrinfo& at) noexcept {
    line_.reset(::socket(at.ai_family, at.ai_socktype | SOCK_CLOEXEC, at.ai_protocol));
    const timeval limit{2, 0};
    const int on = 1;
    ::setsockopt(line_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);  // also of connect
    ::setsockopt(line_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (line_ && ::connect(line_.get(), at.ai_addr, at.ai_addrlen) == 0) return true;
    line_.reset();
    return false;
  }

  /// Reads until at least BYTES are there. False: the server is gone.
  bool fill(std::size_t bytes) noexcept {
    if (begin_ != 0) in_.erase(0, begin_);
    begin_ = 0;
    while (in_.size() < bytes) {
      pollfd ready{line_.get(), POLLIN, 0};
      if (::poll(&ready, 1, patience_ms_) <= 0) return false;
      std::array<char, 65536> some;
      const ssize_t n = ::recv(line_.get(), some.data(), some.size(), 0);
      if (n <= 0) return false;
      in_.append(some.data(), static_cast<std::size_t>(n));
    }
    return true;
  }

  /// Without its end; empty: the server is gone.
  std::string next_line() noexcept {
    std::size_t end = in_.find("\r\n", begin_);
    while (end == std::string::npos) {
      if (!fill(in_.size() - begin_ + 1)) return {};
      end = in_.find("\r\n", begin_);
    }
    std::string line = in_.substr(begin_, end - begin_);
    begin_ = end + 2;
    return line;
  }

  /// LINE is "MSG subject inbox [reply] bytes" or "HMSG subject inbox [reply] header_bytes bytes".
  std::optional<Message> message(const std::string& line) noexcept {
    std::array<std::string_view, 6> words;
    std::size_t count = 0;
    for (std::size_t at = 0; at < line.size() && count < words.size(); ++count) {
      const std::size_t space = std::min(line.find(' ', at), line.size());
      words[count] = std::string_view(line).substr(at, space - at);
      at = space + 1;
    }
    const std::size_t fixed = line.front() == 'H' ? 5 : 4;
    if (count != fixed && count != fixed + 1) return std::nullopt;
    const std::size_t header = line.front() == 'H' ? number(words[count - 2]) : 0;
    const std::size_t bytes = number(words[count - 1]);
    if (header > bytes || !fill(bytes + 2)) return std::nullopt;
    Message got;
    got.inbox = static_cast<Inbox>(number(words[2]));
    if (count == fixed + 1) got.reply = words[3];
    const std::string_view all(in_.data(), bytes);
    constexpr std::string_view kVersion = "NATS/1.0 ";
    if (header > kVersion.size() + 3) got.status = all.substr(kVersion.size(), 3);
    got.payload = all.substr(header);
    begin_ = bytes + 2;
    return got;
  }

  static std::size_t number(std::string_view text) noexcept {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  FileDescriptor line_;
  int patience_ms_ = 5'000;  // what is no NATS server may never say a word
  std::string inbox_;
  std::string out_;        // not sent yet
  std::string in_;         // read
  std::size_t begin_ = 0;  // of what is not used yet
};

}  // namespace pcbench
