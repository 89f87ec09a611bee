#include "run/faults.h"

#include <sys/wait.h>

#include <csignal>

#include "base/clock.h"

namespace pcbench {
namespace {

/// A worker that is about to block needs a moment to be really blocked when it is struck.
constexpr std::uint64_t kBlockingTakesNs = 2'000'000;
/// The stopped one goes on when what it is to find has been done; but that may wait for what it has locked.
constexpr std::uint64_t kTakeoverTakesNs = 200'000'000;

}  // namespace

void Faults::arm() {
  for (const FaultSpec& fault : setup_.config->faults) {
    FaultOrder& order = control_.slot(worker_of(fault)).fault;
    order.kind = fault.kind;
    order.phase = fault.phase;
    order.after_messages = fault.after_messages;
    order.duration_ns = fault.duration_ns;
    if (fault.kind == FaultKind::leak) crew_.start_leak();
  }
}

void Faults::act() {
  for (const FaultSpec& fault : setup_.config->faults) {
    if (fault.kind == FaultKind::exit) crew_.expect_end_of(worker_of(fault));
    FaultOrder& order = control_.slot(worker_of(fault)).fault;
    if (order.state.load(std::memory_order_acquire) == FaultState::reached)
      act_on(fault, order);  // X2: it is there
  }
  for (const std::uint32_t worker_id : crew_.newly_dead()) bury(worker_id);
}

void Faults::act_on(const FaultSpec& fault, FaultOrder& order) {
  const std::uint32_t worker_id = worker_of(fault);
  // relaxed: X2 made it visible
  const std::uint64_t reached_ns = order.reached_at_ns.load(std::memory_order_relaxed);
  const std::uint64_t waited_ns = now_ns() - reached_ns;
  if (blocks_itself(fault.phase) && waited_ns < kBlockingTakesNs) return;
  const bool takes_over = fault.kind == FaultKind::takeover;
  const bool freezes = fault.kind == FaultKind::stop || takes_over;
  if (fault.kind == FaultKind::kill) {
    crew_.expect_end_of(worker_id);
    crew_.signal(worker_id, SIGKILL);
  } else if (freezes && waited_ns < fault.duration_ns) {
    crew_.signal(worker_id, SIGSTOP);  // again and again is once
    if (takes_over && waited_ns >= fault.duration_ns / 2) (void)taken_over_from(worker_id);
    return;
  } else if (freezes) {
    if (takes_over && !taken_over_from(worker_id) && waited_ns < fault.duration_ns + kTakeoverTakesNs) return;
    crew_.signal(worker_id, SIGCONT);
  }
  order.state.store(FaultState::over, std::memory_order_release);  // X3 → X4: the supervisor has acted
}

void Faults::bury(std::uint32_t worker_id) {
  channel_.mourn(role_of(worker_id), index_of(worker_id));
  if (role_of(worker_id) == Role::consumer || control_.slot(worker_id).counted_out != 0)
    return;  // it has done the rest itself
  // T1 → T2 in the dead producer's name: what it had flushed is in the channel
  const bool last = control_.stop().producers_left.fetch_sub(1, std::memory_order_acq_rel) == 1;
  if (!last || setup_.config->stop != "close") return;
  if (setup_.spec.native_close) crew_.run_apart("close", [this] { channel_.close_for_the_dead(); });
  else control_.stop().closed.store(1, std::memory_order_release);  // F1 → F2: nothing more will come
}

bool Faults::taken_over_from(std::uint32_t worker_id) {
  const auto [at, first] = presumed_dead_.try_emplace(worker_id, 0);
  pid_t& helper = at->second;
  if (first)
    helper = crew_.run_apart("takeover",
                             [=, this] { channel_.presume_dead(role_of(worker_id), index_of(worker_id)); });
  siginfo_t ended{};
  return helper == 0 ||
         (::waitid(P_PID, static_cast<id_t>(helper), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          ended.si_pid == helper);
}

std::vector<FaultRecord> Faults::records(std::uint64_t round_start_ns) const {
  std::vector<FaultRecord> found;
  for (const FaultSpec& fault : setup_.config->faults) {
    const std::uint64_t at = control_.slot(worker_of(fault))
                                 .fault.reached_at_ns.load(std::memory_order_relaxed);  // relaxed: ended
    FaultRecord record{fault, std::nullopt};
    if (at != 0 && at >= round_start_ns) record.struck_at_ns = at - round_start_ns;
    found.push_back(record);
  }
  return found;
}

}  // namespace pcbench
