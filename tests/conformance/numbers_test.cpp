// Do the ways to update shared numbers lose what they must not lose, and only that?
#include <gtest/gtest.h>

#include <string>

#include "model/names.h"
#include "support/round.h"

namespace pcbench::test {
namespace {

Case numbers_case(const std::string& transport, const std::string& option, std::uint64_t numbers) {
  Case config;
  config.workload = Workload::shared_state;
  config.transport = transport;
  config.transport_options = {{std::string(find_transport(transport)->option->key), option}};
  config.producers = 4;
  config.capacity_slots = numbers;
  config.stop = "close";
  config.payload_bytes = 8;
  config.messages = 4001;  // what no topology divides
  return config;
}

Round run(const Case& config, WorkerKind workers) {
  Case one = config;
  one.workers = workers;
  RoundSpec spec = spec_of(one);
  spec.sample_every = 0;
  spec.verify = Verify::online;
  return workers == WorkerKind::thread ? Round::with_threads(spec) : Round::with_processes(spec);
}

class SharedNumbers : public testing::TestWithParam<WorkerKind> {
 protected:
  Deadline deadline_{60};
};
INSTANTIATE_TEST_SUITE_P(Workers, SharedNumbers, testing::Values(WorkerKind::thread, WorkerKind::process),
                         [](const auto& instance) { return std::string(name_of(instance.param)); });

TEST_P(SharedNumbers, keep_every_update_where_that_is_promised) {
  for (const auto& [transport, option] :
       {std::pair{"shm_numbers", "locked"}, {"shm_numbers", "atomic"}, {"manager_numbers", "method"}})
    for (const std::uint64_t numbers : {1U, 7U}) {
      const Round round = run(numbers_case(transport, option, numbers), GetParam());
      EXPECT_EQ(round.sent(), 4001U) << transport << ' ' << option;
      EXPECT_EQ(round.received(), round.sent()) << transport << ' ' << option << ' ' << numbers;
    }
}

TEST_P(SharedNumbers, keep_every_update_under_the_lock_while_workers_run_side_by_side) {
  for (const auto& [wait, name] : NamesOf<WaitStrategy>::table) {
    Case config = numbers_case("shm_numbers", "locked", 1);
    config.messages.reset();
    config.duration_s = 0.05;
    config.wait = wait;
    const Round round = run(config, GetParam());
    EXPECT_GT(round.sent(), 0U);
    EXPECT_EQ(round.received(), round.sent()) << name;
  }
}

TEST_P(SharedNumbers, know_nothing_of_a_change_in_a_copy) {
  const Round round = run(numbers_case("manager_numbers", "nested", 1), GetParam());
  EXPECT_EQ(round.sent(), 4001U);
  EXPECT_EQ(round.received(), 0U);
}

TEST_P(SharedNumbers, take_a_copy_back_while_nobody_else_has_one) {
  Case config = numbers_case("manager_numbers", "reassigned", 3);
  config.producers = 1;
  const Round round = run(config, GetParam());
  EXPECT_EQ(round.received(), 4001U);
}

TEST_P(SharedNumbers, lose_nothing_unlocked_while_nobody_else_updates_them) {
  Case config = numbers_case("shm_numbers", "unlocked", 3);
  config.producers = 1;
  const Round round = run(config, GetParam());
  EXPECT_EQ(round.received(), 4001U);
}

}  // namespace
}  // namespace pcbench::test
