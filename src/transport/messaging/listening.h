// Listening: the socket of a channel whose ends find each other by address: made before any worker exists,
// inherited by all, and asked for its address by each. Nothing of it is in a file system.
// Owner       run/ makes it and drops it; a consumer's library gets a duplicate. While anybody holds one,
//             whoever connects waits for the next consumer instead of being refused.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <random>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace pcbench {

/// "pcbench-" and 16 random digits: for names that only this machine's memory knows.
[[nodiscard]] inline std::string random_name() {
  std::random_device random;
  return fmt::format("pcbench-{:08x}{:08x}", random(), random());
}

/// A socket that listens at ADDRESS. Errors: Error.
[[nodiscard]] inline FileDescriptor listening_at(const sockaddr* address, socklen_t size,
                                                 const char* remedy) {
  FileDescriptor made(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made) throw system_error("socket", "raise the limit of open files: ulimit -n");
  if (::bind(made.get(), address, size) != 0 || ::listen(made.get(), SOMAXCONN) != 0)
    throw system_error("listen", remedy);
  return made;
}

/// One of Unix, with an abstract name, which ends with its last descriptor.
[[nodiscard]] inline FileDescriptor listening_unix() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = random_name();
  std::memcpy(address.sun_path + 1, name.data(), name.size());  // the zero before it makes it abstract
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return listening_at(reinterpret_cast<const sockaddr*>(&address), size, "");
}

/// One of TCP on the loopback, at a port that the kernel chose.
[[nodiscard]] inline FileDescriptor listening_tcp() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return listening_at(reinterpret_cast<const sockaddr*>(&address), sizeof address,
                      "bring the loopback interface up: ip link set lo up");
}

/// Where LISTENING listens, as ZeroMQ writes it. Errors: Error.
[[nodiscard]] inline std::string address_of(const FileDescriptor& listening) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw system_error("getsockname");
  if (address.ss_family == AF_INET)
    return fmt::format("tcp://127.0.0.1:{}", ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port));
  const char* const name = reinterpret_cast<const sockaddr_un*>(&address)->sun_path + 1;
  return "ipc://@" + std::string(name, size - offsetof(sockaddr_un, sun_path) - 1);
}

}  // namespace pcbench
