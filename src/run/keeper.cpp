#include "run/keeper.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/clock.h"
#include "base/error.h"
#include "run/process_tree.h"
#include "run/worker_entry.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kGraceNs = 1'000'000'000;

/// The keeper's own side.
class Household {
 public:
  explicit Household(KeptProgram& told) noexcept : told_(told) {
    sigemptyset(&awaited_);
    sigaddset(&awaited_, SIGCHLD);
    sigaddset(&awaited_, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &awaited_, nullptr);
  }

  void start(const std::vector<std::string>& command, const std::array<int, 3>& standard) {
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    program_ = ::fork();
    if (program_ < 0) told_.exec_error = errno;
    if (program_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < 3; ++i) ::dup2(standard[static_cast<std::size_t>(i)], i);
    for (const int signal : {SIGPIPE, SIGCHLD}) std::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv(argv[0], argv.data());
    told_.exec_error = errno;
    ::_exit(127);
  }

  /// Until the program and all of its are gone, a while after its end, or the supervisor wants an end.
  void keep() {
    std::uint64_t limit_ns = UINT64_MAX;
    while (reap()) {
      if (told_.ended && limit_ns == UINT64_MAX) limit_ns = now_ns() + kGraceNs;
      if (now_ns() >= limit_ns) return note_left_behind();
      if (wait() == SIGTERM) return;
    }
  }

  /// SIGTERM lets a program take away what has a name; what does not heed it is killed.
  void end_all() {
    for (const Descendant& process : descendants_of(::getpid())) ::kill(process.pid, SIGTERM);
    const std::uint64_t limit_ns = now_ns() + kGraceNs;
    while (reap() && now_ns() < limit_ns) wait();
    const std::uint64_t give_up_ns = now_ns() + 10 * kGraceNs;  // of what may not be killed, or does not die
    while (reap()) {
      if (now_ns() >= give_up_ns) return note_left_behind();
      for (const Descendant& process : descendants_of(::getpid())) ::kill(process.pid, SIGKILL);
      wait();
    }
  }

 private:
  /// Takes note of who has ended. True: somebody is left.
  bool reap() noexcept {
    int status = 0;
    pid_t pid = 0;
    while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
      if (pid != program_) continue;
      told_.ended = true;
      told_.status = status;
    }
    return pid == 0;
  }

  int wait() const noexcept {
    const timespec timeout = timespec_of(10'000'000);
    return ::sigtimedwait(&awaited_, nullptr, &timeout);
  }

  void note_left_behind() {
    const std::vector<Descendant> left = descendants_of(::getpid());
    told_.left_behind = static_cast<std::uint32_t>(left.size());
    if (!left.empty())
      std::snprintf(told_.left_behind_name.data(), told_.left_behind_name.size(), "%s",
                    left.front().name.c_str());
  }

  KeptProgram& told_;
  pid_t program_ = -1;
  sigset_t awaited_{};
};

}  // namespace

Keeper::Keeper(const std::vector<std::string>& command, int input, int output, int errors)
    : memory_(SharedRegion::create(sizeof(KeptProgram))) {
  const pid_t supervisor = ::getpid();
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw system_error("fork", "raise the limit of processes (ulimit -u)");
  if (pid_ != 0) return;
  try {
    Household household(*reinterpret_cast<KeptProgram*>(memory_.data()));
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != supervisor) ::_exit(1);  // it died before the line above
    ::setsid();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    set_thread_name("keeper");
    household.start(command, {input, output, errors});
    household.keep();
    household.end_all();
  } catch (const std::exception&) {  // no memory: the program dies with this process
    ::_exit(1);
  }
  ::_exit(0);
}

bool Keeper::ended() noexcept {
  if (!gone_) gone_ = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
  return gone_;
}

void Keeper::end() noexcept {
  if (gone_) return;
  ::kill(pid_, SIGTERM);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  gone_ = true;
}

const KeptProgram& Keeper::program() const noexcept {
  return *reinterpret_cast<const KeptProgram*>(memory_.data());
}

}  // namespace pcbench
