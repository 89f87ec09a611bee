// SecludedDaemon: a daemon whose names are fixed, run where nobody else sees them: in a mount namespace of
// its own, with an empty /dev/shm and an empty /tmp. Workers that want to talk to it enter that namespace.
// Owner       whoever makes it, in the process that made it; it ends with that process, whatever that died
//             of. The kernel drops the namespace and all that is in its two folders with the last of the
//             daemon, the processes inside and the descriptors of it.
// Peer death  of the daemon: up to whoever talks to it
// Source      mount_namespaces(7), user_namespaces(7), setns(2)
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"

namespace pcbench {

/// Why processes of ours cannot have mounts of their own here; empty: they can. A child tries it.
[[nodiscard]] std::string try_seclusion();

/// A program that only serves, and how it is run.
struct DaemonProgram {
  std::string path;
  std::vector<std::string> arguments;
  std::string file;        ///< where it finds TEXT, in the /tmp that it sees
  std::string text;        ///< what it is to do, in its own words
  std::string says_ready;  ///< what it prints when it can be talked to
};

class SecludedDaemon {
 public:
  /// Returns when it can be talked to. Errors: Error with its last words when it ends or takes too long.
  explicit SecludedDaemon(const DaemonProgram& program);
  /// The one that another process has made, by its descriptors().
  explicit SecludedDaemon(const std::vector<int>& descriptors);

  /// From now on this process sees what the daemon sees. Requires: one thread. Errors: Error.
  void enter() const;
  /// What a spawned image must inherit: one or two.
  [[nodiscard]] std::vector<int> descriptors() const;

 private:
  /// A child that ends with this, in the process that forked it.
  class Child {
   public:
    Child() = default;
    Child(pid_t child, pid_t maker) noexcept : child_(child), maker_(maker) {}
    Child(Child&& other) noexcept { *this = std::move(other); }
    Child& operator=(Child&& other) noexcept {
      std::swap(child_, other.child_);
      std::swap(maker_, other.maker_);
      return *this;
    }
    ~Child();
    [[nodiscard]] pid_t pid() const noexcept { return child_; }

   private:
    pid_t child_ = -1;  // -1: none
    pid_t maker_ = -1;
  };

  [[nodiscard]] static Child start(const DaemonProgram& program, FileDescriptor words);
  void await(const DaemonProgram& program);
  void open_namespaces();

  Child daemon_;
  FileDescriptor words_;  // what it prints: held open, or printing would kill it
  FileDescriptor mounts_;
  FileDescriptor users_;  // none: it has none of its own
};

}  // namespace pcbench
