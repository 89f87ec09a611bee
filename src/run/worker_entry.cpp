#include "run/worker_entry.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <optional>

#include "base/affinity.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "base/perf_counters.h"
#include "stop/registry.h"

namespace pcbench {
namespace {

/// Takes what is there and never waits.
class DrainStop final : public ConsumerStop {
 public:
  bool over_when_empty() noexcept override { return true; }
  bool over_when_closed() noexcept override { return true; }
};

/// Adds what the thread has used since BEFORE to its slot.
void note_usage(WorkerSlot& slot, const rusage& before) noexcept {
  rusage after{};
  ::getrusage(RUSAGE_THREAD, &after);
  slot.cpu_user_ns = nanoseconds(after.ru_utime) - nanoseconds(before.ru_utime);
  slot.cpu_system_ns = nanoseconds(after.ru_stime) - nanoseconds(before.ru_stime);
  slot.voluntary_switches = static_cast<std::uint64_t>(after.ru_nvcsw - before.ru_nvcsw);
  slot.involuntary_switches = static_cast<std::uint64_t>(after.ru_nivcsw - before.ru_nivcsw);
}

/// Of more the counters would take too many of a process's descriptors.
constexpr std::uint32_t kCountedWorkersMax = 64;

/// Where the machine counts for us.
void note_hardware(WorkerSlot& slot, PerfCounters& counters) noexcept {
  if (counters.error() != 0) return;
  slot.hardware = counters.read();
  slot.hardware_counted = counters.error() == 0 ? 1 : 0;
}

/// How often the kernel moved this thread to another CPU; -1: it does not show that.
std::int64_t migrations_so_far() noexcept {
  constexpr const char* kKey = "se.nr_migrations";
  std::array<char, 4096> text{};
  const FileDescriptor file(::open("/proc/thread-self/sched", O_RDONLY | O_CLOEXEC));
  if (!file || ::read(file.get(), text.data(), text.size() - 1) <= 0) return -1;
  const char* const key = std::strstr(text.data(), kKey);
  const char* const colon = key == nullptr ? nullptr : std::strchr(key, ':');
  return colon == nullptr ? -1 : std::strtoll(colon + 1, nullptr, 10);
}

void bind_to(std::int32_t cpu) {
  if (cpu >= 0 && !bind_to_cpu(static_cast<std::size_t>(cpu)))
    throw system_error("binding to CPU " + std::to_string(cpu), "see `nproc` and `taskset -p $$`");
}

}  // namespace

std::string worker_name(const RoundSpec& spec, std::uint32_t worker_id) {
  if (worker_id < spec.producers) return worker_name(Role::producer, worker_id);
  const std::uint32_t consumer = worker_id - spec.producers;
  if (consumer < spec.consumers) return worker_name(Role::consumer, consumer);
  return "drain";
}

std::string told(const std::exception& e) {
  const auto* error = dynamic_cast<const Error*>(&e);
  if (error == nullptr) return e.what();
  return (error->where.empty() ? "" : error->where + ": ") + error->message +
         (error->hint.empty() ? "" : "; " + error->hint);
}

void set_thread_name(const std::string& name) noexcept { ::prctl(PR_SET_NAME, ("pcb-" + name).c_str()); }

bool run_worker(Channel& channel, const Control& control, std::uint32_t worker_id,
                const std::function<void()>& ready) noexcept {
  WorkerSlot& slot = control.slot(worker_id);
  const RoundSpec& spec = control.spec();
  try {
    set_thread_name(worker_name(spec, worker_id));
    slot.thread_id.store(static_cast<std::uint32_t>(::syscall(SYS_gettid)),
                         std::memory_order_relaxed);  // relaxed: heartbeat
    bind_to(slot.cpu);
    control.prefault(worker_id);
    rusage before{};
    std::optional<PerfCounters> counters;
    if (control.worker_count() <= kCountedWorkersMax) counters.emplace();
    const auto at_gate = [&] {
      ready();
      slot.phase.store(Phase::at_gate, std::memory_order_relaxed);  // relaxed: heartbeat
      slot.ready_at_ns = now_ns();
      control.gate().arrive_and_wait();
      ::getrusage(RUSAGE_THREAD, &before);
      if (counters) counters->start();
      slot.begin_at_ns = now_ns();
    };
    Task task(control, worker_id);
    const StopRow& stop = *find_stop(spec.stop.view());
    if (worker_id < spec.producers) {
      channel.produce(task, stop, at_gate);
    } else {
      const auto consumer_stop = stop.consumer({spec, control.stop(), slot, worker_id});
      channel.consume(task, *consumer_stop, at_gate);
    }
    if (counters) note_hardware(slot, *counters);
    note_usage(slot, before);
    slot.end_at_ns = now_ns();
    slot.migrations = migrations_so_far();
    slot.phase.store(Phase::done, std::memory_order_relaxed);  // relaxed: heartbeat
    return true;
  } catch (const std::exception& e) {
    note_error(slot, told(e));
    return false;
  }
}

void run_drain(Channel& channel, const Control& control) noexcept {
  WorkerSlot& slot = control.slot(control.drain_id());
  try {
    Task task(control, control.drain_id());
    DrainStop stop;
    channel.consume(task, stop, [&] { slot.begin_at_ns = now_ns(); });
    slot.end_at_ns = now_ns();
  } catch (const std::exception& e) {
    note_error(slot, told(e));
  }
}

}  // namespace pcbench
