#include "run/watchdog.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "model/names.h"
#include "run/worker_entry.h"

namespace pcbench {
namespace {

bool waits(Phase phase) noexcept {
  return phase == Phase::blocked_full || phase == Phase::blocked_empty || phase == Phase::waiting_lock;
}

bool is_stopped(const ThreadState& thread) noexcept {
  return thread.state == 'T' || thread.state == 't' || thread.state == 'Z';
}

/// By its CPU time; or, because the machine may be too busy to give it any, by being ready to run both times.
bool burns(const ThreadState& before, const ThreadState& now, std::uint64_t between_ns) noexcept {
  return now.cpu_ns > before.cpu_ns + between_ns / 4 || (before.state == 'R' && now.state == 'R');
}

}  // namespace

std::string state_name(char state) {
  switch (state) {
    case 'R':
      return "running";
    case 'S':
    case 'D':
      return "asleep";
    case 'T':
    case 't':
      return "stopped";
    case 'Z':
      return "zombie";
    default:
      return "unknown";
  }
}

ThreadState read_thread(std::uint32_t thread_id) {
  // proc(5). Below task/, because there the times are the thread's own and not those of its whole process.
  std::ifstream file(fmt::format("/proc/{0}/task/{0}/stat", thread_id));
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');  // the name may itself hold spaces and parentheses
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  ThreadState thread;
  fields >> thread.state;
  std::string skipped;
  for (int field = 4; field <= 13; ++field) fields >> skipped;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  static const auto ticks_per_s = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  thread.cpu_ns = (user_ticks + system_ticks) * (1'000'000'000U / ticks_per_s);
  return thread;
}

void Watchdog::tick(std::uint64_t time_ns, std::uint64_t limit_ns) {
  const bool matters = time_ns + kWindowNs + kLookEveryNs >= limit_ns;
  const bool due = looks_.empty() || time_ns >= looks_.back().time_ns + kLookEveryNs || time_ns >= limit_ns;
  if (matters && due) look(time_ns);
}

void Watchdog::look(std::uint64_t time_ns) {
  Look look;
  look.time_ns = time_ns;
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id) {
    const WorkerSlot& slot = control_.slot(id);
    Seen seen;
    seen.phase = slot.phase.load(std::memory_order_relaxed);                         // relaxed: heartbeat
    seen.progress = slot.progress.load(std::memory_order_relaxed);                   // relaxed: heartbeat
    const std::uint32_t thread_id = slot.thread_id.load(std::memory_order_relaxed);  // relaxed: heartbeat
    if (thread_id != 0 && seen.phase != Phase::done) seen.thread = read_(thread_id);
    // an unasked death ends the round at once: whoever is gone here, is so by order
    seen.ended = seen.phase == Phase::done || (thread_id != 0 && seen.thread.state == '?');
    look.workers.push_back(seen);
  }
  looks_.push_back(std::move(look));
  while (looks_.size() > 2 && looks_[1].time_ns + kWindowNs <= time_ns) looks_.pop_front();
}

HangKind Watchdog::classify() const {
  if (looks_.empty()) return HangKind::slow;
  const Look& last = looks_.back();
  const std::uint64_t middle_ns = looks_.front().time_ns + (last.time_ns - looks_.front().time_ns) / 2;
  const Look& first = *std::find_if(looks_.rbegin(), looks_.rend(),
                                    [&](const Look& look) { return look.time_ns <= middle_ns; });
  bool moved = false;
  bool stuck = false;
  bool burned = false;
  for (std::size_t id = 0; id < last.workers.size(); ++id) {
    const Seen& before = first.workers[id];
    const Seen& now = last.workers[id];
    if (now.ended) continue;
    if (is_stopped(now.thread)) return HangKind::stopped;
    (now.progress != before.progress ? moved : stuck) = true;
    burned = burned || (!waits(now.phase) && burns(before.thread, now.thread, last.time_ns - first.time_ns));
  }
  if (last.time_ns == first.time_ns) return HangKind::slow;
  if (moved) return stuck ? HangKind::starved : HangKind::slow;
  return burned ? HangKind::livelock : HangKind::deadlock;
}

std::vector<BlockedWorker> Watchdog::blocked(std::uint64_t round_start_ns) const {
  std::vector<BlockedWorker> found;
  if (looks_.empty()) return found;
  const std::uint32_t holder = control_.stop().lock.holder();
  const char* const lock = numbers_of(control_.spec()) == 0 ? "the stop lock" : "the lock of the numbers";
  for (std::uint32_t id = 0; id < control_.worker_count(); ++id) {
    const Seen& seen = looks_.back().workers[id];
    if (seen.ended) continue;
    BlockedWorker worker;
    worker.worker = worker_name(control_.spec(), id);
    worker.phase = name_of(seen.phase);
    worker.state = state_name(seen.thread.state);
    worker.messages = seen.progress;
    if (holder == id + 1) worker.holds = lock;
    if (seen.phase == Phase::blocked_full) worker.waits_for = "a free slot";
    if (seen.phase == Phase::blocked_empty)
      worker.waits_for = numbers_of(control_.spec()) == 0 ? "a message" : "the last update";
    if (seen.phase == Phase::at_gate) worker.waits_for = "the gate";
    if (seen.phase == Phase::waiting_lock)
      worker.waits_for = holder == OwnerLock::kFree
                             ? lock
                             : fmt::format("{}, held by {}", lock, worker_name(control_.spec(), holder - 1));
    if (worker.waits_for.empty() && seen.thread.state != 'R')
      worker.waits_for = "something inside the transport";
    const std::uint64_t last_ns =
        control_.slot(id).progress_at_ns.load(std::memory_order_relaxed);  // relaxed: heartbeat
    worker.last_progress_ns = last_ns > round_start_ns ? last_ns - round_start_ns : 0;
    found.push_back(std::move(worker));
  }
  return found;
}

}  // namespace pcbench
