#include "run/collect.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/clock.h"
#include "base/error.h"

namespace pcbench {
namespace {

/// How WORKER_ID ended. A worker that had left its loop counts as ended by itself even if its process was
/// still there.
WorkerExit exit_of(const Crew& crew, const WorkerSlot& slot, std::uint32_t worker_id, RoundEnd end) {
  const int status = crew.member_of(worker_id).status.value_or(0);
  const FaultKind ordered = slot.fault.kind;
  const bool asked = (ordered == FaultKind::kill || ordered == FaultKind::exit) &&
                     slot.fault.reached_at_ns.load(std::memory_order_relaxed) != 0;  // relaxed: ended
  const bool left = slot.end_at_ns != 0;
  if (crew.threads() && left) return {ExitKind::returned, 0};
  if (WIFEXITED(status)) return {ExitKind::exited, WEXITSTATUS(status), asked && !left};
  if (left) return {ExitKind::exited, 0};
  if (asked) return {ExitKind::signaled, WTERMSIG(status), true};
  // A round that ended early is killed by the supervisor; whoever died before, died of somebody else.
  const bool by_supervisor =
      end != RoundEnd::completed && WTERMSIG(status) == SIGKILL && !crew.died_unasked(worker_id);
  return {by_supervisor ? ExitKind::hung : ExitKind::signaled, WTERMSIG(status)};
}

std::string error_of(const WorkerSlot& slot) {
  return {slot.error.data(), ::strnlen(slot.error.data(), slot.error.size())};
}

/// A killed process never wrote its own usage; the kernel's figure stands in.
void use_kernel_usage(const rusage& usage, WorkerRecord& worker) {
  worker.cpu_user_ns = nanoseconds(usage.ru_utime);
  worker.cpu_system_ns = nanoseconds(usage.ru_stime);
  worker.voluntary_switches = static_cast<std::uint64_t>(usage.ru_nvcsw);
  worker.involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw);
}

void copy_evidence(const Control& control, std::uint32_t consumer, const WorkerSlot& slot,
                   std::uint64_t start_ns, WorkerRecord& worker) {
  for (const Tally& tally : control.tallies(consumer))
    worker.tallies.push_back({tally.count, tally.sum, tally.end_sequence});
  for (std::size_t kind = 0; kind < kFindingKinds; ++kind) {
    FindingRecord finding{slot.findings[kind], std::nullopt};
    if (finding.count != 0) {
      finding.first = slot.first[kind];
      finding.first->time_ns = since(finding.first->time_ns, start_ns);
    }
    worker.findings.push_back(finding);
  }
}

WorkerRecord worker_record(const Control& control, std::uint32_t worker_id, std::uint64_t start_ns) {
  const WorkerSlot& slot = control.slot(worker_id);
  const std::uint32_t producers = control.spec().producers;
  WorkerRecord worker;
  worker.role = worker_id < producers ? Role::producer : Role::consumer;
  worker.index = worker_id < producers ? worker_id : worker_id - producers;
  worker.start_ns = since(slot.ready_at_ns, slot.created_at_ns);
  worker.messages = slot.messages;
  worker.pills = slot.pills;
  worker.wait_count = slot.wait_count;
  worker.blocked_ns = slot.blocked_ns;
  worker.longest_wait_ns = slot.longest_wait_ns;
  worker.cpu_user_ns = slot.cpu_user_ns;
  worker.cpu_system_ns = slot.cpu_system_ns;
  worker.voluntary_switches = slot.voluntary_switches;
  worker.involuntary_switches = slot.involuntary_switches;
  if (slot.end_at_ns != 0 && slot.migrations >= 0)
    worker.migrations = static_cast<std::uint64_t>(slot.migrations);
  if (slot.hardware_counted != 0) worker.hardware = slot.hardware;
  worker.samples_missed = slot.samples_missed;
  worker.codec_ns = slot.codec_ns;
  worker.codec_timed = slot.codec_timed;
  worker.late_max_ns = slot.late_max_ns;
  worker.late_last_ns = slot.late_last_ns;
  worker.unsent = slot.unsent;
  worker.last_at_ns = since(slot.last_at_ns, start_ns);
  if (slot.end_at_ns != 0) {
    worker.end_at_ns = since(slot.end_at_ns, start_ns);
  } else {
    // relaxed: it is dead
    worker.messages = std::max(worker.messages, slot.progress.load(std::memory_order_relaxed));
  }
  worker.phase = slot.phase.load(std::memory_order_relaxed);  // relaxed: nobody writes any more
  worker.error = error_of(slot);
  if (worker.role == Role::consumer) copy_evidence(control, worker.index, slot, start_ns, worker);
  return worker;
}

void collect_bitmap(const Control& control, RoundRecord& round) {
  const auto bitmap = control.bitmap();
  if (bitmap.empty()) return;
  round.bitmap.emplace();
  for (const auto& word : bitmap)
    round.bitmap->push_back(word.load(std::memory_order_relaxed));  // relaxed: all have ended
}

/// The sum of COUNTS_OF(worker) over WORKERS, each kBucketCount counters or none.
template <class CountsOf>
void collect_histogram(std::uint32_t workers, CountsOf&& counts_of, Histogram& histogram) {
  std::vector<std::uint64_t> sum(kBucketCount);
  for (std::uint32_t worker = 0; worker < workers; ++worker) {
    const std::span<const std::uint64_t> counts = counts_of(worker);
    if (counts.empty()) return;
    std::transform(sum.begin(), sum.end(), counts.begin(), sum.begin(), std::plus<>());
  }
  for (std::uint32_t bucket = 0; bucket < kBucketCount; ++bucket) {
    if (sum[bucket] == 0) continue;
    histogram.buckets.emplace_back(bucket_lower_ns(bucket), sum[bucket]);
    histogram.count += sum[bucket];
  }
}

}  // namespace

std::uint64_t round_start_ns(const Control& control) noexcept {
  std::uint64_t start = 0;
  for (std::uint32_t id = 0; id < control.spec().producers; ++id) {
    const std::uint64_t begin = control.slot(id).begin_at_ns;
    if (begin != 0 && (start == 0 || begin < start)) start = begin;
  }
  return start;
}

void collect_times(RoundRecord& round) {
  std::uint64_t last_message = 0;
  std::uint64_t last_out = 0;
  bool all_out = true;
  for (const WorkerRecord& worker : round.workers) {
    if (worker.role == Role::consumer && worker.messages > 0)
      last_message = std::max(last_message, worker.last_at_ns);
    last_out = std::max(last_out, worker.end_at_ns.value_or(0));
    all_out = all_out && worker.end_at_ns.has_value();
  }
  round.elapsed_ns = last_message;
  if (all_out) round.quiesce_ns = last_out - std::min(last_out, last_message);
}

std::string drain_round(const Setup& setup, const Control& control, Crew& crew, RoundEnd end) {
  if (setup.transport->floor) return "floor";
  if (end == RoundEnd::interrupted) return "the run was interrupted";
  if (crew.threads() && end != RoundEnd::completed) return "the threads' memory went with their process";
  if (crew.job() != nullptr && end != RoundEnd::completed) return "it is with the ranks, which were left";
  try {
    if (!crew.hosted()) crew.drain();  // others were drained by their process, or on their ranks
  } catch (const Error& e) {
    return "the drain could not be started: " + e.message;
  }
  const WorkerSlot& slot = control.slot(control.drain_id());
  if (slot.end_at_ns != 0) return "";
  if (const std::string error = error_of(slot); !error.empty()) return "the drain gave up: " + error;
  // relaxed: it is dead
  if (const std::uint64_t taken = slot.progress.load(std::memory_order_relaxed); taken != 0)
    return "the drain had taken out " + std::to_string(taken) + " messages when its time was over";
  return "the drain could not get in: whoever died may hold the transport's lock";
}

void collect_evidence(const Control& control, std::uint64_t start_ns, RoundRecord& round) {
  for (std::uint32_t id = 0; id < control.worker_count(); ++id)
    round.workers.push_back(worker_record(control, id, start_ns));
  if (round.drain_missing.empty()) round.drain = worker_record(control, control.drain_id(), start_ns);
  collect_times(round);
  const RoundSpec& spec = control.spec();
  collect_histogram(spec.consumers, [&](std::uint32_t c) { return control.histogram(c); }, round.service_ns);
  collect_histogram(spec.consumers, [&](std::uint32_t c) { return control.responses(c); }, round.response_ns);
  collect_histogram(spec.producers, [&](std::uint32_t p) { return control.lags(p); }, round.generator_lag_ns);
  collect_bitmap(control, round);
  const WorkerSlot& reader = control.slot(spec.producers);
  if (reader.end_at_ns != 0 && reader.error[0] == '\0')
    round.numbers.assign(control.numbers().begin(), control.numbers().end());
}

void collect(const Control& control, const Crew& crew, std::uint64_t start_ns, RoundRecord& round) {
  collect_evidence(control, start_ns, round);
  for (std::uint32_t id = 0; id < control.worker_count(); ++id) {
    WorkerRecord& worker = round.workers[id];
    const Member& member = crew.member_of(id);
    const auto thread_id = static_cast<std::int64_t>(
        control.slot(id).thread_id.load(std::memory_order_relaxed));  // relaxed: ended
    worker.pid = crew.hosted() ? thread_id : member.pid;
    worker.parent_pid = crew.hosted() ? member.pid : ::getpid();
    worker.exit = exit_of(crew, control.slot(id), id, round.end);
    if (!worker.end_at_ns && !crew.hosted()) use_kernel_usage(member.usage, worker);
  }
}

void collect_pongs(const Control& back, std::uint64_t start_ns, RoundRecord& round) {
  RoundRecord pongs;
  pongs.end = round.end;
  pongs.hang = round.hang;
  pongs.blocked = round.blocked;
  pongs.elapsed_ns = round.elapsed_ns;
  pongs.quiesce_ns = round.quiesce_ns;
  pongs.drain_missing = round.drain_missing;
  pongs.pong_seed = back.spec().seed;
  for (std::uint32_t id = 0; id < back.worker_count(); ++id) {
    WorkerRecord& worker = pongs.workers.emplace_back(worker_record(back, id, start_ns));
    const WorkerRecord& life = round.workers[back.worker_count() - 1 - id];  // it pops here who pushed there
    worker.pid = life.pid;
    worker.parent_pid = life.parent_pid;
    worker.end_at_ns = life.end_at_ns;
    worker.phase = life.phase;
    worker.exit = life.exit;
  }
  if (round.drain) pongs.drain = worker_record(back, back.drain_id(), start_ns);
  collect_bitmap(back, pongs);
  collect_histogram(1, [&](std::uint32_t /*consumer*/) { return back.histogram(0); }, round.round_trip_ns);
  round.pongs.push_back(std::move(pongs));
}

}  // namespace pcbench
