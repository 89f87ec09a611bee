// child_process: one program run to its end, with nothing of it left when the user or the clock ends it.
#pragma once

#include <csignal>
#include <string>
#include <vector>

namespace pcbench {

/// While it lives the stop_signals() do not end this process, but are noticed by run_child. Requires:
/// one thread.
class SignalsHeld {
 public:
  SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld();

  /// Whether one has come since.
  [[nodiscard]] bool interrupted() const noexcept { return interrupted_; }
  /// Waits up to TIMEOUT_S for a child to end or the user to stop us.
  void wait(double timeout_s);
  [[nodiscard]] const sigset_t& before() const noexcept { return before_; }

 private:
  sigset_t held_;
  sigset_t before_{};
  bool interrupted_ = false;
};

struct ChildEnd {
  int status = -1;  ///< exit status; 128 + signal if one ended it
  bool timed_out = false;
  bool interrupted = false;  ///< the user asked to stop while it ran
  std::string stderr_text;   ///< its last 4 KiB
};

/// Runs ARGV (its first word is the path) in a process group of its own, stdin and stdout on /dev/null,
/// stderr in file STDERR_PATH. When the user interrupts it gets SIGINT and 10 s to end; after TIMEOUT_S, or
/// those, its whole group is killed. It also ends when this process dies. Errors: Error when it could not be
/// started.
[[nodiscard]] ChildEnd run_child(const std::vector<std::string>& argv, const std::string& stderr_path,
                                 double timeout_s, SignalsHeld& signals);

}  // namespace pcbench
