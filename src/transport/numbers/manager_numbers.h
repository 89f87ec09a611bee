// manager_numbers: numbers that a server process keeps and workers update through proxies.
// Promises    any Px1, threads and processes (fork and spawn). A method of the server's loses no update;
//             reassigned and nested promise none either, so that the check can show how many they lose.
// Threads     each end by one thread; all ends at once. The server is one thread of its own.
// Owner       run/ makes the channel and the server with it, which ends with the channel or its maker,
//             however that dies. Each end closes its own duplicate of its connection.
// Layout      the server's heap
// Pairs       the kernel's own locks of the sockets
// Peer death  a request is carried out wholly or not at all; when the server dies workers give up and say so
// Source      multiprocessing.Manager() of Python, whose manual says: a change of a mutable value inside a
//             proxied container is not propagated, because the proxy cannot know of it
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "transport/manager/proxy.h"
#include "transport/manager/server.h"
#include "transport/numbers/channel.h"

namespace pcbench {

inline constexpr std::string_view kManagerUpdates[] = {"method", "reassigned", "nested"};
inline constexpr OptionRow kManagerUpdateOption{
    "update",
    "how a number is updated: by a method of the server's; by changing a copy and assigning it back; or by "
    "changing a copy only, as in a list inside a manager's list",
    kManagerUpdates};

enum class ManagerUpdate : std::uint8_t { method, reassigned, nested };

template <ManagerUpdate kUpdate>
class ManagerNumbers {
  class End {
   public:
    explicit End(FileDescriptor socket) noexcept : proxy_(std::move(socket)) {}

    [[nodiscard]] Update try_add(std::uint32_t index) noexcept {
      if constexpr (kUpdate == ManagerUpdate::method)
        return outcome(proxy_.ask({ManagerCall::add, index, 0, 0}, nullptr, nullptr, 0));
      std::optional<std::uint64_t> copy = read(index);
      if (!copy) return Update::gone;
      ++*copy;
      if constexpr (kUpdate == ManagerUpdate::nested) return Update::done;  // and nobody tells the server
      return outcome(proxy_.ask({ManagerCall::set, index, 0, sizeof *copy},
                                reinterpret_cast<const std::byte*>(&*copy), nullptr, 0));
    }
    [[nodiscard]] std::optional<std::uint64_t> read(std::uint32_t index) noexcept {
      std::uint64_t number = 0;
      const ManagerReply reply = proxy_.ask({ManagerCall::get, index, 0, 0}, nullptr,
                                            reinterpret_cast<std::byte*>(&number), sizeof number);
      return reply.status == ManagerStatus::done ? std::optional(number) : std::nullopt;
    }

   private:
    [[nodiscard]] static Update outcome(const ManagerReply& reply) noexcept {
      return reply.status == ManagerStatus::done ? Update::done : Update::gone;
    }

    ManagerProxy proxy_;
  };

 public:
  explicit ManagerNumbers(const RoundSpec& spec) {
    server_.emplace(spec.producers + spec.consumers, ManagerContents{.numbers = numbers_of(spec)});
    ends_ = server_->take_ends();
  }
  ManagerNumbers(const RoundSpec& /*spec*/, const Handles& handles) {
    for (const int handle : handles) ends_.emplace_back(handle);
  }

  [[nodiscard]] End numbers(const Control& /*control*/, std::uint32_t worker_id) const {
    return End(ends_[worker_id].duplicate());
  }
  [[nodiscard]] Handles handles() const {
    Handles all;
    for (const FileDescriptor& end : ends_) all.push_back(end.get());
    return all;
  }
  void drop_ends(Keep /*keep*/) noexcept { ends_.clear(); }

 private:
  std::optional<ManagerProcess> server_;  // nullopt: this image has only attached
  std::vector<FileDescriptor> ends_;      // one a worker
};

}  // namespace pcbench
