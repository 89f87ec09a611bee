// boost_message_queue: boost::interprocess::message_queue, messages sorted by priority under one lock.
// Promises    any PxC, FIFO (all priorities are equal), lossless, thread and forked process; no close, no
//             batch call; any capacity that /dev/shm has room for.
// Threads     each endpoint by one thread; all endpoints at once.
// Owner       the channel owns the mapping. The queue must be created under a name, which is removed before
//             any worker exists, so that nothing can be left behind: a spawned image could not find it.
// Layout      Boost's, in a POSIX shared memory object
// Pairs       Boost's interprocess_mutex
// Peer death  the mutex is not robust: whoever dies holding it stops everybody; the watchdog ends the round
// Source      Boost.Interprocess 1.74
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <boost/interprocess/ipc/message_queue.hpp>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/parts/interprocess_time.h"
#include "transport/transport.h"

namespace pcbench {

class BoostMessageQueue {
  using Queue = boost::interprocess::message_queue;

  class Sink {
   public:
    Sink(Queue& queue, std::size_t bytes) noexcept : queue_(queue), bytes_(bytes) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t /*count*/) noexcept {
      return done(queue_.try_send(first, bytes_, kPriority));
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t /*count*/,
                                 std::uint64_t timeout_ns) noexcept {
      return done(queue_.timed_send(first, bytes_, kPriority, wall_clock_after(timeout_ns)));
    }
    void close() noexcept {}  // never called: not promised

   private:
    static constexpr unsigned kPriority = 0;
    static Put done(bool sent) noexcept { return sent ? Put{1, PushStatus::ok} : Put{}; }
    Queue& queue_;
    std::size_t bytes_;
  };

  class Source {
   public:
    Source(Queue& queue, std::size_t bytes) noexcept : queue_(queue), bytes_(bytes) {}
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t /*want*/) noexcept {
      return done(queue_.try_receive(room, bytes_, received_bytes_, priority_));
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t /*want*/,
                                    std::uint64_t timeout_ns) noexcept {
      return done(
          queue_.timed_receive(room, bytes_, received_bytes_, priority_, wall_clock_after(timeout_ns)));
    }

   private:
    static Taken done(bool received) noexcept { return received ? Taken{1, PopStatus::ok} : Taken{}; }
    Queue& queue_;
    std::size_t bytes_;
    std::size_t received_bytes_ = 0;
    unsigned priority_ = 0;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises{
      .spawn_refusal = "its name is removed before the gate opens, so that nothing can be left behind",
      .can_close = false,
      .capacity_slots_max = 1U << 20U,
      .batch = false,
      .survives =
          "a worker killed outside its calls that is not its role's last; in one it may keep the lock, or "
          "break the condition variable that it waits on"};

  [[nodiscard]] static std::string refuse(const Case& config) {
    const std::uint64_t bytes = message_bytes(config.payload_bytes);
    return no_room_for(effective_capacity(kPromises, config.capacity_slots.value_or(0), bytes), bytes);
  }

  explicit BoostMessageQueue(const RoundSpec& spec)
      : bytes_(spec.message_bytes),
        capacity_(effective_capacity(kPromises, spec.capacity_slots, spec.message_bytes)) {
    static std::atomic<std::uint32_t> made{0};
    // relaxed: only the numbers must differ
    const std::uint32_t number = made.fetch_add(1, std::memory_order_relaxed);
    const std::string name = "pcbench-" + std::to_string(getpid()) + "-" + std::to_string(number);
    // Again: the room may have gone since the case was accepted.
    if (const std::string refusal = no_room_for(capacity_, bytes_); !refusal.empty())
      throw Error(refusal, "message_queue " + name, "make room in /dev/shm");
    Queue::remove(name.c_str());  // of a process with our id that was killed in the very middle of this
    try {
      queue_.emplace(boost::interprocess::create_only, name.c_str(), capacity_, bytes_);
      allocate(name);
    } catch (const boost::interprocess::interprocess_exception& e) {
      Queue::remove(name.c_str());
      throw Error(e.what(), "message_queue " + name,
                  "ask for fewer or smaller slots, or make room in /dev/shm");
    } catch (const Error&) {
      Queue::remove(name.c_str());
      throw;
    }
    Queue::remove(name.c_str());
  }

  [[nodiscard]] Producer producer(std::uint32_t /*index*/) { return {{*queue_, bytes_}, bytes_, 1}; }
  [[nodiscard]] Consumer consumer(std::uint32_t /*index*/) { return {{*queue_, bytes_}, bytes_, 1}; }
  [[nodiscard]] Effective effective() const { return {capacity_, 1, {}}; }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  static constexpr std::uint64_t kHeaderBytes = 64;  // more than Boost adds to each message

  /// Why there cannot be so many SLOTS here; empty: they fit. The object's size is only checked when a page
  /// is first touched, and then by a signal.
  [[nodiscard]] static std::string no_room_for(std::uint64_t slots, std::uint64_t bytes) {
    const std::uint64_t wanted = slots * (bytes + kHeaderBytes);
    struct statvfs shm{};
    if (statvfs("/dev/shm", &shm) != 0)
      return "there is no /dev/shm, where POSIX shared memory lives: mount a tmpfs there";
    const std::uint64_t room = std::uint64_t{shm.f_bavail} * shm.f_frsize;
    if (wanted <= room) return {};
    return "its " + std::to_string(wanted) + " bytes are more than the " + std::to_string(room) +
           " free in /dev/shm: ask for fewer or smaller slots";
  }

  /// Has the kernel set all pages aside, so that no worker is the first to touch one. Errors: Error.
  static void allocate(const std::string& name) {
    const FileDescriptor object(::shm_open(("/" + name).c_str(), O_RDWR | O_CLOEXEC, 0));
    struct stat status{};
    if (!object || ::fstat(object.get(), &status) != 0) throw system_error("shm_open of " + name);
    errno = ::posix_fallocate(object.get(), 0, status.st_size);
    if (errno != 0) throw system_error("posix_fallocate of " + name, "make room in /dev/shm");
  }

  std::size_t bytes_;
  std::uint64_t capacity_;
  std::optional<Queue> queue_;
};

}  // namespace pcbench
