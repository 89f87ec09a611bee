#include "transport/kernel/sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "transport/kernel/limits.h"
#include "transport/kernel/private_name.h"

namespace pcbench {
namespace {

constexpr char kMoreDescriptors[] = "raise the limit of open files: ulimit -n";
constexpr int kFlags = SOCK_CLOEXEC | SOCK_NONBLOCK;
constexpr int kPatienceMs = 1000;

FileDescriptor socket_of(int domain, int type) {
  FileDescriptor made(::socket(domain, type | SOCK_CLOEXEC, 0));
  if (!made) throw system_error("socket", kMoreDescriptors);
  return made;
}

void set_nonblocking(int fd) {
  if (::fcntl(fd, F_SETFL, O_NONBLOCK) != 0) throw system_error("O_NONBLOCK");
}

std::uint64_t option_of(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? static_cast<std::uint64_t>(value) : 0;
}

/// Takes BYTES back out of CONSUMER_END.
void take_back(int consumer_end, std::uint64_t bytes) {
  std::vector<std::byte> room(1U << 17U);
  while (bytes != 0) {
    const ssize_t n = ::recv(consumer_end, room.data(), std::min<std::uint64_t>(room.size(), bytes), 0);
    if (n > 0) {
      bytes -= std::min(bytes, static_cast<std::uint64_t>(n));
      continue;
    }
    pollfd watched{consumer_end, POLLIN, 0};
    if (n == 0 || (errno != EAGAIN && errno != EINTR) || ::poll(&watched, 1, kPatienceMs) == 0)
      throw system_error("recv of what was sent to see how much fits");
  }
}

/// Whole frames that PRODUCER_END takes before it says full; they are taken back out of CONSUMER_END.
std::uint64_t frames_taken(int producer_end, int consumer_end, std::size_t frame_bytes) {
  constexpr std::uint64_t kFramesMax = std::uint64_t{1} << 20U;
  const std::vector<std::byte> frame(frame_bytes);
  std::uint64_t bytes = 0;
  while (bytes < kFramesMax * frame_bytes) {
    const std::size_t at = bytes % frame_bytes;
    const ssize_t n = ::send(producer_end, frame.data() + at, frame_bytes - at, MSG_NOSIGNAL);
    if (n > 0) bytes += static_cast<std::uint64_t>(n);
    else if (errno != EINTR) break;
  }
  take_back(consumer_end, bytes);
  return bytes / frame_bytes;
}

}  // namespace

SocketEnds::SocketEnds(SocketKind kind, const RoundSpec& spec) : kind_(kind) {
  const std::uint32_t connections = is_stream(kind) ? spec.producers : 1;
  const std::uint64_t bytes = sizeof(Shared) + connections * sizeof(std::atomic<std::uint32_t>);
  region_ = SharedRegion::create(bytes);
  new (region_.data()) Shared{{kHeader.magic, kHeader.version, bytes}, 0};
  for (std::uint32_t i = 0; i < connections; ++i)
    new (region_.data() + sizeof(Shared) + i * sizeof(std::atomic<std::uint32_t>))
        std::atomic<std::uint32_t>(0);
  find_shared();
  while (this->connections() < connections) connect_one();
  shared_->capacity_slots = room_for(spec) * connections;
}

SocketEnds::SocketEnds(SocketKind kind, const Handles& handles) : kind_(kind) {
  const std::size_t connections = (handles.size() - 1) / 2;
  for (std::size_t i = 0; i < connections; ++i) add(handles[i], handles[connections + i]);
  region_ = SharedRegion::attach(FileDescriptor(handles.back()));
  require_region(region_.data(), region_.size(), kHeader, "socket attach");
  find_shared();
}

void SocketEnds::find_shared() noexcept {
  shared_ = std::launder(reinterpret_cast<Shared*>(region_.data()));
  begun_bytes_ = std::launder(reinterpret_cast<std::atomic<std::uint32_t>*>(region_.data() + sizeof(Shared)));
}

void SocketEnds::add(int producer_end, int consumer_end) {
  producer_ends_.emplace_back(producer_end);
  consumer_ends_.emplace_back(consumer_end);
}

void SocketEnds::connect_one() {
  if (kind_ == SocketKind::tcp) return connect_by_tcp();
  if (kind_ == SocketKind::unix_stream || kind_ == SocketKind::unix_dgram) return connect_to_name();
  int ends[2] = {-1, -1};
  const int type = kind_ == SocketKind::pair_stream ? SOCK_STREAM : SOCK_SEQPACKET;
  if (::socketpair(AF_UNIX, type | kFlags, 0, ends) != 0) throw system_error("socketpair", kMoreDescriptors);
  add(ends[0], ends[1]);
}

void SocketEnds::connect_to_name() {
  const PrivateName name;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.path().size() >= sizeof address.sun_path)
    throw Error("the name of a Unix socket has at most " + std::to_string(sizeof address.sun_path - 1) +
                    " characters, \"" + name.path() + "\" has more",
                "bind", "set TMPDIR to a folder with a short name");
  std::memcpy(address.sun_path, name.path().c_str(), name.path().size());
  const auto* plain = reinterpret_cast<const sockaddr*>(&address);
  const int type = kind_ == SocketKind::unix_dgram ? SOCK_DGRAM : SOCK_STREAM;
  FileDescriptor bound = socket_of(AF_UNIX, type);
  FileDescriptor sender = socket_of(AF_UNIX, type);
  if (::bind(bound.get(), plain, sizeof address) != 0) throw system_error("bind to " + name.path());
  if (type == SOCK_STREAM && ::listen(bound.get(), 1) != 0) throw system_error("listen");
  if (::connect(sender.get(), plain, sizeof address) != 0) throw system_error("connect to " + name.path());
  if (type == SOCK_STREAM) bound.reset(::accept4(bound.get(), nullptr, nullptr, kFlags));
  if (!bound) throw system_error("accept", kMoreDescriptors);
  set_nonblocking(sender.get());
  set_nonblocking(bound.get());
  producer_ends_.push_back(std::move(sender));
  consumer_ends_.push_back(std::move(bound));
}

void SocketEnds::connect_by_tcp() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  const FileDescriptor listener = socket_of(AF_INET, SOCK_STREAM);
  if (::bind(listener.get(), plain, size) != 0 || ::listen(listener.get(), 8) != 0 ||
      ::getsockname(listener.get(), plain, &size) != 0)
    throw system_error("listen on 127.0.0.1", "bring the loopback interface up: ip link set lo up");
  FileDescriptor sender = socket_of(AF_INET, SOCK_STREAM);
  const int on = 1;
  if (::connect(sender.get(), plain, size) != 0 || ::getsockname(sender.get(), plain, &size) != 0 ||
      ::setsockopt(sender.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
    throw system_error("connect to 127.0.0.1");
  set_nonblocking(sender.get());
  FileDescriptor accepted;
  sockaddr_in peer{};
  do {  // any local program may have connected, too: until it is ours
    socklen_t peer_size = sizeof peer;
    accepted.reset(::accept4(listener.get(), reinterpret_cast<sockaddr*>(&peer), &peer_size, kFlags));
    if (!accepted) throw system_error("accept", kMoreDescriptors);
  } while (peer.sin_port != address.sin_port || peer.sin_addr.s_addr != address.sin_addr.s_addr);
  producer_ends_.push_back(std::move(sender));
  consumer_ends_.push_back(std::move(accepted));
}

/// The kernel counts a message with what it adds to it, doubles what SO_SNDBUF asks for and cuts it without a
/// word: so the buffer grows until the messages asked for were seen to fit.
std::uint64_t SocketEnds::room_for(const RoundSpec& spec) {
  const std::uint64_t allowed_bytes = kernel_limit("net/core/wmem_max", 212'992);
  const std::uint64_t queue = kernel_limit("net/unix/max_dgram_qlen", 10) + 1;
  if (kind_ == SocketKind::unix_dgram && spec.capacity_slots > queue)
    throw Error("a datagram socket here holds at most " + std::to_string(queue) +
                    " messages (net.unix.max_dgram_qlen + 1)",
                "capacity_slots", "ask for fewer slots, or raise that limit");
  if (kind_ == SocketKind::tcp && spec.capacity_slots == 0) return 0;
  const int sender = producer_ends_[0].get();
  const std::uint64_t wanted =
      std::max<std::uint64_t>(1, (spec.capacity_slots + connections() - 1) / connections());
  std::uint64_t ask_bytes =
      spec.capacity_slots == 0 ? option_of(sender, SO_SNDBUF) / 2 : wanted * spec.message_bytes / 2;
  for (bool set = spec.capacity_slots != 0;; set = true) {
    if (ask_bytes > allowed_bytes)
      throw Error(std::to_string(wanted) + " messages of " + std::to_string(spec.message_bytes) +
                      " bytes need a send buffer of more than net.core.wmem_max, " +
                      std::to_string(allowed_bytes) + " bytes",
                  "SO_SNDBUF", "ask for fewer slots or a smaller payload, or raise that limit");
    const int value = static_cast<int>(ask_bytes);
    for (const FileDescriptor& end : producer_ends_)
      if (set && ::setsockopt(end.get(), SOL_SOCKET, SO_SNDBUF, &value, sizeof value) != 0)
        throw system_error("SO_SNDBUF");
    const std::uint64_t fit = frames_taken(sender, consumer_ends_[0].get(), spec.message_bytes);
    if (fit >= wanted) return fit;
    const std::uint64_t larger = fit == 0 ? 2 * ask_bytes : ask_bytes * wanted / fit;
    ask_bytes = larger + larger / 16 + spec.message_bytes;
  }
}

Effective SocketEnds::effective(std::uint32_t batch) const {
  Effective effective{capacity(), batch, {{"connections", std::int64_t{connections()}}}};
  const int fd = (producer_ends_[0] ? producer_ends_[0] : consumer_ends_[0]).get();
  effective.others.emplace_back("send_buffer_bytes", static_cast<std::int64_t>(option_of(fd, SO_SNDBUF)));
  if (kind_ == SocketKind::unix_dgram)
    effective.others.emplace_back("max_dgram_qlen",
                                  static_cast<std::int64_t>(kernel_limit("net/unix/max_dgram_qlen", 10)));
  if (kind_ == SocketKind::tcp) effective.others.emplace_back("tcp_nodelay", std::int64_t{1});
  return effective;
}

Handles SocketEnds::handles() const {
  Handles all;
  for (const FileDescriptor& end : producer_ends_) all.push_back(end.get());
  for (const FileDescriptor& end : consumer_ends_) all.push_back(end.get());
  all.push_back(region_.descriptor());
  return all;
}

void SocketEnds::drop(Keep keep) noexcept {
  for (FileDescriptor& end : producer_ends_) end.reset();
  if (keep == Keep::consumer_ends) return;
  for (FileDescriptor& end : consumer_ends_) end.reset();
}

}  // namespace pcbench
