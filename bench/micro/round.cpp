#include "round.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/clock.h"
#include "base/error.h"
#include "both.h"
#include "check/judge.h"
#include "run/collect.h"
#include "run/worker_entry.h"
#include "stop/registry.h"

namespace pcbench::micro {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::uint32_t kProducer = 0;
constexpr std::uint32_t kConsumer = 1;

}  // namespace

Case bare_case(const std::string& transport, std::uint64_t messages) {
  Case config;
  config.id = transport;
  config.transport = transport;
  config.messages = messages;
  config.capacity_slots = 1024;
  config.verify = Verify::none;
  config.integrity = Integrity::off;
  config.latency = LatencyMode::off;
  return config;
}

std::string complaint(const CaseRecord& record) {
  for (const Verdict& verdict : judge_case(record).verdicts)
    if (!verdict.allowed) return verdict.check + ": " + verdict.reason;
  if (record.config.verify != Verify::none || record.floor || !record.promises.lossless) return {};
  for (const RoundRecord& round : record.rounds) {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    for (const WorkerRecord& worker : round.workers)
      (worker.role == Role::producer ? sent : received) += worker.messages;
    if (sent != received) return fmt::format("{} messages were sent and {} popped", sent, received);
  }
  return {};
}

Setup setup_of(const Case& config, bool near) {
  Setup setup = make_setup(config, kSeed);
  setup.spec.near = near;
  return setup;
}

Round::Round(const Case& config, bool near) : Round(config, setup_of(config, near)) {}

Round::Round(const Case& config, const Setup& setup)
    : memory_(SharedRegion::create(Control::bytes_for(setup.spec))),
      control_(Control::format(memory_.data(), setup.spec)),
      channel_(setup.transport->create(setup.spec)) {
  record_.config = config;
  record_.promises = setup.transport->promises;
  record_.seed = setup.spec.seed;
  record_.floor = setup.transport->floor;
  control_.slot(kProducer).cpu = -1;  // run_both binds them
  control_.slot(kConsumer).cpu = -1;
  memory_.prefault();
}

std::uint64_t Round::run_alone() {
  std::uint64_t total_ns = 0;
  const auto timed = [&](WorkerSlot& slot, const auto& loop) {
    loop([&slot] { slot.begin_at_ns = now_ns(); });
    slot.end_at_ns = now_ns();
    total_ns += slot.end_at_ns - slot.begin_at_ns;
  };
  const StopRow& stop = *find_stop(control_.spec().stop.view());
  Task producer(control_, kProducer);
  timed(control_.slot(kProducer), [&](const auto& at_gate) { channel_->produce(producer, stop, at_gate); });
  Task consumer(control_, kConsumer);
  const auto consumer_stop =
      stop.consumer({control_.spec(), control_.stop(), control_.slot(kConsumer), kConsumer});
  timed(control_.slot(kConsumer),
        [&](const auto& at_gate) { channel_->consume(consumer, *consumer_stop, at_gate); });
  judge();
  return total_ns;
}

Span Round::run_both() {
  const WorkerKind workers = record_.config.workers;
  micro::run_both(workers, {[&] { run_one(kProducer); }, [&] { run_one(kConsumer); }}, [&] {
    control_.gate().await(2);
    control_.gate().open();
  });
  judge();
  const RoundRecord& round = record_.rounds.front();
  return {round.workers[kConsumer].messages, round.elapsed_ns};
}

void Round::run_one(std::uint32_t worker_id) {
  if (run_worker(*channel_, control_, worker_id, [] {})) return;
  std::fprintf(stderr, "a worker could not begin: %s\n", control_.slot(worker_id).error.data());
  std::_Exit(1);  // of threads the other would wait for it for ever
}

void Round::judge() {
  RoundRecord round;
  if (record_.floor) {
    round.drain_missing = "floor";
  } else {
    channel_->drop_ends(Keep::consumer_ends);
    run_drain(*channel_, control_);
    const WorkerSlot& drain = control_.slot(control_.drain_id());
    if (drain.end_at_ns == 0) throw Error(drain.error.data(), record_.config.transport + ": the final drain");
  }
  collect_evidence(control_, round_start_ns(control_), round);
  record_.rounds = {std::move(round)};
  if (const std::string why = complaint(record_); !why.empty()) throw Error(why, record_.config.transport);
}

}  // namespace pcbench::micro
