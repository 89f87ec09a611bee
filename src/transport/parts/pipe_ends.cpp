#include "transport/parts/pipe_ends.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>
#include <utility>

#include "base/clock.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kPageBytes = 4096;

/// Frames in PIPE_BYTES: the kernel gives each write of at most a page room in one page, so small frames
/// never straddle.
std::uint64_t frames_in(std::uint64_t pipe_bytes, std::uint64_t frame_bytes) noexcept {
  const std::uint64_t frames = frame_bytes <= kPageBytes
                                   ? pipe_bytes / kPageBytes * (kPageBytes / frame_bytes)
                                   : pipe_bytes / frame_bytes;
  return std::max<std::uint64_t>(frames, 1);
}

/// What an unprivileged user may have; the kernel's default, where it does not say.
std::uint64_t pipe_bytes_max() {
  std::uint64_t allowed = 0;
  return std::ifstream("/proc/sys/fs/pipe-max-size") >> allowed ? allowed : std::uint64_t{1} << 20U;
}

/// Bytes to ask the kernel for; it rounds up to a power of two of pages.
std::uint64_t bytes_for(std::uint64_t slots, std::uint64_t frame_bytes) noexcept {
  if (frame_bytes > kPageBytes) return slots * frame_bytes;
  const std::uint64_t per_page = kPageBytes / frame_bytes;
  return (slots + per_page - 1) / per_page * kPageBytes;
}

}  // namespace

PipeEnds::PipeEnds(const RoundSpec& spec) : PipeEnds(0) {
  set_capacity(spec.capacity_slots, spec.message_bytes);
}

PipeEnds::PipeEnds(int flags) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK | flags) != 0)
    throw system_error("pipe2", "raise the limit of open files: ulimit -n");
  read_end_.reset(ends[0]);
  write_end_.reset(ends[1]);
}

void PipeEnds::set_capacity(std::uint64_t slots, std::size_t frame_bytes) {
  if (slots == 0) return;
  const std::uint64_t bytes = bytes_for(slots, frame_bytes);
  const bool representable = bytes <= static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (!representable) errno = EINVAL;
  if (!representable || fcntl(write_end_.get(), F_SETPIPE_SZ, static_cast<int>(bytes)) < 0)
    throw system_error("F_SETPIPE_SZ to " + std::to_string(bytes) + " bytes",
                       "ask for fewer slots, or raise /proc/sys/fs/pipe-user-pages-soft");
}

void PipeEnds::grow() noexcept {
  const auto most = static_cast<int>(std::min(pipe_bytes_max(), std::uint64_t{1} << 20U));
  if (static_cast<std::size_t>(most) > bytes()) fcntl(write_end_.get(), F_SETPIPE_SZ, most);
}

std::size_t PipeEnds::bytes() const noexcept {
  // Either end will do: a process that has dropped one still knows the size.
  const int bytes = fcntl(read_end_ ? read_end_.get() : write_end_.get(), F_GETPIPE_SZ);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

Effective PipeEnds::effective(std::size_t frame_bytes, std::uint32_t batch) const {
  if (bytes() == 0) return {0, batch, {}};
  return {frames_in(bytes(), frame_bytes), batch, {{"pipe_bytes", static_cast<std::int64_t>(bytes())}}};
}

void PipeEnds::drop(Keep keep) noexcept {
  write_end_.reset();
  if (keep == Keep::nothing) read_end_.reset();
}

std::string refuse_pipe_size(const Case& config) {
  if (!config.capacity_slots) return {};
  const std::uint64_t allowed = pipe_bytes_max();
  const std::uint64_t wanted = bytes_for(*config.capacity_slots, message_bytes(config.payload_bytes));
  if (wanted <= allowed) return {};
  return "a pipe of " + std::to_string(wanted) + " bytes is larger than /proc/sys/fs/pipe-max-size, " +
         std::to_string(allowed) + ": ask for fewer slots, or raise that limit";
}

void poll_within(int fd, short events, std::uint64_t timeout_ns) noexcept {
  pollfd watched{fd, events, 0};
  const timespec timeout = timespec_of(timeout_ns);
  ::ppoll(&watched, 1, &timeout, nullptr);
}

Put PipeSink::try_put(const std::byte* first, std::uint32_t count) noexcept {
  const std::size_t total_bytes = count * frame_bytes_;
  while (written_bytes_ < total_bytes) {
    const ssize_t n = ::write(fd_.get(), first + written_bytes_, total_bytes - written_bytes_);
    if (n > 0) written_bytes_ += static_cast<std::size_t>(n);
    else if (errno == EAGAIN) return {0, PushStatus::full};
    else if (errno != EINTR) return abandon();  // EPIPE: no consumer is left
  }
  written_bytes_ = 0;
  return {count, PushStatus::ok};
}

Put PipeSink::abandon() noexcept {
  written_bytes_ = 0;
  return {0, PushStatus::closed};
}

Taken PipeSource::try_take(std::byte* room, std::uint32_t want) noexcept {
  std::memmove(room, room + begun_at_, begun_bytes_);
  begun_at_ = 0;
  while (begun_bytes_ < frame_bytes_) {
    const ssize_t n = ::read(fd_.get(), room + begun_bytes_, want * frame_bytes_ - begun_bytes_);
    if (n > 0) begun_bytes_ += static_cast<std::size_t>(n);
    else if (n == 0) return end_of_file();
    else if (errno != EINTR) return {0, PopStatus::empty};
  }
  const std::size_t frames = begun_bytes_ / frame_bytes_;
  begun_at_ = frames * frame_bytes_;
  begun_bytes_ -= begun_at_;
  return {static_cast<std::uint32_t>(frames), PopStatus::ok};
}

/// A frame that its writer never finished is dropped, and that is said.
Taken PipeSource::end_of_file() noexcept {
  if (std::exchange(begun_bytes_, 0) != 0) cut_off_ = true;
  return {0, cut_off_ ? PopStatus::cut_off : PopStatus::closed};
}

}  // namespace pcbench
