// ManagerProxy: how a worker asks a manager's server: a request and a reply at a time, on its own socket.
// Threads     a proxy is one worker's
// Layout      requests one way, a reply to each the other way, each a header and a body
// Pairs       the kernel's own locks of the socket
// Peer death  when the server has gone, every call says closed
#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/file_descriptor.h"

namespace pcbench {

enum class ManagerCall : std::uint32_t {
  put,    ///< messages, the body: as many as there is room for
  take,   ///< up to so many messages, which come as the reply's body
  close,  ///< nothing more will be put
  get,    ///< number COUNT, as the reply's body
  set,    ///< number COUNT becomes the body
  add,    ///< 1 to number COUNT
};

enum class ManagerStatus : std::uint32_t {
  done,    ///< of put and take: at least one was
  later,   ///< none could be, until the time was over
  closed,  ///< none is there and none will be
};

struct ManagerRequest {
  ManagerCall call;
  std::uint32_t count;
  std::uint64_t timeout_ns;  ///< how long it may be kept until it can be done
  std::uint64_t body_bytes;
};

struct ManagerReply {
  ManagerStatus status;
  std::uint32_t count;
  std::uint64_t body_bytes;
};

/// One worker's end of its connection. Calls block until the server answers.
class ManagerProxy {
 public:
  explicit ManagerProxy(FileDescriptor socket) noexcept : socket_(std::move(socket)) {}
  /// Sends REQUEST with BODY and returns the reply, its body in ROOM of ROOM_BYTES; `closed` when there is
  /// no server any more. Requires: BODY has request.body_bytes, and the reply fits.
  [[nodiscard]] ManagerReply ask(const ManagerRequest& request, const std::byte* body, std::byte* room,
                                 std::size_t room_bytes) noexcept;

 private:
  FileDescriptor socket_;
};

/// A header and a body on their way through a socket.
class ManagerPieces {
 public:
  ManagerPieces(void* header, std::size_t header_bytes, void* body, std::size_t body_bytes) noexcept;
  /// What is left of them, for sendmsg and recvmsg.
  [[nodiscard]] msghdr* left() noexcept { return &message_; }
  /// So many bytes are through.
  void skip(std::size_t bytes) noexcept;

 private:
  std::array<iovec, 2> pieces_;
  msghdr message_{};
};

/// What a call on a socket that returned N moved; 0: nothing now; nullopt: the other side has gone.
[[nodiscard]] std::optional<std::size_t> moved_bytes(ssize_t n) noexcept;

}  // namespace pcbench
