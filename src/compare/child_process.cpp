#include "compare/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <fstream>

#include "base/clock.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "base/stop_signals.h"

namespace pcbench {
namespace {

constexpr double kGraceS = 10;
constexpr std::size_t kStderrBytes = 4096;

/// The child's side between fork and exec. Only what a signal handler may call.
[[noreturn]] void become(const std::vector<char*>& argv, int null_fd, int stderr_fd, int failure_fd,
                         const sigset_t& mask, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  ::dup2(null_fd, STDIN_FILENO);
  ::dup2(null_fd, STDOUT_FILENO);
  ::dup2(stderr_fd, STDERR_FILENO);
  for (const int signal : {SIGPIPE, SIGXFSZ}) ::signal(signal, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execv(argv[0], argv.data());
  const int why = errno;
  [[maybe_unused]] const auto written = ::write(failure_fd, &why, sizeof why);
  ::_exit(127);
}

std::string tail_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, file.tellg()));
  const std::size_t kept = std::min(size, kStderrBytes);
  file.seekg(static_cast<std::streamoff>(size - kept));
  std::string text(kept, '\0');
  file.read(text.data(), static_cast<std::streamsize>(kept));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return text;
}

pid_t start(const std::vector<std::string>& words, const std::string& stderr_path, const sigset_t& mask) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const FileDescriptor null_fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const FileDescriptor stderr_fd(::open(stderr_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  int ends[2];
  if (!null_fd || !stderr_fd || ::pipe2(ends, O_CLOEXEC) != 0) throw system_error("start of " + words[0]);
  const FileDescriptor failure_in(ends[0]);
  FileDescriptor failure_out(ends[1]);
  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw system_error("fork");
  if (child == 0) become(argv, null_fd.get(), stderr_fd.get(), failure_out.get(), mask, self);
  ::setpgid(child, child);  // from both sides: whoever comes first
  failure_out.reset();
  int why = 0;
  if (::read(failure_in.get(), &why, sizeof why) == sizeof why) {  // the end of file says that it runs
    ::waitpid(child, nullptr, 0);
    errno = why;
    throw system_error(words[0], "give a program that can be run here; TMPDIR must allow execution");
  }
  return child;
}

/// Whether CHILD has ended, without taking note of it.
bool has_ended(pid_t child) {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0)
    throw system_error("waitid");
  return info.si_pid == child;
}

}  // namespace

SignalsHeld::SignalsHeld() : held_(stop_signals()) {
  sigaddset(&held_, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &held_, &before_);
}

SignalsHeld::~SignalsHeld() {
  const timespec now{};
  while (::sigtimedwait(&held_, nullptr, &now) > 0) {
  }  // what came late has been acted upon
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void SignalsHeld::wait(double timeout_s) {
  const double whole = std::floor(std::max(0.0, timeout_s));
  const timespec timeout{static_cast<time_t>(whole),
                         static_cast<long>((std::max(0.0, timeout_s) - whole) * 1e9)};
  const int signal = ::sigtimedwait(&held_, nullptr, &timeout);
  interrupted_ = interrupted_ || (signal > 0 && signal != SIGCHLD);
}

ChildEnd run_child(const std::vector<std::string>& argv, const std::string& stderr_path, double timeout_s,
                   SignalsHeld& signals) {
  const pid_t child = start(argv, stderr_path, signals.before());
  ChildEnd end;
  double deadline_s = static_cast<double>(now_ns()) / 1e9 + timeout_s;
  while (!has_ended(child)) {
    const double left_s = deadline_s - static_cast<double>(now_ns()) / 1e9;
    if (left_s <= 0) {
      end.timed_out = !end.interrupted;
      break;
    }
    signals.wait(left_s);
    if (signals.interrupted() && !end.interrupted) {
      end.interrupted = true;
      deadline_s = static_cast<double>(now_ns()) / 1e9 + kGraceS;
      ::kill(child, SIGINT);
    }
  }
  ::kill(-child, SIGKILL);  // also what it left behind; its id is not given away before it is waited for
  int status = 0;
  if (::waitpid(child, &status, 0) < 0) throw system_error("waitpid");
  end.interrupted = end.interrupted || signals.interrupted();
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  end.stderr_text = tail_of(stderr_path);
  return end;
}

}  // namespace pcbench
