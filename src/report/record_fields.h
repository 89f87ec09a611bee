// record_fields: what a stored record holds of each noun. A field that is not listed here is neither written
// nor read.
#pragma once

#include "model/record.h"
#include "report/record_io.h"

namespace pcbench {

template <class Io>
void fields(Io& io, Either<FaultSpec> auto& x) {
  io("kind", x.kind), io("consumer", x.consumer), io("index", x.index), io("phase", x.phase);
  io("after_messages", x.after_messages), io("duration_ns", x.duration_ns);
}
template <class Io>
void fields(Io& io, Either<RateStep> auto& x) {
  io("rate_msgs_per_s", x.rate_msgs_per_s), io("duration_ns", x.duration_ns);
}
template <class Io>
void fields(Io& io, Either<Load> auto& x) {
  io("mode", x.mode), io("arrival", x.arrival), io("burst_messages", x.burst_messages);
  io("rate_msgs_per_s", x.rate_msgs_per_s), io("catch_up", x.catch_up), io("steps", x.steps);
}
template <class Io>
void fields(Io& io, Either<Search> auto& x) {
  io("metric", x.metric), io("at_most", x.at_most);
}
template <class Io>
void fields(Io& io, Either<Work> auto& x) {
  io("producer_ns", x.producer_ns), io("consumer_ns", x.consumer_ns);
}
template <class Io>
void fields(Io& io, Either<Pin> auto& x) {
  io("mode", x.mode), io("cpus", x.cpus);
}
template <class Io>
void fields(Io& io, Either<Case> auto& x) {
  io("id", x.id), io("transport", x.transport), io("transport_options", x.transport_options);
  io("workload", x.workload), io("producers", x.producers), io("consumers", x.consumers);
  io("workers", x.workers), io("start", x.start), io("messages", x.messages), io("duration_s", x.duration_s);
  io("payload_bytes", x.payload_bytes), io("capacity_slots", x.capacity_slots);
  io("batch_messages", x.batch_messages), io("stop", x.stop), io("wait", x.wait), io("load", x.load);
  io("search", x.search), io("work", x.work), io("codec", x.codec), io("pin", x.pin), io("verify", x.verify);
  io("history_operations", x.history_operations), io("history_burst_every_ms", x.history_burst_every_ms);
  io("integrity", x.integrity), io("latency", x.latency), io("series_every_ms", x.series_every_ms);
  io("faults", x.faults), io("expect", x.expect);
}
template <class Io>
void fields(Io& io, Either<Warning> auto& x) {
  io("id", x.id), io("text", x.text), io("remedy", x.remedy), io("case_id", x.case_id);
}
template <class Io>
void fields(Io& io, Either<Plan> auto& x) {
  io("name", x.name), io("comment", x.comment), io("rounds", x.rounds), io("warmup_rounds", x.warmup_rounds);
  io("seed", x.seed), io("timeout_s", x.timeout_s), io("max_time_s", x.max_time_s);
  io("precision", x.precision), io("cases", x.cases), io("config_json", x.config_json);
  io("config_hash", x.config_hash), io("warnings", x.warnings);
}
template <class Io>
void fields(Io& io, Either<Promises> auto& x) {
  io("producers_max", x.producers_max), io("consumers_max", x.consumers_max), io("threads", x.threads);
  io("processes", x.processes), io("spawn_refusal", x.spawn_refusal), io("order", x.order);
  io("lossless", x.lossless), io("can_close", x.can_close), io("payload_bytes_max", x.payload_bytes_max);
  io("capacity", x.capacity), io("capacity_slots_min", x.capacity_slots_min);
  io("capacity_slots_max", x.capacity_slots_max), io("batch", x.batch), io("empty", x.empty);
  io("full", x.full), io("occupancy", x.occupancy), io("timed", x.timed);
  io("keeps_unreleased", x.keeps_unreleased), io("at_least_once", x.at_least_once);
  io("survives", x.survives);
}
template <class Io>
void fields(Io& io, Either<Effective> auto& x) {
  io("capacity_slots", x.capacity_slots), io("batch_messages", x.batch_messages), io("others", x.others);
}
template <class Io>
void fields(Io& io, Either<WorkerExit> auto& x) {
  io("kind", x.kind), io("code", x.code), io("asked", x.asked);
}
template <class Io>
void fields(Io& io, Either<TallyRecord> auto& x) {
  io("count", x.count), io("sum", x.sum), io("end_sequence", x.end_sequence);
}
template <class Io>
void fields(Io& io, Either<FirstFinding> auto& x) {
  io("sequence", x.sequence), io("expected_sequence", x.expected_sequence), io("time_ns", x.time_ns);
  io("producer", x.producer), io("offset_bytes", x.offset_bytes);
}
template <class Io>
void fields(Io& io, Either<FindingRecord> auto& x) {
  io("count", x.count), io("first", x.first);
}
template <class Io>
void fields(Io& io, Either<WorkerRecord> auto& x) {
  io("role", x.role), io("index", x.index), io("pid", x.pid), io("parent_pid", x.parent_pid);
  io("start_ns", x.start_ns), io("messages", x.messages), io("pills", x.pills);
  io("wait_count", x.wait_count), io("blocked_ns", x.blocked_ns), io("longest_wait_ns", x.longest_wait_ns);
  io("cpu_user_ns", x.cpu_user_ns), io("cpu_system_ns", x.cpu_system_ns);
  io("voluntary_switches", x.voluntary_switches), io("involuntary_switches", x.involuntary_switches);
  io("migrations", x.migrations), io("hardware", x.hardware), io("samples_missed", x.samples_missed);
  io("codec_ns", x.codec_ns), io("codec_timed", x.codec_timed);
  io("late_max_ns", x.late_max_ns), io("late_last_ns", x.late_last_ns), io("unsent", x.unsent);
  io("last_at_ns", x.last_at_ns), io("end_at_ns", x.end_at_ns), io("phase", x.phase), io("exit", x.exit);
  io("error", x.error), io("tallies", x.tallies), io("findings", x.findings);
}
template <class Io>
void fields(Io& io, Either<FaultRecord> auto& x) {
  io("fault", x.fault), io("struck_at_ns", x.struck_at_ns);
}
template <class Io>
void fields(Io& io, Either<NoiseCounters> auto& x) {
  io("elapsed_ns", x.elapsed_ns), io("cpu_ns", x.cpu_ns), io("stolen_ns", x.stolen_ns);
  io("throttled_count", x.throttled_count), io("throttled_ns", x.throttled_ns);
  io("cpu_stalled_ns", x.cpu_stalled_ns);
}
template <class Io>
void fields(Io& io, Either<RoundNoise> auto& x) {
  io("took", x.took), io("fastest_cpu_mhz", x.fastest_cpu_mhz);
}
template <class Io>
void fields(Io& io, Either<BlockedWorker> auto& x) {
  io("worker", x.worker), io("phase", x.phase), io("waits_for", x.waits_for), io("holds", x.holds);
  io("state", x.state), io("messages", x.messages), io("last_progress_ns", x.last_progress_ns);
}
template <class Io>
void fields(Io& io, Either<Placement> auto& x) {
  io("class", x.kind), io("before_lines_per_s", x.before_lines_per_s);
  io("after_lines_per_s", x.after_lines_per_s);
}
template <class Io>
void fields(Io& io, Either<Histogram> auto& x) {
  io("buckets", x.buckets), io("count", x.count);
}
template <class Io>
void fields(Io& io, Either<SeriesPoint> auto& x) {
  io("time_ns", x.time_ns), io("sent", x.sent), io("received", x.received);
  io("resident_bytes", x.resident_bytes), io("service_ns_p99", x.service_ns_p99);
}
template <class Io>
void fields(Io& io, Either<RoundRecord> auto& x) {
  io("index", x.index), io("order_index", x.order_index), io("end", x.end), io("hang", x.hang);
  io("blocked", x.blocked), io("workers", x.workers), io("faults", x.faults), io("drain", x.drain);
  io("drain_missing", x.drain_missing), io("elapsed_ns", x.elapsed_ns), io("quiesce_ns", x.quiesce_ns);
  io("bitmap", x.bitmap), io("numbers", x.numbers);
  io("service_ns", x.service_ns), io("response_ns", x.response_ns);
  io("generator_lag_ns", x.generator_lag_ns), io("round_trip_ns", x.round_trip_ns), io("series", x.series);
  io("noise", x.noise), io("placement", x.placement), io("held_up_ns", x.held_up_ns);
  io("troubles", x.troubles), io("discarded_because", x.discarded_because), io("pongs", x.pongs);
  io("pong_seed", x.pong_seed);
}
template <class Io>
void fields(Io& io, Either<SearchPoint> auto& x) {
  io("rate_msgs_per_s", x.rate_msgs_per_s), io("value", x.value);
  io("throughput_msgs_per_s", x.throughput_msgs_per_s), io("kept", x.kept), io("reason", x.reason);
}
template <class Io>
void fields(Io& io, Either<SearchRecord> auto& x) {
  io("start_msgs_per_s", x.start_msgs_per_s), io("points", x.points);
  io("found_msgs_per_s", x.found_msgs_per_s), io("reason", x.reason);
}
/// Its config is the plan's case of that id.
template <class Io>
void fields(Io& io, Either<CaseRecord> auto& x) {
  io("id", x.config.id), io("promises", x.promises), io("effective", x.effective), io("seed", x.seed);
  io("sample_every", x.sample_every), io("floor", x.floor), io("rounds", x.rounds);
  io("discarded_rounds", x.discarded_rounds), io("histories_not_kept", x.histories_not_kept);
  io("search", x.search), io("stop_reason", x.stop_reason), io("warnings", x.warnings);
}
template <class Io>
void fields(Io& io, Either<RunRecord> auto& x) {
  io("plan", x.plan), io("environment", x.environment.sections), io("started_at", x.started_at);
  io("elapsed_ns", x.elapsed_ns), io("complete", x.complete), io("interrupted", x.interrupted);
  io("cases", x.cases), io("warnings", x.warnings);
}

}  // namespace pcbench
