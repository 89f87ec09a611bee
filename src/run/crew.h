// Crew: the workers of one round as processes to be started, watched, killed and reaped. For `thread` workers
// one host process holds all threads, so that a hang can be ended, and so that nothing is ever forked after a
// thread exists.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/record.h"
#include "run/mpi/job.h"
#include "run/setup.h"
#include "transport/transport.h"
#include "worker/control.h"

namespace pcbench {

/// One child process and what became of it.
struct Member {
  pid_t pid = 0;
  std::optional<int> status{};  ///< as waitpid gives it; nullopt: still running
  rusage usage{};               ///< valid with status
  bool unasked = false;         ///< ended otherwise than by leaving its loop, before anybody here killed it
  bool doomed = false;          ///< the case itself orders its end
  bool buried = false;          ///< newly_dead() has told of it
};

class Crew {
 public:
  Crew(const Setup& setup, Channel& channel, const Control& control, int control_descriptor)
      : setup_(setup),
        channel_(channel),
        control_(control),
        control_descriptor_(control_descriptor),
        job_(setup.transport->between_hosts ? MpiJob::current() : nullptr) {}
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() { kill_all(); }

  /// Starts every worker. Errors: Error when one cannot be started; those that were are killed by the
  /// destructor.
  void start();
  /// How many arrivals at the gate mean that all is ready.
  [[nodiscard]] std::uint32_t arrivals() const noexcept;
  /// Collects children that have ended, without waiting. True: one of them ended in a way nobody asked for.
  bool reap() noexcept;
  [[nodiscard]] bool all_ended() const noexcept;
  /// The workers whose ordered end has come since the last call.
  [[nodiscard]] std::vector<std::uint32_t> newly_dead();
  /// Sends SIGNAL to WORKER_ID's process.
  void signal(std::uint32_t worker_id, int signal) noexcept;
  /// The case orders the end of WORKER_ID: it will not count as an unasked death.
  void expect_end_of(std::uint32_t worker_id) noexcept { members_[worker_id].doomed = true; }
  /// Does WORK in a process of its own that kill_all() ends: what a dead worker left locked may block it, but
  /// never the supervisor. Returns that process; 0: none can be had, it is not done and the troubles say so.
  pid_t run_apart(const std::string& name, const std::function<void()>& work);
  /// Starts a process that holds every end of the channel open and does nothing. Requires: before start().
  void start_leak();
  /// Kills and reaps whoever is left.
  void kill_all() noexcept;
  /// Process workers only: runs the final drain in a process of its own, so that a lock whose holder is dead
  /// cannot block the runner; killed if it does not end in time. Its slot tells how it went. Errors: Error
  /// when it cannot be started.
  void drain();

  /// What a worker said when it gave up; empty: none has.
  [[nodiscard]] std::string refusal() const;
  /// What could not be done for the round, in words.
  [[nodiscard]] const std::vector<std::string>& troubles() const noexcept { return troubles_; }

  [[nodiscard]] bool threads() const noexcept { return setup_.spec.workers == WorkerKind::thread; }
  /// Whose ranks are the workers; nullptr: they are children of this process.
  [[nodiscard]] MpiJob* job() const noexcept { return job_; }
  /// Whether one child stands for all workers: the host of threads, or the leader of an MPI job.
  [[nodiscard]] bool hosted() const noexcept { return threads() || job_ != nullptr; }
  /// Whether WORKER_ID's process died although nobody here had killed it.
  [[nodiscard]] bool died_unasked(std::uint32_t worker_id) const noexcept {
    return member_of(worker_id).unasked;
  }
  /// The process that WORKER_ID lives in.
  [[nodiscard]] const Member& member_of(std::uint32_t worker_id) const noexcept {
    return members_[hosted() ? 0 : worker_id];
  }

 private:
  [[nodiscard]] pid_t fork_worker(std::uint32_t worker_id);
  [[nodiscard]] pid_t spawn_worker(std::uint32_t worker_id);
  [[nodiscard]] pid_t fork_host();
  [[noreturn]] void host_main();
  void leave_job() noexcept;
  pid_t start_helper(const std::string& name, const std::function<void()>& work);

  const Setup& setup_;
  Channel& channel_;
  const Control& control_;
  int control_descriptor_;
  MpiJob* job_;
  std::vector<Member> members_;
  std::vector<pid_t> helpers_;
  std::vector<std::string> troubles_;
};

}  // namespace pcbench
