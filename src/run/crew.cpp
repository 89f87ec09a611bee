#include "run/crew.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

#include "base/child.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/shared_region.h"
#include "run/execute.h"
#include "run/ping_pong.h"
#include "run/worker_entry.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kDrainLimitNs = 2'000'000'000;
constexpr const char* kWorkerFlag = "--pcbench-worker";
constexpr const char* kFewerWorkers = "raise the limit of processes (ulimit -u) or ask for fewer workers";

/// fork that leaves no half-written output to be printed twice.
pid_t fork_process() {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw system_error("fork", kFewerWorkers);
  return pid;
}

/// What is left of a spawned worker once it knows where to note an error.
bool attach_and_run(const Control& control, std::uint32_t worker_id, const Handles& handles) noexcept {
  try {
    set_thread_name(worker_name(control.spec(), worker_id));
    const TransportRow* transport = find_transport(control.spec().transport.view());
    if (transport == nullptr || transport->attach == nullptr)
      throw Error("this transport cannot be attached to");
    const std::unique_ptr<Channel> channel =
        control.spec().workload == Workload::ping_pong
            ? std::make_unique<PingPongChannel>(*transport, control.spec(), handles)
            : transport->attach(control.spec(), handles);
    return run_worker(*channel, control, worker_id, [&] { channel->drop_ends(Keep::nothing); });
  } catch (const std::exception& e) {
    note_error(control.slot(worker_id), told(e));
    return false;
  }
}

}  // namespace

void Crew::start() {
  members_.reserve(arrivals());  // no child may be lost between its birth and the list
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id) control_.slot(id).cpu = setup_.cpus[id];
  if (job_ != nullptr) {
    job_->play(control_descriptor_);
    members_.push_back({.pid = job_->leader()});
    return;
  }
  if (threads()) {
    members_.push_back({.pid = fork_host()});
    channel_.drop_ends(Keep::nothing);
    return;
  }
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id) {
    control_.slot(id).created_at_ns = now_ns();
    members_.push_back({.pid = setup_.spec.start == StartMethod::fork ? fork_worker(id) : spawn_worker(id)});
  }
  channel_.drop_ends(Keep::consumer_ends);
}

std::uint32_t Crew::arrivals() const noexcept { return control_.worker_count() + (threads() ? 1 : 0); }

pid_t Crew::fork_worker(std::uint32_t worker_id) {
  const pid_t supervisor = ::getpid();
  const pid_t pid = fork_process();
  if (pid != 0) return pid;
  become_child_of(supervisor);
  const bool left = run_worker(channel_, control_, worker_id, [this] { channel_.drop_ends(Keep::nothing); });
  ::_exit(left ? 0 : 1);
}

pid_t Crew::spawn_worker(std::uint32_t worker_id) {
  Handles inherited = channel_.handles();
  inherited.insert(inherited.begin(), control_descriptor_);
  std::vector<std::string> arguments = {"bench", kWorkerFlag, std::to_string(worker_id)};
  for (const int descriptor : inherited) arguments.push_back(std::to_string(descriptor));
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t supervisor = ::getpid();
  const pid_t pid = fork_process();
  if (pid != 0) return pid;
  become_child_of(supervisor);
  for (const int descriptor : inherited) ::fcntl(descriptor, F_SETFD, 0);
  ::execv("/proc/self/exe", argv.data());
  note_error(control_.slot(worker_id), told(system_error("execv of this program")));
  ::_exit(127);
}

pid_t Crew::fork_host() {
  const pid_t supervisor = ::getpid();
  const pid_t pid = fork_process();
  if (pid != 0) return pid;
  become_child_of(supervisor);
  host_main();
}

void Crew::host_main() {
  set_thread_name("host");
  std::vector<std::thread> threads;
  try {
    for (std::uint32_t id = 0; id < control_.worker_count(); ++id) {
      control_.slot(id).created_at_ns = now_ns();
      threads.emplace_back([this, id] {
        if (!run_worker(channel_, control_, id, [] {}))
          ::_exit(1);  // without it the others would wait at the gate
      });
    }
  } catch (const std::exception& e) {
    note_error(control_.slot(0), std::string("cannot start a thread: ") + e.what() + "; " + kFewerWorkers);
    ::_exit(1);
  }
  control_.gate().await(control_.worker_count());
  channel_.drop_ends(Keep::consumer_ends);
  control_.gate().arrive_and_wait();
  for (std::thread& thread : threads) thread.join();
  set_thread_name("drain");
  run_drain(channel_, control_);
  ::_exit(0);
}

bool Crew::reap() noexcept {
  bool unasked = false;
  for (Member& member : members_) {
    if (member.status) continue;
    int status = 0;
    if (::wait4(member.pid, &status, WNOHANG, &member.usage) != member.pid) continue;
    member.status = status;
    member.unasked = !member.doomed && (!WIFEXITED(status) || WEXITSTATUS(status) != 0);
    unasked = unasked || member.unasked;
  }
  return unasked;
}

std::vector<std::uint32_t> Crew::newly_dead() {
  std::vector<std::uint32_t> dead;
  for (std::uint32_t id = 0; id < members_.size(); ++id) {
    Member& member = members_[id];
    if (!member.doomed || member.buried || !member.status) continue;
    member.buried = true;
    if (control_.slot(id).end_at_ns == 0) dead.push_back(id);
  }
  return dead;
}

void Crew::signal(std::uint32_t worker_id, int signal) noexcept {
  if (!members_[worker_id].status) ::kill(members_[worker_id].pid, signal);
}

pid_t Crew::run_apart(const std::string& name, const std::function<void()>& work) {
  try {
    return start_helper(name, work);
  } catch (const Error& e) {
    troubles_.push_back(name + " could not be run for a dead worker: " + told(e));
    return 0;
  }
}

pid_t Crew::start_helper(const std::string& name, const std::function<void()>& work) {
  const pid_t supervisor = ::getpid();
  helpers_.reserve(helpers_.size() + 1);  // no child may be lost between its birth and the list
  const pid_t pid = fork_process();
  if (pid != 0) return helpers_.emplace_back(pid);
  become_child_of(supervisor);
  set_thread_name(name);
  try {
    work();
  } catch (const std::exception&) {
    ::_exit(1);  // the round then hangs, and its verdict says so
  }
  ::_exit(0);
}

void Crew::start_leak() {
  start_helper("leak", [] {
    for (;;) ::pause();
  });
}

std::string Crew::refusal() const {
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id) {
    const WorkerSlot& slot = control_.slot(id);
    if (slot.error[0] != '\0') return {slot.error.data(), ::strnlen(slot.error.data(), slot.error.size())};
  }
  return {};
}

bool Crew::all_ended() const noexcept {
  if (job_ != nullptr) return job_->played();
  return std::all_of(members_.begin(), members_.end(),
                     [](const Member& member) { return member.status.has_value(); });
}

void Crew::kill_all() noexcept {
  reap();  // who has died by now, has not died of us
  for (const pid_t helper : helpers_) {
    ::kill(helper, SIGKILL);
    ::waitpid(helper, nullptr, 0);
  }
  helpers_.clear();
  if (job_ != nullptr) return leave_job();
  for (const Member& member : members_)
    if (!member.status) ::kill(member.pid, SIGKILL);
  for (Member& member : members_) {
    if (member.status) continue;
    int status = 0;
    while (::wait4(member.pid, &status, 0, &member.usage) < 0 && errno == EINTR) {
    }
    member.status = status;
  }
}

void Crew::leave_job() noexcept {
  if (members_.empty() || job_->played()) return;
  job_->stand_still();
  members_[0].status = SIGKILL;  // as good as killed, like the threads of a host
  members_[0].unasked = false;   // a leader that gave up is no worker's end: the slots say why
}

void Crew::drain() {
  const pid_t supervisor = ::getpid();
  const pid_t pid = fork_process();
  if (pid == 0) {
    become_child_of(supervisor);
    set_thread_name("drain");
    run_drain(channel_, control_);
    ::_exit(0);
  }
  const std::uint64_t limit = now_ns() + kDrainLimitNs;
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (now_ns() >= limit) ::kill(pid, SIGKILL);
    ::poll(nullptr, 0, 1);
  }
}

bool is_worker_command(int argc, char** argv) noexcept {
  return argc >= 4 && std::string_view(argv[1]) == kWorkerFlag;
}

int worker_main(int argc, char** argv) {
  try {
    const auto worker_id = static_cast<std::uint32_t>(std::stoul(argv[2]));
    Handles handles;
    for (int i = 3; i < argc; ++i) {
      handles.push_back(std::stoi(argv[i]));
      ::fcntl(handles.back(), F_SETFD, FD_CLOEXEC);
    }
    const SharedRegion region = SharedRegion::attach(FileDescriptor(handles.front()));
    handles.erase(handles.begin());
    const Control control = Control::attach(region.data(), region.size());
    if (worker_id >= control.worker_count()) throw Error("there is no such worker", argv[2]);
    return attach_and_run(control, worker_id, handles) ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s %s: %s\n", argv[0], kWorkerFlag, told(e).c_str());
    return 1;
  }
}

}  // namespace pcbench
