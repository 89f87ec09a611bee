#include "transport/brokers/local_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/clock.h"
#include "base/error.h"
#include "base/file_descriptor.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kStartLimitNs = 10'000'000'000;
constexpr int kTries = 3;  // somebody may take the port before the server does

/// A port that nobody listens on.
std::uint16_t free_port() {
  const FileDescriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (!probe || ::bind(probe.get(), generic, length) != 0 ||
      ::getsockname(probe.get(), generic, &length) != 0)
    throw system_error("a free port of the loopback");
  return ntohs(address.sin_port);
}

/// From now on this process gets SIGNAL when PARENT ends.
void become_child_of(pid_t parent, int signal) noexcept {
  ::prctl(PR_SET_PDEATHSIG, signal);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
}

[[noreturn]] void become_server(const std::string& path, const std::vector<std::string>& arguments) {
  std::vector<char*> argv = {const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(path.c_str(), argv.data());
  ::_exit(127);
}

/// Runs the server until it ends or this process is told to: then nothing of it is left. Away from the
/// terminal's signals and from all that it inherited.
[[noreturn]] void guard(const ServerProgram& program, const std::string& path, std::uint16_t port,
                        pid_t maker) noexcept {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGTERM, SIGCHLD}) {
    std::signal(signal, SIG_DFL);
    sigaddset(&ends, signal);
  }
  ::sigprocmask(SIG_SETMASK, &ends, nullptr);
  become_child_of(maker, SIGTERM);
  ::setsid();
  ::prctl(PR_SET_NAME, "pcb-guardian");
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int standard : {0, 1, 2}) ::dup2(nothing, standard);
  ::close_range(3, ~0U, 0);
  std::error_code ignored;
  std::string folder = (std::filesystem::temp_directory_path(ignored) / "pcbench-XXXXXX").string();
  if (program.wants_folder && (ignored || ::mkdtemp(folder.data()) == nullptr)) ::_exit(1);
  const pid_t self = ::getpid();
  const pid_t server = ::fork();
  if (server == 0) {
    become_child_of(self, SIGKILL);
    become_server(path, program.arguments(port, folder));
  }
  if (server > 0) {  // else kill() would mean everybody
    while (::sigwaitinfo(&ends, nullptr) < 0 && errno == EINTR) {
    }
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
  }
  if (program.wants_folder) std::filesystem::remove_all(folder, ignored);
  ::_exit(0);
}

}  // namespace

std::optional<ServerName> parse_server(std::string_view text) noexcept {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || text.size() > 200) return std::nullopt;
  ServerName name{std::string(text.substr(0, colon)), 0};
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + colon + 1, last, name.port);
  if (error != std::errc{} || end != last || name.port == 0) return std::nullopt;
  return name;
}

std::string unique_name() {
  static std::atomic<std::uint32_t> made{0};
  // relaxed: only the numbers must differ
  return "pcbench-" + std::to_string(::getpid()) + "-" + std::to_string(now_ns()) + "-" +
         std::to_string(made.fetch_add(1, std::memory_order_relaxed));
}

std::string find_program(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders((path == nullptr ? "" : std::string(path) + ":") + "/usr/sbin:/usr/local/sbin");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (const std::string file = std::filesystem::path(folder) / name; ::access(file.c_str(), X_OK) == 0)
      return file;
  return {};
}

LocalServer::LocalServer(const ServerProgram& program) : maker_(::getpid()) {
  const std::string path = find_program(program.name);
  if (path.empty())
    throw Error("there is no " + program.name + " to start", "transport_options/server",
                "install " + program.package + ", or name a server that runs");
  for (int tries = 0; tries < kTries; ++tries)
    if (start(program, path)) return;
  throw Error(program.name + " does not come up on a port of the loopback", path,
              "start it yourself and name it: transport_options {\"server\": \"host:port\"}");
}

bool LocalServer::start(const ServerProgram& program, const std::string& path) {
  at_ = {"127.0.0.1", free_port()};
  guardian_ = ::fork();
  if (guardian_ < 0) throw system_error("fork");
  if (guardian_ == 0) guard(program, path, at_.port, maker_);
  for (const std::uint64_t limit = now_ns() + kStartLimitNs; alive() && now_ns() < limit;) {
    if (program.answers(at_) && alive()) return true;
    ::poll(nullptr, 0, 2);
  }
  stop();
  return false;
}

bool LocalServer::alive() noexcept {
  if (guardian_ < 0 || maker_ != ::getpid()) return false;
  if (::waitpid(guardian_, nullptr, WNOHANG) == 0) return true;
  guardian_ = -1;
  return false;
}

void LocalServer::stop() noexcept {
  if (!alive()) return;
  ::kill(guardian_, SIGTERM);
  while (::waitpid(guardian_, nullptr, 0) < 0 && errno == EINTR) {
  }
  guardian_ = -1;
}

LocalServer::~LocalServer() { stop(); }

}  // namespace pcbench
