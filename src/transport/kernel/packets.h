// socketpair_seqpacket, unix_dgram: Unix sockets that keep messages apart, one queue for all.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn); the kernel sizes the buffers.
//             socketpair_seqpacket closes by the end of file; unix_dgram has none, and holds at most
//             net.unix.max_dgram_qlen + 1 messages. Payload up to 64 KiB: beyond some 80 KiB the kernel would
//             need memory in one piece for each message. `full` is a guess: a buffer counts bytes.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ connects and drops both ends; each endpoint closes its own duplicate. unix_dgram's name is
//             gone before any worker exists.
// Layout      the kernel's. A run of several messages goes in by one sendmmsg and out by one recvmmsg; with
//             several consumers by one each, because what a call took cannot be put back.
// Pairs       the kernel's own lock of the receiver's queue
// Peer death  a message is there wholly or not at all, and nobody waits for the dead while another of their
//             role is left. When the last consumer dies, producers fill the queue and wait: the supervisor
//             keeps a receiving end for the final drain.
// Source      unix(7), sendmmsg(2)
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <vector>

#include "transport/kernel/limits.h"
#include "transport/kernel/sockets.h"
#include "transport/parts/copied_run.h"
#include "transport/parts/pipe_ends.h"

namespace pcbench {

/// The headers of one sendmmsg or recvmmsg, reused for each.
class PacketRun {
 public:
  PacketRun(std::size_t packet_bytes, std::uint32_t run)
      : packet_bytes_(packet_bytes), pieces_(run), headers_(run) {
    for (std::uint32_t i = 0; i < run; ++i) {
      headers_[i].msg_hdr.msg_iov = &pieces_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  /// COUNT headers, at most a run's, for the packets from FIRST on.
  [[nodiscard]] mmsghdr* at(const std::byte* first, std::uint32_t count) noexcept {
    for (std::uint32_t i = 0; i < count; ++i)
      pieces_[i] = {const_cast<std::byte*>(first) + i * packet_bytes_, packet_bytes_};
    return headers_.data();
  }
  /// Bytes of a packet that the last call moved.
  [[nodiscard]] std::size_t bytes(std::uint32_t index) const noexcept { return headers_[index].msg_len; }

 private:
  std::size_t packet_bytes_;
  std::vector<iovec> pieces_;
  std::vector<mmsghdr> headers_;
};

class PacketSink {
 public:
  PacketSink(FileDescriptor fd, std::size_t packet_bytes, std::uint32_t run)
      : fd_(std::move(fd)), packets_(packet_bytes, run) {}
  [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
    for (;;) {
      const int n = ::sendmmsg(fd_.get(), packets_.at(first, count), count, MSG_NOSIGNAL);
      if (n > 0) return {static_cast<std::uint32_t>(n), PushStatus::ok};
      if (errno == EAGAIN || errno == ENOBUFS) return {};
      if (errno != EINTR) return {0, PushStatus::closed};  // EPIPE: no consumer is left
    }
  }
  [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                               std::uint64_t timeout_ns) noexcept {
    poll_within(fd_.get(), POLLOUT, timeout_ns);
    return {};
  }
  void close() noexcept { fd_.reset(); }

 private:
  FileDescriptor fd_;
  PacketRun packets_;
};

class PacketSource {
 public:
  PacketSource(FileDescriptor fd, std::size_t packet_bytes, std::uint32_t run)
      : fd_(std::move(fd)), packets_(packet_bytes, run) {}
  [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
    for (;;) {
      const int n = ::recvmmsg(fd_.get(), packets_.at(room, want), want, 0, nullptr);
      if (n > 0) return told(static_cast<std::uint32_t>(n));
      if (errno != EINTR) return {};
    }
  }
  [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                  std::uint64_t timeout_ns) noexcept {
    poll_within(fd_.get(), POLLIN, timeout_ns);
    return {};
  }

 private:
  /// At the end of file each header of the call holds a packet of no bytes; no message is one.
  [[nodiscard]] Taken told(std::uint32_t count) noexcept {
    std::uint32_t whole = 0;
    while (whole < count && packets_.bytes(whole) != 0) ++whole;
    return whole == 0 ? Taken{0, PopStatus::closed} : Taken{whole, PopStatus::ok};
  }

  FileDescriptor fd_;
  PacketRun packets_;
};

template <SocketKind kKind, Sink In = PacketSink, Source Out = PacketSource>
class PacketTransport {
 public:
  using Producer = CopyingProducer<In>;
  using Consumer = CopyingConsumer<Out>;

  static constexpr Promises kPromises{.can_close = kKind == SocketKind::pair_seqpacket,
                                      .payload_bytes_max = 65536,
                                      .capacity = CapacityRule::kernel,
                                      .capacity_slots_max = 65536,
                                      .full = Exactness::guess,
                                      .survives = "a worker killed at any time that is not its role's last"};

  [[nodiscard]] static std::string refuse(const Case& config) {
    return refuse_by_trial<PacketTransport>(config);
  }

  explicit PacketTransport(const RoundSpec& spec) : spec_(spec), ends_(kKind, spec) {}
  PacketTransport(const RoundSpec& spec, const Handles& handles) : spec_(spec), ends_(kKind, handles) {}

  [[nodiscard]] Producer producer(std::uint32_t index) const {
    return {In(ends_.producer(index), spec_.message_bytes, run()), spec_.message_bytes, run()};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    return {Out(ends_.consumer(0), spec_.message_bytes, run()), spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const { return ends_.effective(run()); }
  [[nodiscard]] Handles handles() const { return ends_.handles(); }
  void drop_ends(Keep keep) noexcept { ends_.drop(keep); }

 private:
  static constexpr std::uint32_t kPacketsMax = 1024;  // UIO_MAXIOV, what one call takes
  [[nodiscard]] std::uint32_t run() const noexcept {
    if (spec_.consumers > 1) return 1;
    return std::min(kPacketsMax, run_messages(spec_.batch_messages, spec_.message_bytes, ends_.capacity()));
  }

  RoundSpec spec_;
  SocketEnds ends_;
};

}  // namespace pcbench
