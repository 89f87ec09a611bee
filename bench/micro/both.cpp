#include "both.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "base/affinity.h"
#include "base/child.h"
#include "base/error.h"

namespace pcbench::micro {
namespace {

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return "was killed by signal " + std::to_string(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

/// Processes that need each other: where one does not end with status 0 the others would wait for it.
class Children {
 public:
  /// Another one, which does WORK.
  template <class Work>
  void add(Work&& work) {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
      become_child_of(parent);
      work();
      ::_exit(0);
    }
    if (child > 0) return pids_.push_back(child);
    const Error error = system_error("fork");
    kill_all();
    static_cast<void>(reap());
    throw error;
  }

  /// Until all have ended. Returns how one ended badly, as waitpid tells; 0: none did.
  [[nodiscard]] int reap() {
    int bad = 0;
    for (std::size_t ended = 0; ended < pids_.size(); ++ended) {
      int status = 0;
      if (::waitpid(-1, &status, 0) < 0) throw system_error("waitpid");
      if (status == 0 || bad != 0) continue;
      bad = status;
      kill_all();
    }
    return bad;
  }

 private:
  void kill_all() const {
    for (const pid_t pid : pids_) ::kill(pid, SIGKILL);
  }

  std::vector<pid_t> pids_;
};

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
  Children children;
  for (std::size_t i = 0; i < ends.size(); ++i) children.add([&] { end(i); });
  children.add(meanwhile);
  if (const int bad = children.reap(); bad != 0) throw Error("a process " + how_it_ended(bad), "a worker");
}

}  // namespace pcbench::micro
