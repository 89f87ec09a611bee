// PipeEnds: the two descriptors of one kernel pipe, and copying frames of one size through them without
// blocking.
// Owner       run/ holds both ends until it drops them; each endpoint has its own duplicate, so the kernel
//             itself knows when the last producer is gone
#pragma once

#include <poll.h>

#include <cstdint>
#include <string>

#include "base/file_descriptor.h"
#include "model/case.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"

namespace pcbench {

class PipeEnds {
 public:
  /// A pipe with room for SPEC's slots; 0 leaves the kernel's own size. Errors: Error when the kernel
  /// refuses.
  explicit PipeEnds(const RoundSpec& spec);
  /// A pipe of the kernel's own size, with FLAGS of pipe2. Errors: Error when the kernel refuses.
  explicit PipeEnds(int flags);
  /// Takes over inherited descriptors, as handles() gave them.
  PipeEnds(int read_end, int write_end) noexcept : read_end_(read_end), write_end_(write_end) {}

  [[nodiscard]] FileDescriptor reader() const { return read_end_.duplicate(); }
  [[nodiscard]] FileDescriptor writer() const { return write_end_.duplicate(); }
  /// Makes room for SLOTS frames of FRAME_BYTES; 0 leaves the size. Errors: Error when the kernel refuses.
  void set_capacity(std::uint64_t slots, std::size_t frame_bytes);
  /// As large as an unprivileged user may have it, so that writes of whole runs do not sleep each time; where
  /// the kernel refuses, the size stays.
  void grow() noexcept;
  /// Capacity in frames of FRAME_BYTES and in bytes as the kernel made it. BATCH is the transport's.
  [[nodiscard]] Effective effective(std::size_t frame_bytes, std::uint32_t batch) const;
  [[nodiscard]] std::size_t bytes() const noexcept;
  [[nodiscard]] Handles handles() const { return {read_end_.get(), write_end_.get()}; }
  void drop(Keep keep) noexcept;

 private:
  FileDescriptor read_end_;
  FileDescriptor write_end_;
};

/// Why no pipe here has the slots of CONFIG; empty: one has.
[[nodiscard]] std::string refuse_pipe_size(const Case& config);

/// Sleeps until FD is readable or writable (POLLIN, POLLOUT), its peer is gone or TIMEOUT_NS is over.
void poll_within(int fd, short events, std::uint64_t timeout_ns) noexcept;

/// Writes whole runs, however many writes that takes. Between them `midway()` says that a part of one is
/// inside.
class PipeSink {
 public:
  PipeSink(FileDescriptor fd, std::size_t frame_bytes) noexcept
      : fd_(std::move(fd)), frame_bytes_(frame_bytes) {}

  [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept;
  [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                               std::uint64_t timeout_ns) noexcept {
    poll_within(fd_.get(), POLLOUT, timeout_ns);
    return {};
  }
  [[nodiscard]] bool midway() const noexcept { return written_bytes_ != 0; }
  /// The end of file follows as soon as all other producers have closed theirs too.
  void close() noexcept { fd_.reset(); }

 private:
  [[nodiscard]] Put abandon() noexcept;
  FileDescriptor fd_;
  std::size_t frame_bytes_;
  std::size_t written_bytes_ = 0;  // of the run that is being written
};

/// Reads whole frames. One that has only begun to arrive stays in the consumer's buffer until the next try.
class PipeSource {
 public:
  /// BEGUN_BYTES of its first frame went to a reader before it: they read as whatever the room holds.
  PipeSource(FileDescriptor fd, std::size_t frame_bytes, std::size_t begun_bytes = 0) noexcept
      : fd_(std::move(fd)), frame_bytes_(frame_bytes), begun_bytes_(begun_bytes) {}

  [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept;
  [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                  std::uint64_t timeout_ns) noexcept {
    poll_within(fd_.get(), POLLIN, timeout_ns);
    return {};
  }
  [[nodiscard]] bool midway() const noexcept { return begun_bytes_ != 0; }
  [[nodiscard]] std::size_t begun_bytes() const noexcept { return begun_bytes_; }

 private:
  [[nodiscard]] Taken end_of_file() noexcept;
  FileDescriptor fd_;
  std::size_t frame_bytes_;
  std::size_t begun_at_ = 0;  // where in the buffer the incomplete frame begins
  std::size_t begun_bytes_;   // how much of it is there
  bool cut_off_ = false;      // and that was all
};

}  // namespace pcbench
