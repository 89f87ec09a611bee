#include "both.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "base/affinity.h"
#include "base/error.h"

namespace pcbench::micro {
namespace {

/// Until both CHILDREN have ended. Where one ends otherwise than with status 0 the other would wait for it.
void reap(const std::array<pid_t, 2>& children) {
  int bad = 0;
  for (std::size_t ended = 0; ended < children.size(); ++ended) {
    int status = 0;
    if (::waitpid(-1, &status, 0) < 0) throw system_error("waitpid");
    if (status == 0 || bad != 0) continue;
    bad = status;
    for (const pid_t child : children) ::kill(child, SIGKILL);
  }
  if (bad != 0) throw Error("a process ended with status " + std::to_string(bad), "a worker");
}

}  // namespace

void run_both(WorkerKind workers, const std::array<std::function<void()>, 2>& ends,
              const std::function<void()>& meanwhile) {
  const std::vector<std::size_t> cpus = allowed_cpus();
  const auto end = [&](std::size_t i) {
    if (cpus.size() >= 2) bind_to_cpu(cpus[i]);
    ends[i]();
  };
  if (workers == WorkerKind::thread) {
    const std::jthread first([&] { end(0); });
    const std::jthread second([&] { end(1); });
    return meanwhile();
  }
  std::array<pid_t, 2> children{};
  for (std::size_t i = 0; i < children.size(); ++i) {
    children[i] = ::fork();
    if (children[i] < 0) throw system_error("fork");
    if (children[i] != 0) continue;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // who waits for the other for ever ends with the bench
    end(i);
    ::_exit(0);
  }
  meanwhile();
  reap(children);
}

}  // namespace pcbench::micro
