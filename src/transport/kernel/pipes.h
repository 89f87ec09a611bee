// fifo, pipe_packet: the kernel's pipe under a name, and as packets.
// fifo          is `pipe`, made by mkfifo: the name is gone before any worker exists, the rest is the same.
// pipe_packet   is a pipe with O_DIRECT: each write is a packet and each read takes one, whole.
// Promises    fifo: as pipe.h. pipe_packet: any PxC, FIFO, lossless, thread and process (fork and spawn),
//             closes by the end of file; a packet is at most PIPE_BUF (4096 bytes), the kernel rounds
//             capacity.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ creates both ends and drops them; each endpoint closes its own duplicate.
// Layout      pipe_packet: a packet takes a page, so a pipe holds as many as it has pages. A run of several
//             messages is one packet of at most PIPE_BUF; with several readers it is one message, because
//             what a read took cannot be put back.
// Pairs       the kernel's own lock
// Peer death  a packet is there wholly or not at all; nobody waits for the dead while another of their role
//             is left
// Source      fifo(7), pipe(2)
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <climits>
#include <cstdint>
#include <string>

#include "transport/kernel/private_name.h"
#include "transport/parts/framed_pipe.h"

namespace pcbench {

class Fifo : public FramedPipe {
 public:
  explicit Fifo(const RoundSpec& spec) : FramedPipe(spec, made(spec)) {}
  using FramedPipe::FramedPipe;

 private:
  static PipeEnds made(const RoundSpec& spec) {
    const PrivateName name;
    if (::mkfifo(name.path().c_str(), S_IRUSR | S_IWUSR) != 0) throw system_error("mkfifo " + name.path());
    constexpr int kFlags = O_CLOEXEC | O_NONBLOCK;
    const int reader =
        ::open(name.path().c_str(), O_RDONLY | kFlags);  // without O_NONBLOCK it waits for a writer
    PipeEnds ends(reader, ::open(name.path().c_str(), O_WRONLY | kFlags));
    ends.set_capacity(spec.capacity_slots, spec.message_bytes);
    return ends;
  }
};

class PipePacket {
  class Sink {
   public:
    Sink(FileDescriptor fd, std::size_t frame_bytes) noexcept
        : fd_(std::move(fd)), frame_bytes_(frame_bytes) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      for (;;) {
        if (::write(fd_.get(), first, count * frame_bytes_) > 0) return {count, PushStatus::ok};
        if (errno == EAGAIN) return {};
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
    std::size_t frame_bytes_;
  };

  class Source {
   public:
    Source(FileDescriptor fd, std::size_t frame_bytes, std::uint32_t run) noexcept
        : fd_(std::move(fd)), frame_bytes_(frame_bytes), packet_bytes_(run * frame_bytes) {}
    /// Takes a whole packet, which may hold more than was wanted: what does not fit into a read is lost.
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      for (;;) {
        const ssize_t n = ::read(fd_.get(), room, packet_bytes_);
        if (n > 0)
          return {static_cast<std::uint32_t>(static_cast<std::size_t>(n) / frame_bytes_), PopStatus::ok};
        if (n == 0) return {0, PopStatus::closed};
        if (errno != EINTR) return {};
      }
    }
    [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      poll_within(fd_.get(), POLLIN, timeout_ns);
      return {};
    }

   private:
    FileDescriptor fd_;
    std::size_t frame_bytes_;
    std::size_t packet_bytes_;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises{.payload_bytes_max = PIPE_BUF - message_bytes(0),
                                      .capacity = CapacityRule::kernel,
                                      .capacity_slots_max = 65536,
                                      .full = Exactness::guess,
                                      .survives = "a worker killed at any time that is not its role's last"};

  [[nodiscard]] static std::string refuse(const Case& config) {
    Case pages = config;
    pages.payload_bytes = PIPE_BUF - message_bytes(0);
    if (config.capacity_slots) {
      const std::uint32_t run =
          run_of(config.consumers, config.batch_messages, message_bytes(config.payload_bytes));
      pages.capacity_slots = (*config.capacity_slots + run - 1) / run;
    }
    return refuse_pipe_size(pages);
  }

  explicit PipePacket(const RoundSpec& spec) : spec_(spec), run_(run_of(spec)), ends_(O_DIRECT) {
    ends_.set_capacity((spec.capacity_slots + run_ - 1) / run_, PIPE_BUF);
  }
  PipePacket(const RoundSpec& spec, const Handles& handles)
      : spec_(spec), run_(run_of(spec)), ends_(handles.at(0), handles.at(1)) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {Sink(ends_.writer(), spec_.message_bytes), spec_.message_bytes, run_};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    return {Source(ends_.reader(), spec_.message_bytes, run_), spec_.message_bytes, run_};
  }
  [[nodiscard]] Effective effective() const {
    Effective effective = ends_.effective(PIPE_BUF, run_);  // in packets
    effective.capacity_slots *= run_;
    return effective;
  }
  [[nodiscard]] Handles handles() const { return ends_.handles(); }
  void drop_ends(Keep keep) noexcept { ends_.drop(keep); }

 private:
  [[nodiscard]] static std::uint32_t run_of(std::uint32_t consumers, std::uint32_t batch,
                                            std::size_t frame_bytes) {
    return consumers > 1 ? 1 : run_messages(batch, frame_bytes, PIPE_BUF / frame_bytes);
  }
  [[nodiscard]] static std::uint32_t run_of(const RoundSpec& spec) {
    return run_of(spec.consumers, spec.batch_messages, spec.message_bytes);
  }

  RoundSpec spec_;
  std::uint32_t run_;
  PipeEnds ends_;
};

}  // namespace pcbench
