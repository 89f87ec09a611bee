// io_uring: socketpair_seqpacket with its sends and receives through io_uring.
// Promises    as socketpair_seqpacket (kernel/packets.h), where the kernel has io_uring and allows it
// Threads     each endpoint by one thread, with a ring of its own; all endpoints at once.
// Owner       run/ owns the sockets; each endpoint its duplicate and its ring, made by the worker itself.
// Layout      the kernel's. A run of several messages is as many requests, linked, so that the first that
//             finds no room, or no message, cancels those after it; one system call submits and awaits all.
// Pairs       the kernel's own lock of the receiver's queue; of the rings' words, liburing's
// Peer death  as socketpair_seqpacket
// Source      io_uring(7), liburing 2.3
#pragma once

#include <fmt/format.h>
#include <liburing.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "transport/kernel/packets.h"

namespace pcbench {

/// A ring whose requests are submitted as chains, none of which outlives the call.
class LinkedRing {
 public:
  /// Errors: Error.
  explicit LinkedRing(std::uint32_t entries) : ring_(new io_uring) {
    const int result = ::io_uring_queue_init(entries, ring_.get(), 0);
    if (result == 0) return;
    delete ring_.release();  // there is nothing to exit
    errno = -result;
    throw system_error("io_uring_setup", "raise the limit of open files: ulimit -n");
  }

  /// What became of a chain: so many were done, and the result that ended it; 0: none did, or an end of file.
  struct Outcome {
    std::uint32_t done = 0;
    int ended_by = 0;
  };

  /// Submits COUNT requests, each PREPAREd, and waits for all; one is done when it has moved BYTES.
  /// Requires: COUNT is at most the ring's entries, and no request can block.
  template <class Prepare>
  [[nodiscard]] Outcome run(std::uint32_t count, std::size_t bytes, Prepare&& prepare) noexcept {
    for (std::uint32_t i = 0; i < count; ++i) {
      io_uring_sqe* const request = ::io_uring_get_sqe(ring_.get());
      prepare(request, i);
      if (i + 1 < count) request->flags |= IOSQE_IO_LINK;
    }
    ::io_uring_submit_and_wait(ring_.get(), count);
    Outcome outcome;
    for (std::uint32_t i = 0; i < count; ++i) {
      io_uring_cqe* completion = nullptr;
      do {  // a signal, or memory that the kernel was short of, may have ended the call above too early
        if (::io_uring_sq_ready(ring_.get()) != 0) ::io_uring_submit(ring_.get());
      } while (::io_uring_wait_cqe(ring_.get(), &completion) != 0);
      const int result = completion->res;
      if (result == static_cast<int>(bytes)) ++outcome.done;
      else if (outcome.ended_by == 0 && result != -ECANCELED) outcome.ended_by = result;
      ::io_uring_cqe_seen(ring_.get(), completion);
    }
    return outcome;
  }

 private:
  struct Exit {
    void operator()(io_uring* ring) const noexcept {
      ::io_uring_queue_exit(ring);
      delete ring;
    }
  };
  std::unique_ptr<io_uring, Exit> ring_;
};

class UringSink {
 public:
  UringSink(FileDescriptor fd, std::size_t packet_bytes, std::uint32_t run)
      : fd_(std::move(fd)), packet_bytes_(packet_bytes), ring_(run) {}
  [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
    const auto [done, ended_by] = ring_.run(count, packet_bytes_, [&](io_uring_sqe* request, std::size_t i) {
      ::io_uring_prep_send(request, fd_.get(), first + i * packet_bytes_, packet_bytes_,
                           MSG_DONTWAIT | MSG_NOSIGNAL);
    });
    if (done != 0) return {done, PushStatus::ok};
    if (ended_by == -EAGAIN || ended_by == -ENOBUFS) return {};
    return {0, PushStatus::closed};  // EPIPE: no consumer is left
  }
  [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                               std::uint64_t timeout_ns) noexcept {
    poll_within(fd_.get(), POLLOUT, timeout_ns);
    return {};
  }
  void close() noexcept { fd_.reset(); }

 private:
  FileDescriptor fd_;
  std::size_t packet_bytes_;
  LinkedRing ring_;
};

class UringSource {
 public:
  UringSource(FileDescriptor fd, std::size_t packet_bytes, std::uint32_t run)
      : fd_(std::move(fd)), packet_bytes_(packet_bytes), ring_(run) {}
  [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
    const auto [done, ended_by] = ring_.run(want, packet_bytes_, [&](io_uring_sqe* request, std::size_t i) {
      ::io_uring_prep_recv(request, fd_.get(), room + i * packet_bytes_, packet_bytes_, MSG_DONTWAIT);
    });
    if (done != 0) return {done, PopStatus::ok};
    return {0, ended_by == 0 ? PopStatus::closed : PopStatus::empty};
  }
  [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                  std::uint64_t timeout_ns) noexcept {
    poll_within(fd_.get(), POLLIN, timeout_ns);
    return {};
  }

 private:
  FileDescriptor fd_;
  std::size_t packet_bytes_;
  LinkedRing ring_;
};

using IoUring = PacketTransport<SocketKind::pair_seqpacket, UringSink, UringSource>;

/// Why the kernel does not let us use io_uring, with the remedy; empty: it does.
[[nodiscard]] inline std::string why_no_io_uring() {
  io_uring trial;
  const int result = ::io_uring_queue_init(1, &trial, 0);
  if (result == 0) {
    ::io_uring_queue_exit(&trial);
    return {};
  }
  if (result == -ENOSYS) return "this kernel has no io_uring (CONFIG_IO_URING)";
  return fmt::format(
      "io_uring_setup is refused ({}), kernel.io_uring_disabled is {}: sysctl -w kernel.io_uring_disabled=0, "
      "or leave the container whose filter forbids it",
      std::strerror(-result), kernel_limit("kernel/io_uring_disabled", 0));
}

}  // namespace pcbench
