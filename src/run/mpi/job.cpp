#include "run/mpi/job.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <new>
#include <vector>

#include "base/child.h"
#include "base/clock.h"
#include "base/error.h"
#include "run/worker_entry.h"
#include "transport/mpi/job.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kBeatsNs = 500'000'000;       // several of a rank's beats; mpirun kills after 1 s
constexpr std::uint64_t kGoodByeNs = 10'000'000'000;  // of a job that is all right
constexpr std::uint64_t kNoticeNs = 15'000'000'000;   // in which mpirun should notice a host's death

std::unique_ptr<MpiJob>& job() {
  static std::unique_ptr<MpiJob> only;
  return only;
}

/// Makes this process bench-mpi, which lies beside this program. Returns only where that fails.
Error become_program(std::initializer_list<const char*> arguments) {
  std::error_code ignored;
  const std::string program =
      std::filesystem::read_symlink("/proc/self/exe", ignored).replace_filename("bench-mpi");
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const char* const argument : arguments) argv.push_back(const_cast<char*>(argument));
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  return system_error("execv of " + program, "install pcbench again, on this host, too");
}

}  // namespace

void MpiJob::join() {
  if (const std::string why = why_no_mpi(); !why.empty())
    throw Error("this bench was built without MPI", "--launcher mpi", why);
  const auto place = mpi_place();
  if (!place)
    throw Error(
        "mpirun has not started this process", "--launcher mpi",
        "mpirun -np RANKS bench --config FILE --launcher mpi; one rank leads, each worker is one more");
  if (place->ranks > MpiBoard::kWorkersMax + 1)
    throw Error(fmt::format("{} ranks are too many", place->ranks), "--launcher mpi",
                fmt::format("the most is {}", MpiBoard::kWorkersMax + 1));
  launch_by_mpi();
  if (place->rank == 0) {
    job().reset(new MpiJob);
    return;
  }
  throw become_program({"rank"});
}

MpiJob* MpiJob::current() noexcept { return job().get(); }

MpiJob::MpiJob() : memory_(SharedRegion::create(sizeof(MpiBoard))) {
  auto* board = new (memory_.data()) MpiBoard{};
  board->supervisor_pid = ::getpid();
  std::fflush(nullptr);
  leader_ = ::fork();
  if (leader_ < 0) throw system_error("fork", "raise the limit of processes (ulimit -u)");
  if (leader_ != 0) return;
  become_child_of(board->supervisor_pid);
  ::fcntl(memory_.descriptor(), F_SETFD, 0);
  const Error error = become_program({"leader", std::to_string(memory_.descriptor()).c_str()});
  std::fprintf(stderr, "error: the leader of the MPI job: %s\n", told(error).c_str());
  ::_exit(1);
}

void MpiJob::play(int descriptor) {
  if (still_) throw Error("an earlier round ended the MPI job", "mpi", "run what is left by another mpirun");
  board().control_descriptor = descriptor;
  board().rounds_asked.store(++asked_, std::memory_order_release);  // M1 → M2: the descriptor
}

bool MpiJob::lost_somebody(const Control& control) const noexcept {
  const std::uint64_t since_ns = now_ns();
  const auto is_heard = [&](std::uint32_t id) {
    return control.slot(id).end_at_ns != 0 ||
           board().heard_ns[id].load(std::memory_order_relaxed) > since_ns;  // relaxed: heartbeat
  };
  bool all = false;
  while (!all && now_ns() < since_ns + kBeatsNs) {
    ::poll(nullptr, 0, 10);
    all = true;
    for (std::uint32_t id = 0; id < control.worker_count(); ++id) all = all && is_heard(id);
  }
  return !all;
}

void MpiJob::note_lost(const Control& control) const noexcept {
  for (std::uint32_t id = 0; id < control.worker_count(); ++id) {
    WorkerSlot& slot = control.slot(id);
    const std::uint64_t heard_ns =
        board().heard_ns[id].load(std::memory_order_relaxed);  // relaxed: heartbeat
    const std::uint64_t silent_ns = since(now_ns(), heard_ns);
    if (slot.end_at_ns != 0 || slot.error[0] != '\0' || silent_ns < kBeatsNs) continue;
    note_error(slot,
               fmt::format("nothing was heard of rank {} on {} for {:.1f} s: it, its host or the way there "
                           "is gone",
                           id + 1, host_of(id), static_cast<double>(silent_ns) * 1e-9));
  }
}

void MpiJob::stand_still() noexcept {
  if (std::exchange(still_, true)) return;
  board().stands_still.store(1, std::memory_order_relaxed);  // relaxed: for when it is let go on
  int status = 0;
  ::kill(leader_, SIGSTOP);
  while (::waitpid(leader_, &status, WUNTRACED) < 0 && errno == EINTR) {
  }
}

void MpiJob::add_facts(std::uint32_t producers, std::uint32_t consumers, Effective& effective) const {
  std::vector<std::string> hosts, offsets;
  const auto doubt = [&](std::uint32_t id) {
    return board().uncertainty_ns[id].load(std::memory_order_relaxed);  // relaxed: M4 showed it
  };
  std::uint64_t producer_doubt = 0, consumer_doubt = 0;
  for (std::uint32_t id = 0; id < producers + consumers; ++id) {
    hosts.push_back(host_of(id));
    offsets.push_back(std::to_string(board().offset_ns[id].load(std::memory_order_relaxed)));  // relaxed: M4
    std::uint64_t& worst = id < producers ? producer_doubt : consumer_doubt;
    worst = std::max(worst, doubt(id));
  }
  effective.others.emplace_back("hosts", std::move(hosts));
  effective.others.emplace_back("clock_offsets_ns", std::move(offsets));
  effective.others.emplace_back(kClockUncertainty,
                                static_cast<std::int64_t>(producer_doubt + consumer_doubt));
}

void MpiJob::end() noexcept {
  const auto wait_for_leader = [&](std::uint64_t limit_ns) {
    const std::uint64_t limit = now_ns() + limit_ns;
    pid_t ended = 0;
    while ((ended = ::waitpid(leader_, nullptr, WNOHANG)) == 0 && now_ns() < limit) ::poll(nullptr, 0, 5);
    return ended != 0;
  };
  if (!still_) {
    board().rounds_asked.store(-1, std::memory_order_release);  // M1 → M2: that was all
    if (wait_for_leader(kGoodByeNs)) return;
  } else if (unnoticed_) {
    std::fputs("a host was lost: waiting for mpirun to notice that, too\n", stderr);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    const timespec limit = timespec_of(kNoticeNs);
    ::sigtimedwait(&set, nullptr, &limit);
  }
  ::kill(leader_, SIGKILL);
  wait_for_leader(kGoodByeNs);
}

}  // namespace pcbench
