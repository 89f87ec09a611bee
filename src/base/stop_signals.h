// stop_signals: by which a user, a closing terminal or the system asks a program to end.
#pragma once

#include <csignal>

namespace pcbench {

/// SIGINT and SIGTERM; SIGHUP and SIGQUIT where they are not ignored: `nohup` and background jobs of a shell
/// want to live on.
[[nodiscard]] sigset_t stop_signals() noexcept;

}  // namespace pcbench
