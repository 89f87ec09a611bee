// posix_mq: a POSIX message queue; the kernel keeps messages apart and in order.
// Promises    any PxC, FIFO (all priorities are equal), lossless, thread and process (fork and spawn: a queue
//             is a descriptor here); no close, no batch call. At most fs.mqueue.msg_max messages of
//             msgsize_max bytes, and RLIMIT_MSGQUEUE bytes in all the user's queues: more is refused.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       run/ makes it and drops it. It must be made under a name, which is removed before any worker
//             exists; only a supervisor killed within those microseconds leaves it, called pcbench-…
// Layout      the kernel's
// Pairs       the kernel's own lock
// Peer death  a message is there wholly or not at all, and nobody waits for the dead
// Source      mq_overview(7)
#pragma once

#include <fcntl.h>
#include <mqueue.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>

#include "transport/kernel/limits.h"
#include "transport/parts/copied_run.h"
#include "transport/parts/pipe_ends.h"

namespace pcbench {

class PosixMq {
  class Sink {
   public:
    Sink(FileDescriptor queue, std::size_t bytes) noexcept : queue_(std::move(queue)), bytes_(bytes) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
      const bool sent = ::mq_send(queue_.get(), reinterpret_cast<const char*>(first), bytes_, 0) == 0;
      return sent ? Put{1, PushStatus::ok} : Put{};
    }
    [[nodiscard]] Put put_within(const std::byte* /*first*/, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      poll_within(queue_.get(), POLLOUT, timeout_ns);
      return {};
    }
    void close() noexcept {}  // never called: not promised

   private:
    FileDescriptor queue_;
    std::size_t bytes_;
  };

  class Source {
   public:
    Source(FileDescriptor queue, std::size_t bytes) noexcept : queue_(std::move(queue)), bytes_(bytes) {}
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      const ssize_t n = ::mq_receive(queue_.get(), reinterpret_cast<char*>(room), bytes_, nullptr);
      return n < 0 ? Taken{} : Taken{1, PopStatus::ok};
    }
    [[nodiscard]] Taken take_within(std::byte* /*room*/, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      poll_within(queue_.get(), POLLIN, timeout_ns);
      return {};
    }

   private:
    FileDescriptor queue_;
    std::size_t bytes_;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises{.can_close = false,
                                      .capacity_slots_max = 65536,
                                      .batch = false,
                                      .survives = "a worker killed at any time that is not its role's last"};

  [[nodiscard]] static std::string refuse(const Case& config) { return refuse_by_trial<PosixMq>(config); }
  [[nodiscard]] static std::string unavailable() {
    if (::mq_unlink("/pcbench-no-such-queue") == 0 || errno != ENOSYS) return {};
    return "this kernel has no POSIX message queues (CONFIG_POSIX_MQUEUE)";
  }

  explicit PosixMq(const RoundSpec& spec) : bytes_(spec.message_bytes) {
    static std::atomic<std::uint32_t> made{0};
    // relaxed: only the numbers must differ
    const std::string name = "/pcbench-" + std::to_string(::getpid()) + "-" +
                             std::to_string(made.fetch_add(1, std::memory_order_relaxed));
    const std::uint64_t slots = spec.capacity_slots != 0 ? spec.capacity_slots : msg_max();
    mq_attr wanted{};
    wanted.mq_maxmsg = static_cast<long>(slots);
    wanted.mq_msgsize = static_cast<long>(bytes_);
    ::mq_unlink(name.c_str());  // of a process with our id that was killed in the very middle of this
    constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC;
    queue_.reset(::mq_open(name.c_str(), kFlags, S_IRUSR | S_IWUSR, &wanted));
    if (!queue_) throw refusal(slots);
    ::mq_unlink(name.c_str());
  }
  PosixMq(const RoundSpec& spec, const Handles& handles)
      : bytes_(spec.message_bytes), queue_(handles.at(0)) {}

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) const {
    return {Sink(queue_.duplicate(), bytes_), bytes_, 1};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) const {
    return {Source(queue_.duplicate(), bytes_), bytes_, 1};
  }
  [[nodiscard]] Effective effective() const {
    mq_attr made{};
    ::mq_getattr(queue_.get(), &made);
    return {static_cast<std::uint64_t>(made.mq_maxmsg),
            1,
            {{"msg_max", static_cast<std::int64_t>(msg_max())},
             {"msgsize_max", static_cast<std::int64_t>(msgsize_max())}}};
  }
  [[nodiscard]] Handles handles() const { return {queue_.get()}; }
  /// Both ends are one descriptor, and nothing ends with it: whoever is left may keep it.
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  static std::uint64_t msg_max() { return kernel_limit("fs/mqueue/msg_max", 10); }
  static std::uint64_t msgsize_max() { return kernel_limit("fs/mqueue/msgsize_max", 8192); }

  [[nodiscard]] Error refusal(std::uint64_t slots) const {
    const int error = errno;
    if (error == EINVAL && bytes_ > msgsize_max())
      return Error("a message of " + std::to_string(bytes_) +
                       " bytes is larger than fs.mqueue.msgsize_max, " + std::to_string(msgsize_max()),
                   "mq_open", "take a smaller payload, or raise that limit");
    if (error == EINVAL && slots > msg_max())
      return Error(
          std::to_string(slots) + " slots are more than fs.mqueue.msg_max, " + std::to_string(msg_max()),
          "mq_open", "ask for fewer slots, or raise that limit");
    errno = error;
    return system_error(
        "mq_open of " + std::to_string(slots) + " messages of " + std::to_string(bytes_) + " bytes",
        "ask for fewer or smaller slots, or raise RLIMIT_MSGQUEUE: ulimit -q");
  }

  std::size_t bytes_;
  FileDescriptor queue_;
};

}  // namespace pcbench
