#include "transport/messaging/secluded.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/child.h"
#include "base/clock.h"
#include "base/error.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kReadyLimitNs = 20'000'000'000;

bool write_file(const char* path, std::string_view text) noexcept {
  const FileDescriptor file(::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// A namespace of mounts for this process; without root one of users, too, in which it is still itself.
bool unshare_mounts() noexcept {
  if (::unshare(CLONE_NEWNS) == 0) return true;
  const unsigned user = ::geteuid();
  const unsigned group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::array<char, 64> map{};
  std::snprintf(map.data(), map.size(), "%u %u 1", user, user);
  if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", map.data()))
    return false;
  std::snprintf(map.data(), map.size(), "%u %u 1", group, group);
  return write_file("/proc/self/gid_map", map.data());
}

/// Puts this process where /dev/shm and /tmp are empty and its own. False: see errno.
bool seclude() noexcept {
  if (!unshare_mounts() || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  for (const char* const folder : {"/dev/shm", "/tmp"})
    if (::mount("pcbench", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=100%") != 0) return false;
  return true;
}

[[noreturn]] void become_daemon(const DaemonProgram& program, int words, pid_t maker) noexcept {
  std::vector<char*> argv = {const_cast<char*>(program.path.c_str())};
  for (const std::string& argument : program.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::setsid();  // away from the terminal's signals
  ::dup2(words, STDOUT_FILENO);
  ::dup2(words, STDERR_FILENO);
  if (!seclude() || !write_file(program.file.c_str(), program.text)) {
    std::perror("a mount namespace");
    ::_exit(1);
  }
  become_child_of(maker);  // now, because new rights take back what it asks for
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  ::execv(program.path.c_str(), argv.data());
  std::perror(program.path.c_str());
  ::_exit(127);
}

std::string last_line(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

std::string try_seclusion() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(seclude() ? 0 : errno);
  int status = -1;
  if (child > 0) ::waitpid(child, &status, 0);
  if (status == 0) return {};
  return std::string("its daemon needs mounts of its own, which this system refuses (") +
         (child > 0 && WIFEXITED(status) ? std::strerror(WEXITSTATUS(status)) : "fork") +
         "): run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone, "
         "user.max_user_namespaces)";
}

SecludedDaemon::Child::~Child() {
  if (child_ < 0 || maker_ != ::getpid()) return;
  ::kill(child_, SIGKILL);
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

SecludedDaemon::Child SecludedDaemon::start(const DaemonProgram& program, FileDescriptor words) {
  const pid_t maker = ::getpid();
  std::fflush(nullptr);  // or it would be written twice
  const pid_t pid = ::fork();
  if (pid < 0) throw system_error("fork", "raise the limit of processes (ulimit -u)");
  if (pid == 0) become_daemon(program, words.get(), maker);
  return {pid, maker};
}

SecludedDaemon::SecludedDaemon(const DaemonProgram& program) {
  int ends[2] = {-1, -1};
  // What it prints must not keep it waiting: what does not fit is lost.
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    throw system_error("pipe", "raise the limit of open files: ulimit -n");
  words_.reset(ends[0]);
  daemon_ = start(program, FileDescriptor(ends[1]));
  await(program);
  open_namespaces();
}

SecludedDaemon::SecludedDaemon(const std::vector<int>& descriptors) : mounts_(descriptors.at(0)) {
  if (descriptors.size() > 1) users_.reset(descriptors[1]);
}

void SecludedDaemon::await(const DaemonProgram& program) {
  std::string said;
  for (const std::uint64_t limit = now_ns() + kReadyLimitNs; now_ns() < limit;) {
    pollfd words{words_.get(), POLLIN, 0};
    if (::poll(&words, 1, 100) <= 0) continue;
    std::array<char, 1024> text{};
    const ssize_t got = ::read(words_.get(), text.data(), text.size());
    if (got == 0)
      throw Error("it ended: " + last_line(said), program.path, "run it by hand and read what it says");
    if (got > 0) said.append(text.data(), static_cast<std::size_t>(got));
    if (said.find(program.says_ready) != std::string::npos) return;
  }
  throw Error("it is not ready after 20 s: " + last_line(said), program.path,
              "run it by hand and read what it says");
}

void SecludedDaemon::open_namespaces() {
  const auto opened = [](const std::string& path) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw system_error("open of " + path);
    return file;
  };
  const auto which = [](const FileDescriptor& file) {
    struct stat status{};
    return ::fstat(file.get(), &status) == 0 ? status.st_ino : 0;
  };
  const std::string its = "/proc/" + std::to_string(daemon_.pid()) + "/ns/";
  mounts_ = opened(its + "mnt");
  users_ = opened(its + "user");
  if (which(users_) == which(opened("/proc/self/ns/user"))) users_.reset();
}

void SecludedDaemon::enter() const {
  if ((users_ && ::setns(users_.get(), CLONE_NEWUSER) != 0) || ::setns(mounts_.get(), CLONE_NEWNS) != 0)
    throw system_error("setns to where the daemon is");
}

std::vector<int> SecludedDaemon::descriptors() const {
  if (!users_) return {mounts_.get()};
  return {mounts_.get(), users_.get()};
}

}  // namespace pcbench
