// manager: a server process owns the queue, and workers ask it through proxies, a request and a reply a call.
// Promises    any PxC, FIFO, lossless, thread and process (fork and spawn), can close, waits with a deadline
//             in the server; exactly the capacity asked for
// Threads     each endpoint by one thread; all endpoints at once. The server is one thread of its own.
// Owner       run/ makes the channel and the server with it, which ends with the channel or its maker,
//             however that dies. Each endpoint closes its own duplicate of its connection.
// Layout      the server's heap: a deque of messages. A run of several messages is one request; with several
//             consumers one message is, because what a reply took out cannot be put back.
// Pairs       the kernel's own locks of the sockets
// Peer death  a put is carried out wholly or not at all, and nobody waits for the dead; what was sent to a
//             consumer is gone with it. When the server dies everybody finds the channel closed.
// Source      multiprocessing.Manager().Queue() of Python
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "transport/manager/proxy.h"
#include "transport/manager/server.h"
#include "transport/parts/capacity.h"
#include "transport/parts/copied_run.h"
#include "transport/transport.h"

namespace pcbench {

class Manager {
  class Sink {
   public:
    Sink(FileDescriptor socket, std::size_t bytes) noexcept : proxy_(std::move(socket)), bytes_(bytes) {}
    [[nodiscard]] Put try_put(const std::byte* first, std::uint32_t count) noexcept {
      return put_within(first, count, 0);
    }
    [[nodiscard]] Put put_within(const std::byte* first, std::uint32_t count,
                                 std::uint64_t timeout_ns) noexcept {
      const ManagerReply reply =
          proxy_.ask({ManagerCall::put, count, timeout_ns, count * bytes_}, first, nullptr, 0);
      return {reply.count, reply.status == ManagerStatus::closed ? PushStatus::closed : PushStatus::full};
    }
    void close() noexcept {
      [[maybe_unused]] const ManagerReply done =
          proxy_.ask({ManagerCall::close, 0, 0, 0}, nullptr, nullptr, 0);
    }

   private:
    ManagerProxy proxy_;
    std::size_t bytes_;
  };

  class Source {
   public:
    Source(FileDescriptor socket, std::size_t bytes) noexcept : proxy_(std::move(socket)), bytes_(bytes) {}
    [[nodiscard]] Taken try_take(std::byte* room, std::uint32_t want) noexcept {
      return take_within(room, want, 0);
    }
    [[nodiscard]] Taken take_within(std::byte* room, std::uint32_t want, std::uint64_t timeout_ns) noexcept {
      const ManagerReply reply =
          proxy_.ask({ManagerCall::take, want, timeout_ns, 0}, nullptr, room, want * bytes_);
      if (reply.status == ManagerStatus::done) return {reply.count, PopStatus::ok};
      return {0, reply.status == ManagerStatus::closed ? PopStatus::closed : PopStatus::empty};
    }

   private:
    ManagerProxy proxy_;
    std::size_t bytes_;
  };

 public:
  using Producer = CopyingProducer<Sink>;
  using Consumer = CopyingConsumer<Source>;

  static constexpr Promises kPromises{.survives = "a worker killed at any time that is not its role's last"};

  explicit Manager(const RoundSpec& spec) : spec_(spec) {
    server_.emplace(spec.producers + spec.consumers + kOwnEnds,
                    ManagerContents{spec.message_bytes, capacity()});
    ends_ = server_->take_ends();
  }
  Manager(const RoundSpec& spec, const Handles& handles) : spec_(spec) {
    for (const int handle : handles) ends_.emplace_back(handle);
  }

  /// Once its own are dropped, a process that still wants an end has the last one: the supervisor, to close
  /// in the name of the dead.
  [[nodiscard]] Producer producer(std::uint32_t index) const {
    const FileDescriptor& end = ends_[index] ? ends_[index] : ends_.back();
    return {{end.duplicate(), spec_.message_bytes}, spec_.message_bytes, run()};
  }
  [[nodiscard]] Consumer consumer(std::uint32_t index) const {
    const FileDescriptor& end = ends_[spec_.producers + index];
    return {{end.duplicate(), spec_.message_bytes}, spec_.message_bytes, run()};
  }
  [[nodiscard]] Effective effective() const {
    return {capacity(), run(), {{"connections", static_cast<std::int64_t>(ends_.size())}}};
  }
  [[nodiscard]] Handles handles() const {
    Handles all;
    for (const FileDescriptor& end : ends_) all.push_back(end.get());
    return all;
  }
  void drop_ends(Keep keep) noexcept {
    const std::size_t kept = keep == Keep::consumer_ends ? kOwnEnds : 0;
    for (std::size_t i = 0; i < ends_.size() - kept; ++i) ends_[i].reset();
  }

 private:
  static constexpr std::size_t kOwnEnds = 2;  // the final drain's, and the supervisor's

  [[nodiscard]] std::uint64_t capacity() const noexcept {
    return effective_capacity(kPromises, spec_.capacity_slots, spec_.message_bytes);
  }
  [[nodiscard]] std::uint32_t run() const noexcept {
    return spec_.consumers > 1 ? 1 : run_messages(spec_.batch_messages, spec_.message_bytes, capacity());
  }

  RoundSpec spec_;
  std::optional<ManagerProcess> server_;  // nullopt: this image has only attached
  std::vector<FileDescriptor> ends_;      // producers', consumers', kOwnEnds
};

}  // namespace pcbench
