// Keeper: a process between the supervisor and a program, to which everything that the program starts falls
// when its parent is gone (a subreaper): when the keeper has ended, nothing of the program is left.
// Owner       run/external creates it and ends it within the round
// Peer death  the supervisor's: the keeper ends all that it keeps; its own, by SIGKILL: the program is killed
//             by the kernel, but what that has started lives on
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/shared_region.h"

namespace pcbench {

/// What the keeper leaves in shared memory; valid once it has ended.
struct KeptProgram {
  int exec_error;                         ///< errno of the start that failed; 0: it was started
  bool ended;                             ///< by itself, with status
  int status;                             ///< as waitpid gives it
  std::uint32_t left_behind;              ///< processes it had left running, a while after its end
  std::array<char, 16> left_behind_name;  ///< of one of them
};

class Keeper {
 public:
  /// Starts COMMAND with these descriptors as its standard input, output and error, in a session of its own:
  /// what the user types at a terminal does not reach it. Errors: Error where no process can be had.
  Keeper(const std::vector<std::string>& command, int input, int output, int errors);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() { end(); }

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Whether the program and all that it started are gone. Does not wait.
  [[nodiscard]] bool ended() noexcept;
  /// Ends whatever is left: SIGTERM, and a second later SIGKILL. Waits for it.
  void end() noexcept;
  /// Requires: ended() or end().
  [[nodiscard]] const KeptProgram& program() const noexcept;

 private:
  SharedRegion memory_;
  pid_t pid_ = 0;
  bool gone_ = false;
};

}  // namespace pcbench
