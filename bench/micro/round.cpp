#include "round.h"

#include <cstdio>
#include <cstdlib>

#include "base/clock.h"
#include "run/setup.h"
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

Round::Round(const Case& config) : Round(config, make_setup(config, kSeed).spec) {}

Round::Round(const Case& config, const RoundSpec& spec)
    : memory_(SharedRegion::create(Control::bytes_for(spec))),
      control_(Control::format(memory_.data(), spec)),
      channel_(find_transport(config.transport)->create(spec)) {
  control_.slot(kProducer).cpu = -1;
  control_.slot(kConsumer).cpu = -1;
  memory_.prefault();
}

std::uint64_t Round::run_alone() {
  std::uint64_t began_ns = 0;
  std::uint64_t total_ns = 0;
  const auto at_gate = [&] { began_ns = now_ns(); };
  const StopRow& stop = *find_stop(control_.spec().stop.view());
  Task producer(control_, kProducer);
  channel_->produce(producer, stop, at_gate);
  total_ns += now_ns() - began_ns;
  Task consumer(control_, kConsumer);
  const auto consumer_stop =
      stop.consumer({control_.spec(), control_.stop(), control_.slot(kConsumer), kConsumer});
  channel_->consume(consumer, *consumer_stop, at_gate);
  return total_ns + now_ns() - began_ns;
}

void Round::run_one(std::uint32_t worker_id) {
  if (run_worker(*channel_, control_, worker_id, [] {})) return;
  std::fprintf(stderr, "a worker could not begin: %s\n", control_.slot(worker_id).error.data());
  std::_Exit(1);  // the other would wait for it for ever
}

void Round::bind(std::size_t producer_cpu, std::size_t consumer_cpu) noexcept {
  control_.slot(kProducer).cpu = static_cast<std::int32_t>(producer_cpu);
  control_.slot(kConsumer).cpu = static_cast<std::int32_t>(consumer_cpu);
}

void Round::open() const {
  control_.gate().await(2);
  control_.gate().open();
}

Span Round::span() const {
  const WorkerSlot& consumer = control_.slot(kConsumer);
  return {consumer.messages, since(consumer.last_at_ns, control_.slot(kProducer).begin_at_ns)};
}

}  // namespace pcbench::micro
