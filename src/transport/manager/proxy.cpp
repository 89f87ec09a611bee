#include "transport/manager/proxy.h"

#include <algorithm>
#include <cerrno>

namespace pcbench {

std::optional<std::size_t> moved_bytes(ssize_t n) noexcept {
  if (n > 0) return static_cast<std::size_t>(n);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  return std::nullopt;
}

ManagerPieces::ManagerPieces(void* header, std::size_t header_bytes, void* body,
                             std::size_t body_bytes) noexcept
    : pieces_{{{header, header_bytes}, {body, body_bytes}}} {
  message_.msg_iov = pieces_.data();
  message_.msg_iovlen = pieces_.size();
}

void ManagerPieces::skip(std::size_t bytes) noexcept {
  for (iovec& piece : pieces_) {
    const std::size_t here = std::min(bytes, piece.iov_len);
    piece = {static_cast<std::byte*>(piece.iov_base) + here, piece.iov_len - here};
    bytes -= here;
  }
}

ManagerReply ManagerProxy::ask(const ManagerRequest& request, const std::byte* body, std::byte* room,
                               std::size_t room_bytes) noexcept {
  constexpr ManagerReply kGone{ManagerStatus::closed, 0, 0};
  ManagerRequest header = request;
  ManagerPieces out(&header, sizeof header, const_cast<std::byte*>(body), request.body_bytes);
  for (std::size_t left = sizeof header + request.body_bytes; left != 0;) {
    const auto n = moved_bytes(::sendmsg(socket_.get(), out.left(), MSG_NOSIGNAL));
    if (!n) return kGone;
    out.skip(*n);
    left -= *n;
  }
  ManagerReply reply{};
  ManagerPieces in(&reply, sizeof reply, room, room_bytes);
  for (std::size_t got = 0; got < sizeof reply + reply.body_bytes;) {
    const auto n = moved_bytes(::recvmsg(socket_.get(), in.left(), 0));
    if (!n) return kGone;
    in.skip(*n);
    got += *n;
  }
  return reply;
}

}  // namespace pcbench
