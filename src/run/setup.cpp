#include "run/setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <set>
#include <utility>

#include "base/affinity.h"
#include "base/error.h"
#include "base/mix.h"
#include "model/frame.h"
#include "run/topology.h"
#include "stop/registry.h"

namespace pcbench {
namespace {

constexpr std::uint32_t kSampleEvery = 1024;
constexpr double kOpenSamples = 1U << 18U;  // p99.99 needs 200,000
constexpr double kTripsPerS = 4e6;          // of the fastest

/// Only the CPUs that `taskset` and the like have left us.
constexpr unsigned long kOurCpus =
    HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM | HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING;

/// Workers side by side on neighbouring CPUs, in the topology's own order.
std::vector<std::int32_t> compact_cpus(hwloc_topology_t topology, std::uint32_t workers) {
  const auto units = static_cast<std::uint32_t>(hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU));
  std::vector<std::int32_t> cpus;
  for (std::uint32_t i = 0; i < workers; ++i)
    cpus.push_back(
        static_cast<std::int32_t>(hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, i % units)->os_index));
  return cpus;
}

/// Workers as far apart as the topology allows.
std::vector<std::int32_t> spread_cpus(hwloc_topology_t topology, std::uint32_t workers) {
  std::vector<hwloc_cpuset_t> sets(workers);
  hwloc_obj_t root = hwloc_get_root_obj(topology);
  if (hwloc_distrib(topology, &root, 1, sets.data(), workers, INT_MAX, 0) != 0)
    throw system_error("hwloc_distrib");
  std::vector<std::int32_t> cpus;
  for (hwloc_cpuset_t set : sets) {
    cpus.push_back(hwloc_bitmap_first(set));
    hwloc_bitmap_free(set);
  }
  return cpus;
}

std::vector<std::int32_t> listed_cpus(const Case& config, std::uint32_t workers) {
  const std::vector<std::size_t> allowed = allowed_cpus();
  std::vector<std::int32_t> cpus;
  for (std::uint32_t i = 0; i < workers; ++i) {
    const std::uint32_t cpu = config.pin.cpus[i % config.pin.cpus.size()];
    if (!std::binary_search(allowed.begin(), allowed.end(), cpu))
      throw Error(fmt::format("CPU {} is not available here", cpu), config.id + ": pin",
                  "see `nproc` and `taskset -p $$`");
    cpus.push_back(static_cast<std::int32_t>(cpu));
  }
  return cpus;
}

std::vector<std::int32_t> choose_cpus(const Case& config) {
  const std::uint32_t workers = config.producers + config.consumers;
  switch (config.pin.mode) {
    case PinMode::none:
      return std::vector<std::int32_t>(workers, -1);
    case PinMode::compact:
      return compact_cpus(load_topology(kOurCpus).get(), workers);
    case PinMode::spread:
      return spread_cpus(load_topology(kOurCpus).get(), workers);
    case PinMode::list:
      return listed_cpus(config, workers);
  }
  return {};
}

/// One in kSampleEvery; of an open load and of round trips as many as their tail needs: timing is little
/// beside waiting.
std::uint32_t sample_every(const Case& config) noexcept {
  if (config.latency != LatencyMode::sampled) return config.latency == LatencyMode::off ? 0 : 1;
  const bool trips = config.workload == Workload::ping_pong;
  if (config.load.mode == LoadMode::closed && !trips) return kSampleEvery;
  const double by_time = config.duration_s.value_or(0) * (trips ? kTripsPerS : mean_rate(config.load));
  const double messages = config.messages ? static_cast<double>(*config.messages) : by_time;
  std::uint32_t every = 1;
  while (every < kSampleEvery && messages / (2 * every) >= kOpenSamples) every *= 2;
  return every;
}

RoundLoad round_load(const Load& load) noexcept {
  RoundLoad round{};
  if (load.mode == LoadMode::closed) return round;
  round.arrival = load.arrival;
  round.burst_messages = load.burst_messages;
  round.catch_up = load.catch_up;
  round.steps[0] = {load.rate_msgs_per_s, UINT64_MAX};
  std::copy(load.steps.begin(), load.steps.end(), round.steps.begin());
  round.step_count = std::max(1U, static_cast<std::uint32_t>(load.steps.size()));
  return round;
}

}  // namespace

std::uint32_t usable_cpus() {
  return static_cast<std::uint32_t>(std::max<std::size_t>(1, allowed_cpus().size()));
}

std::uint32_t count_cpus(const std::vector<std::int32_t>& cpus) {
  const std::set<std::int32_t> different(cpus.begin(), cpus.end());
  return different.contains(-1) ? usable_cpus() : static_cast<std::uint32_t>(different.size());
}

Setup make_setup(const Case& config, std::uint64_t plan_seed) {
  const TransportRow* transport = find_transport(config.transport);
  const StopRow* stop = find_stop(config.stop);
  if (transport == nullptr || stop == nullptr)
    throw Error("a name is in no registry", config.id, "see `bench list`");
  RoundSpec spec{};
  spec.transport = FixedString<48>(config.transport);
  spec.stop = FixedString<32>(config.stop);
  if (!config.transport_options.empty())
    spec.transport_option = FixedString<256>(config.transport_options.begin()->second);
  spec.seed = mix64(plan_seed);  // mixed, or plan seed 1 with case "a" would be 2 with "b"
  for (const char c : config.id) spec.seed = mix64(spec.seed ^ static_cast<unsigned char>(c));
  spec.messages = config.messages.value_or(UINT64_MAX);
  spec.duration_ns = config.duration_s ? static_cast<std::uint64_t>(*config.duration_s * 1e9) : 0;
  spec.capacity_slots = config.capacity_slots.value_or(config.workload == Workload::shared_state ? 1 : 0);
  spec.producer_work_ns = config.work.producer_ns;
  spec.consumer_work_ns = config.work.consumer_ns;
  spec.load = round_load(config.load);
  spec.producers = config.producers;
  spec.consumers = config.consumers;
  spec.payload_bytes = config.payload_bytes;
  spec.message_bytes =
      static_cast<std::uint32_t>(message_bytes(frame_payload_bytes(config.codec, config.payload_bytes)));
  spec.batch_messages = transport->promises.batch ? config.batch_messages : 1;
  spec.workload = config.workload;
  if (config.workload == Workload::ping_pong) spec.trip_every = sample_every(config);
  else if (!transport->floor) spec.sample_every = sample_every(config);
  spec.workers = config.workers;
  spec.start = config.start;
  spec.wait = config.wait;
  spec.verify = transport->floor ? Verify::none : config.verify;
  if (spec.verify == Verify::history) {
    const LogRoom room = log_room(config);
    spec.producer_log_operations = room.producer_operations;
    spec.consumer_log_operations = room.consumer_operations;
    spec.burst_every_ns = config.history_burst_every_ms.value_or(0) * 1'000'000;
  }
  spec.integrity = config.integrity;
  spec.codec = config.codec;
  std::vector<std::int32_t> cpus = choose_cpus(config);
  spec.oversubscribed = !transport->between_hosts && cpus.size() > count_cpus(cpus);
  spec.settles_often = !config.faults.empty();
  spec.native_close = transport->promises.can_close;
  return {&config, transport, stop, spec, std::move(cpus)};
}

}  // namespace pcbench
