// Signals: while it lives, the death of a child and the user's wish to stop arrive as something one can wait
// for.
#pragma once

#include <csignal>
#include <cstdint>

#include "base/file_descriptor.h"
#include "base/stop_signals.h"

namespace pcbench {

class Signals {
 public:
  /// Takes SIGCHLD and the stop_signals() over from their handlers; ignores SIGPIPE. Errors: Error.
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  /// Waits until something arrives or TIMEOUT_NS is over.
  void wait(std::uint64_t timeout_ns) noexcept;
  /// Whether the user has asked to stop since it was made.
  [[nodiscard]] bool interrupted() const noexcept { return interrupted_; }
  /// What asked to stop was mpirun, which ends a broken job by SIGTERM: no wish of the user's, now and later.
  void disregard_mpirun() noexcept {
    interrupted_ = false;
    sigterm_counts_ = false;
  }

 private:
  FileDescriptor descriptor_;
  sigset_t before_{};
  bool interrupted_ = false;
  bool sigterm_counts_ = true;
};

}  // namespace pcbench
