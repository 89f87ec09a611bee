#include "transport/manager/server.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <exception>
#include <utility>

#include "base/child.h"
#include "base/clock.h"
#include "transport/manager/proxy.h"

namespace pcbench {
namespace {

using Bytes = std::vector<std::byte>;

/// The server's end of one worker's connection, and how far its request is.
class Connection {
 public:
  explicit Connection(FileDescriptor socket) : socket_(std::move(socket)) {}

  [[nodiscard]] pollfd watched() const noexcept {
    const int events = sent_ < out_.size() ? POLLOUT : waits() ? 0 : POLLIN;
    return {socket_.get(), static_cast<short>(events), 0};
  }
  [[nodiscard]] const ManagerRequest& request() const noexcept { return request_; }
  [[nodiscard]] const std::byte* body() const noexcept { return body_.data(); }
  /// Whether a request is there and not answered.
  [[nodiscard]] bool waits() const noexcept { return whole_; }
  [[nodiscard]] std::uint64_t deadline_ns() const noexcept { return deadline_ns_; }
  void hang_up() noexcept {
    socket_.reset();
    whole_ = false;
    out_.clear();
    sent_ = 0;
  }

  /// Reads on in a request. True: it is whole.
  bool read() {
    constexpr std::size_t kHeader = sizeof request_;
    // As if its body were as large as the last one's: there is never more than one request.
    ManagerPieces pieces(&request_, kHeader, body_.data(), body_.size());
    pieces.skip(got_);
    const auto n = moved_bytes(::recvmsg(socket_.get(), pieces.left(), MSG_DONTWAIT));
    if (!n) return hang_up(), false;
    got_ += *n;
    if (got_ >= kHeader) body_.resize(request_.body_bytes);
    if (got_ < kHeader || *n == 0) return false;
    if (got_ < kHeader + body_.size()) return read();
    got_ = 0;
    deadline_ns_ = request_.timeout_ns == 0 ? 0 : now_ns() + request_.timeout_ns;
    return whole_ = true;
  }

  /// Answers the request. False: whoever asked has gone.
  bool answer(ManagerStatus status, std::uint32_t count, const Bytes& body = {}) {
    whole_ = false;
    const ManagerReply reply{status, count, body.size()};
    out_.resize(sizeof reply + body.size());
    std::memcpy(out_.data(), &reply, sizeof reply);
    if (!body.empty()) std::memcpy(out_.data() + sizeof reply, body.data(), body.size());
    sent_ = 0;
    write();
    return static_cast<bool>(socket_);
  }
  void write() noexcept {
    const auto n = moved_bytes(
        ::send(socket_.get(), out_.data() + sent_, out_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL));
    if (!n) return hang_up();
    sent_ += *n;
  }

 private:
  FileDescriptor socket_;
  ManagerRequest request_{};
  Bytes body_;
  std::size_t got_ = 0;  // bytes of the request that is coming in
  bool whole_ = false;
  std::uint64_t deadline_ns_ = 0;  // absolute; 0: at once
  Bytes out_;
  std::size_t sent_ = 0;
};

/// A plain queue and plain numbers; does what it is asked, one request after the other.
class ManagerServer {
 public:
  ManagerServer(std::vector<FileDescriptor> sockets, const ManagerContents& contents)
      : bytes_(contents.message_bytes), capacity_(contents.capacity_slots), numbers_(contents.numbers) {
    for (FileDescriptor& socket : sockets) connections_.emplace_back(std::move(socket));
  }

  /// Returns when nobody is connected any more.
  void serve() {
    std::vector<pollfd> watched;
    for (;;) {
      watched.clear();
      bool anybody = false;
      for (const Connection& connection : connections_) {
        watched.push_back(connection.watched());
        anybody = anybody || watched.back().fd >= 0;
      }
      if (!anybody) return;
      const timespec timeout = timespec_of(since(first_deadline_ns(), now_ns()));
      ::ppoll(watched.data(), watched.size(), waiting_.empty() ? nullptr : &timeout, nullptr);
      for (std::size_t i = 0; i < watched.size(); ++i)
        if (watched[i].revents != 0) look_after(connections_[i]);
      send_away_the_late();
    }
  }

 private:
  void look_after(Connection& connection) {
    const short events = connection.watched().events;
    if (events == POLLOUT) return connection.write();
    if (events == 0) {  // who waits has nothing to say: it hung up
      std::erase(waiting_, &connection);
      return connection.hang_up();
    }
    if (!connection.read()) return;
    if (!attempt(connection)) return keep(connection);
    // What was done may be what others wait for, and what they then do, too.
    for (bool more = true; more;)
      more = std::erase_if(waiting_, [this](Connection* other) { return attempt(*other); }) != 0;
  }

  void keep(Connection& connection) {
    if (connection.deadline_ns() == 0) connection.answer(ManagerStatus::later, 0);
    else waiting_.push_back(&connection);
  }

  /// Carries out its request and answers it, unless none of it can be done now.
  bool attempt(Connection& connection) {
    switch (connection.request().call) {
      case ManagerCall::put:
        return put(connection);
      case ManagerCall::take:
        return take(connection);
      case ManagerCall::close:
        closed_ = true;
        connection.answer(ManagerStatus::done, 0);
        return true;
      case ManagerCall::get:
      case ManagerCall::set:
      case ManagerCall::add:
        use_number(connection);
        return true;
    }
    return false;
  }

  void use_number(Connection& connection) {
    const ManagerCall call = connection.request().call;
    std::uint64_t& number = numbers_.at(connection.request().count);
    if (call == ManagerCall::set) std::memcpy(&number, connection.body(), sizeof number);
    if (call == ManagerCall::add) ++number;
    const auto* const bytes = reinterpret_cast<const std::byte*>(&number);
    connection.answer(ManagerStatus::done, 1,
                      call == ManagerCall::get ? Bytes(bytes, bytes + sizeof number) : Bytes());
  }

  bool put(Connection& connection) {
    const auto room = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(connection.request().count, capacity_ - queue_.size()));
    if (room == 0) return false;
    for (std::uint32_t i = 0; i < room; ++i)
      queue_.emplace_back(connection.body() + i * bytes_, connection.body() + (i + 1) * bytes_);
    connection.answer(ManagerStatus::done, room);
    return true;
  }

  bool take(Connection& connection) {
    const auto there =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(connection.request().count, queue_.size()));
    if (there == 0) {
      if (closed_) connection.answer(ManagerStatus::closed, 0);
      return closed_;
    }
    Bytes messages;
    messages.reserve(there * bytes_);
    for (std::uint32_t i = 0; i < there; ++i)
      messages.insert(messages.end(), queue_[i].begin(), queue_[i].end());
    if (connection.answer(ManagerStatus::done, there, messages))  // else they are the next one's
      queue_.erase(queue_.begin(), queue_.begin() + there);
    return true;
  }

  [[nodiscard]] std::uint64_t first_deadline_ns() const noexcept {
    std::uint64_t first = UINT64_MAX;
    for (const Connection* connection : waiting_) first = std::min(first, connection->deadline_ns());
    return first;
  }
  void send_away_the_late() {
    if (waiting_.empty()) return;
    const std::uint64_t now = now_ns();
    std::erase_if(waiting_, [now](Connection* connection) {
      const bool late = connection->deadline_ns() <= now;
      if (late) connection->answer(ManagerStatus::later, 0);
      return late;
    });
  }

  std::size_t bytes_;
  std::uint64_t capacity_;
  std::deque<Connection> connections_;
  std::vector<Connection*> waiting_;  // in the order they came
  std::deque<Bytes> queue_;
  std::vector<std::uint64_t> numbers_;
  bool closed_ = false;
};

}  // namespace

ManagerProcess::ManagerProcess(std::size_t connections, const ManagerContents& contents)
    : starter_(::getpid()) {
  std::vector<FileDescriptor> servers;
  for (std::size_t i = 0; i < connections; ++i) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      throw system_error("socketpair", "raise the limit of open files (ulimit -n) or ask for fewer workers");
    ends_.emplace_back(ends[0]);
    servers.emplace_back(ends[1]);
  }
  std::fflush(nullptr);  // or it would be written twice
  server_ = ::fork();
  if (server_ < 0) throw system_error("fork", "raise the limit of processes (ulimit -u)");
  if (server_ != 0) return;
  become_child_of(starter_);
  ::prctl(PR_SET_NAME, "pcb-manager");
  ends_.clear();  // or it would never see that a worker has gone
  try {
    ManagerServer(std::move(servers), contents).serve();
  } catch (const std::exception&) {
    ::_exit(1);  // of memory: everybody finds it gone
  }
  ::_exit(0);
}

ManagerProcess::~ManagerProcess() {
  if (::getpid() != starter_) return;
  ::kill(server_, SIGKILL);
  while (::waitpid(server_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace pcbench
