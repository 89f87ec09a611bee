#include "base/child.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

namespace pcbench {

void become_child_of(int parent_pid) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent_pid) ::_exit(1);  // it died before the line above
  // These reach the whole group of a terminal; the supervisor decides.
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP}) std::signal(signal, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace pcbench
