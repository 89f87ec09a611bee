// ManagerProcess: the server behind `manager` and `manager_numbers`, which has the queue or the numbers.
// Threads     the server is one thread in a process of its own
// Owner       whoever makes a ManagerProcess ends it; it also ends when its maker dies or nobody is connected
// Peer death  a request is carried out wholly or not at all; the reply to a dead worker is lost with what is
//             in it
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"

namespace pcbench {

/// What the server has.
struct ManagerContents {
  std::size_t message_bytes = 0;
  std::uint64_t capacity_slots = 0;
  std::uint64_t numbers = 0;  ///< each 0 at first
};

/// The server as a child process. Connections are socketpairs, so there is no name for anybody to find.
class ManagerProcess {
 public:
  /// Starts it with so many CONNECTIONS. Errors: Error when the system has not the descriptors or the
  /// process.
  ManagerProcess(std::size_t connections, const ManagerContents& contents);
  ManagerProcess(const ManagerProcess&) = delete;
  ManagerProcess& operator=(const ManagerProcess&) = delete;
  /// In the process that started it: ends it.
  ~ManagerProcess();

  /// The workers' ends, which this process hands out once.
  [[nodiscard]] std::vector<FileDescriptor> take_ends() noexcept { return std::move(ends_); }

 private:
  std::vector<FileDescriptor> ends_;
  pid_t starter_;
  pid_t server_;
};

}  // namespace pcbench
