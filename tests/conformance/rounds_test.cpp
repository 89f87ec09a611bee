// Does every row of the registry keep its promises in whole rounds? Each topology it promises, each right
// stop protocol, each way of waiting, threads and processes, judged by what consumers popped.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/names.h"
#include "stop/registry.h"
#include "support/round.h"
#include "support/thinned.h"

namespace pcbench::test {
namespace {

struct Topology {
  std::uint32_t producers;
  std::uint32_t consumers;
};
constexpr std::array<Topology, 4> kTopologies = {{{1, 1}, {3, 1}, {1, 3}, {4, 4}}};
constexpr unsigned kTestSeconds = 120;

/// What no topology divides; of a broker each message is a round trip to its server.
std::uint64_t messages_for(const TransportRow& row) {
  if (row.promises.at_least_once) return 101;
  return std::getenv("PCBENCH_FULL") != nullptr ? 1001 : 301;
}

/// Whether a round of ROW takes longer to bring up a server, or somebody's library, than to run.
bool is_costly(const TransportRow& row) {
  constexpr std::array<std::string_view, 4> families = {"iceoryx", "manager", "nng_", "zmq_"};
  return row.promises.at_least_once ||
         std::ranges::any_of(families, [&](std::string_view begin) { return row.name.starts_with(begin); });
}

/// Runs CONFIG if it is promised; one in five under a sanitizer, in three if it is costly. Returns what is
/// wrong.
std::string run(const TransportRow& row, const Case& config) {
  if (!not_promised(row, config).empty()) return {};
  static std::uint64_t promised = 0;
  if (!is_tried(promised++, stride(5, is_costly(row) ? 3 : 1))) return {};
  const RoundSpec spec = spec_of(config);
  const Round round =
      config.workers == WorkerKind::thread ? Round::with_threads(spec) : Round::with_processes(spec);
  // The floor moves nothing: only how many there were can be judged, and with a duration not even that.
  if (!row.floor) return round.complaint(row.promises.order);
  if (spec.duration_ns != 0 && round.sent() != 0 && round.received() != 0) return {};
  if (round.received() == round.sent() && round.sent() == spec.messages) return {};
  return "sent " + std::to_string(round.sent()) + ", received " + std::to_string(round.received());
}

std::string text_of(const Case& config) {
  return config.transport + " " + std::to_string(config.producers) + "x" + std::to_string(config.consumers) +
         " " + config.stop + " " + std::string(name_of(config.wait)) + " batch " +
         std::to_string(config.batch_messages) + " payload " + std::to_string(config.payload_bytes) +
         " capacity " + std::to_string(config.capacity_slots.value_or(0)) +
         (config.transport_options.empty() ? "" : " " + config.transport_options.begin()->second);
}

class EveryTransport : public testing::TestWithParam<std::string_view> {
 protected:
  const TransportRow& row_ = *find_transport(GetParam());
  Case base_ = [this] {
    Case config;
    config.transport = GetParam();
    if (!row_.promises.threads) config.workers = WorkerKind::process;
    config.messages = messages_for(row_);
    config.capacity_slots = 4;
    const std::uint64_t most = row_.promises.payload_bytes_max;
    config.payload_bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(config.payload_bytes, most));
    return config;
  }();
  Deadline deadline_{kTestSeconds};
};
INSTANTIATE_TEST_SUITE_P(Registry, EveryTransport, testing::ValuesIn([] {
                           std::vector<std::string_view> names;
                           for (const TransportRow& row : transports())
                             if (row.program == nullptr)  // tests/external has the others
                               names.push_back(row.name);
                           return names;
                         }()),
                         [](const auto& instance) { return std::string(instance.param); });

TEST_P(EveryTransport, DeliversEachMessageOnceUnderEachStopProtocolAndWait) {
  for (const Topology topology : kTopologies)
    for (const StopRow* stop : stops())
      for (const auto& [wait, wait_name] : NamesOf<WaitStrategy>::table) {
        if (stop->known_bad || stop->needs_duration) continue;
        Case config = base_;
        config.producers = topology.producers;
        config.consumers = topology.consumers;
        config.stop = stop->name;
        config.wait = wait;
        EXPECT_EQ(run(row_, config), "") << text_of(config);
      }
}

TEST_P(EveryTransport, DrainsWhatIsInsideWhenTheTimeIsOver) {
  for (const Topology topology : kTopologies)
    for (const std::string_view stop : {"deadline", "pill", "close"}) {
      Case config = base_;
      config.producers = topology.producers;
      config.consumers = topology.consumers;
      config.messages.reset();
      config.duration_s = 0.004;
      config.stop = stop;
      EXPECT_EQ(run(row_, config), "") << text_of(config);
    }
}

TEST_P(EveryTransport, KeepsItsPromisesInBatches) {
  for (const Topology topology : kTopologies)
    for (const std::uint32_t batch : {7U, 256U})
      for (const std::string_view stop : {"pill", "count", "close"})
        for (const std::uint64_t capacity : {std::uint64_t{1}, std::uint64_t{64}}) {
          Case config = base_;
          config.producers = topology.producers;
          config.consumers = topology.consumers;
          config.batch_messages = batch;
          config.stop = stop;
          config.capacity_slots = capacity;
          EXPECT_EQ(run(row_, config), "") << text_of(config);
        }
}

TEST_P(EveryTransport, WorksAtEachCapacityWithEachPayload) {
  base_.messages = std::min<std::uint64_t>(*base_.messages, 301);
  for (const Topology topology : {Topology{1, 1}, Topology{4, 4}})
    for (const std::uint64_t capacity : {1U, 2U, 4U, 1024U, 0U})
      for (const std::uint32_t payload_bytes : {0U, 1U, 100U, 4080U}) {
        Case config = base_;
        config.producers = topology.producers;
        config.consumers = topology.consumers;
        config.payload_bytes = payload_bytes;
        if (capacity == 0) config.capacity_slots.reset();
        else config.capacity_slots = capacity;
        EXPECT_EQ(run(row_, config), "") << text_of(config);
      }
}

TEST_P(EveryTransport, CarriesLargePayloadsUpToItsPromise) {
  const auto largest = static_cast<std::uint32_t>(row_.promises.payload_bytes_max);
  for (const Topology topology : {Topology{1, 1}, Topology{2, 2}})
    for (const std::uint32_t payload_bytes : {65536U, largest})
      for (const WaitStrategy wait : {WaitStrategy::backoff, WaitStrategy::park}) {
        Case config = base_;
        config.producers = topology.producers;
        config.consumers = topology.consumers;
        config.payload_bytes = payload_bytes;
        config.messages = 21;
        config.wait = wait;
        config.capacity_slots.reset();
        config.batch_messages = 3;
        EXPECT_EQ(run(row_, config), "") << text_of(config);
      }
}

TEST_P(EveryTransport, DeliversEachMessageOnceBetweenForkedProcesses) {
  for (const Topology topology : kTopologies)
    for (const std::string_view stop : {"pill", "close", "count"})
      for (const WaitStrategy wait : {WaitStrategy::backoff, WaitStrategy::park}) {
        Case config = base_;
        config.workers = WorkerKind::process;
        config.producers = topology.producers;
        config.consumers = topology.consumers;
        config.stop = stop;
        config.wait = wait;
        EXPECT_EQ(run(row_, config), "") << text_of(config);
      }
}

TEST_P(EveryTransport, MayDeliverNothingAtAll) {
  for (const std::string_view stop : {"pill", "close", "count"}) {
    Case config = base_;
    config.messages = 0;
    config.stop = stop;
    EXPECT_EQ(run(row_, config), "") << text_of(config);
  }
}

TEST_P(EveryTransport, SaysWhyItCannotBeSpawnedExactlyWhenItCannot) {
  EXPECT_EQ(row_.attach == nullptr, !row_.promises.spawn_refusal.empty());
}

TEST_P(EveryTransport, CanBeAttachedByItsHandlesWhenItCanBeSpawned) {
  if (row_.attach == nullptr) return;  // the test above has seen it say why
  if (const std::string why = why_unavailable(row_); !why.empty()) GTEST_SKIP() << why;
  const RoundSpec spec = spec_of(base_);
  const auto original = row_.create(spec);
  Handles inherited;
  for (const int fd : original->handles()) inherited.push_back(::dup(fd));
  const auto attached = row_.attach(spec, inherited);
  EXPECT_EQ(attached->effective().capacity_slots, original->effective().capacity_slots);
}

TEST(LockedQueue, KeepsItsPromisesWithEachLock) {
  const Deadline deadline(kTestSeconds);
  const TransportRow& row = *find_transport("locked_queue");
  for (const std::string_view lock : row.option->values)
    for (const Topology topology : kTopologies)
      for (const auto& [wait, wait_name] : NamesOf<WaitStrategy>::table) {
        Case config;
        config.transport = row.name;
        config.transport_options = {{std::string(row.option->key), std::string(lock)}};
        config.producers = topology.producers;
        config.consumers = topology.consumers;
        config.messages = 1001;
        config.capacity_slots = 4;
        config.wait = wait;
        EXPECT_EQ(run(row, config), "") << text_of(config);
      }
}

TEST(Registry, HasEachNameOnceAndFindsIt) {
  for (const TransportRow& row : transports()) EXPECT_EQ(find_transport(row.name), &row);
  EXPECT_EQ(find_transport("telepathy"), nullptr);
}

TEST(Registry, SaysOfEachWhoseWorkersCanDieAloneWhatItSurvives) {
  for (const TransportRow& row : transports()) {
    const bool can_be_struck = row.promises.processes && !row.floor && !row.keeps_numbers &&
                               row.program == nullptr && !row.between_hosts;
    EXPECT_TRUE(!can_be_struck || !row.promises.survives.empty()) << row.name;
  }
}

}  // namespace
}  // namespace pcbench::test
