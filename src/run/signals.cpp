#include "run/signals.h"

#include <poll.h>
#include <sys/signalfd.h>

#include "base/clock.h"
#include "base/stop_signals.h"

namespace pcbench {

Signals::Signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);  // inherited as ignored, it would let the kernel reap our children unseen
  sigset_t set = stop_signals();
  sigaddset(&set, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &set, &before_);
  descriptor_.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!descriptor_) throw system_error("signalfd");
}

Signals::~Signals() {
  wait(0);  // what came before now has been taken note of; unblocked, it would end the process
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void Signals::wait(std::uint64_t timeout_ns) noexcept {
  pollfd entry{descriptor_.get(), POLLIN, 0};
  const timespec timeout = timespec_of(timeout_ns);
  ::ppoll(&entry, 1, &timeout, nullptr);
  signalfd_siginfo info{};
  while (::read(descriptor_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
    if (info.ssi_signo != SIGCHLD && (sigterm_counts_ || info.ssi_signo != SIGTERM)) interrupted_ = true;
}

}  // namespace pcbench
