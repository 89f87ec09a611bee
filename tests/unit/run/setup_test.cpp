#include "run/setup.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <set>

#include "base/affinity.h"
#include "base/error.h"

namespace pcbench {
namespace {

Case ring_case(const std::string& id = "a") {
  Case config;
  config.id = id;
  config.transport = "shm_mpmc_ring";
  config.producers = 2;
  config.consumers = 3;
  return config;
}

TEST(Setup, gives_each_case_a_seed_of_its_own_and_always_the_same) {
  std::set<std::uint64_t> seeds;
  for (const char* id : {"a", "b", "ab", "ba", "aa"})
    for (const std::uint64_t plan_seed : {1U, 2U, 42U}) {
      const Case config = ring_case(id);
      const std::uint64_t seed = make_setup(config, plan_seed).spec.seed;
      EXPECT_EQ(make_setup(config, plan_seed).spec.seed, seed);
      seeds.insert(seed);
    }
  EXPECT_EQ(seeds.size(), 15U);
}

TEST(Setup, hands_the_workers_what_the_case_asks_for) {
  Case config = ring_case();
  config.messages = 77;
  config.payload_bytes = 100;
  config.capacity_slots = 16;
  config.batch_messages = 8;
  config.work = {5, 6};
  config.latency = LatencyMode::every;
  config.verify = Verify::exact;
  const pcbench::Setup setup = make_setup(config, 1);
  EXPECT_EQ(setup.spec.transport.view(), "shm_mpmc_ring");
  EXPECT_EQ(setup.spec.stop.view(), "pill");
  EXPECT_EQ(setup.spec.messages, 77U);
  EXPECT_EQ(setup.spec.duration_ns, 0U);
  EXPECT_EQ(setup.spec.payload_bytes, 100U);
  EXPECT_EQ(setup.spec.message_bytes, 116U);
  EXPECT_EQ(setup.spec.capacity_slots, 16U);
  EXPECT_EQ(setup.spec.batch_messages, 8U);
  EXPECT_EQ(setup.spec.producer_work_ns, 5U);
  EXPECT_EQ(setup.spec.consumer_work_ns, 6U);
  EXPECT_EQ(setup.spec.sample_every, 1U);
  EXPECT_EQ(setup.spec.verify, Verify::exact);
  EXPECT_EQ(setup.cpus, std::vector<std::int32_t>(5, -1)) << "no pin: any CPU";
  EXPECT_EQ(setup.config, &config);
}

TEST(Setup, turns_latency_modes_into_sampling_intervals) {
  Case config = ring_case();
  config.latency = LatencyMode::off;
  EXPECT_EQ(make_setup(config, 1).spec.sample_every, 0U);
  config.latency = LatencyMode::sampled;
  const std::uint32_t every = make_setup(config, 1).spec.sample_every;
  EXPECT_GT(every, 1U);
  EXPECT_EQ(every & (every - 1), 0U) << "a power of two";
}

TEST(Setup, hands_the_workers_how_fast_a_late_one_may_go) {
  Case config = ring_case();
  EXPECT_EQ(make_setup(config, 1).spec.load.step_count, 0U) << "closed";
  config.load.mode = LoadMode::open;
  config.load.rate_msgs_per_s = 1e6;
  config.load.catch_up = 3;
  EXPECT_EQ(make_setup(config, 1).spec.load.catch_up, 3);
}

TEST(Setup, by_the_clock_has_no_end_by_count) {
  Case config = ring_case();
  config.messages.reset();
  config.duration_s = 0.25;
  config.stop = "deadline";
  const pcbench::Setup setup = make_setup(config, 1);
  EXPECT_EQ(setup.spec.duration_ns, 250'000'000U);
  EXPECT_EQ(setup.spec.messages, UINT64_MAX);
}

TEST(Setup, knows_when_there_are_more_workers_than_cpus) {
  Case config = ring_case();
  config.producers = 1;
  config.consumers = usable_cpus();
  EXPECT_TRUE(make_setup(config, 1).spec.oversubscribed);
  EXPECT_EQ(usable_cpus(), allowed_cpus().size());
}

TEST(Setup, knows_when_bound_workers_share_a_cpu_whatever_else_is_there) {
  const auto first = static_cast<std::uint32_t>(allowed_cpus().front());
  const auto last = static_cast<std::uint32_t>(allowed_cpus().back());
  Case config = ring_case();
  config.producers = config.consumers = 1;
  config.pin = {PinMode::list, {first}};
  EXPECT_TRUE(make_setup(config, 1).spec.oversubscribed);
  EXPECT_EQ(count_cpus(make_setup(config, 1).cpus), 1U);
  config.pin = {PinMode::list, {first, last}};
  EXPECT_EQ(make_setup(config, 1).spec.oversubscribed, first == last);
  config.consumers = 2;
  EXPECT_TRUE(make_setup(config, 1).spec.oversubscribed) << "three on two";
}

TEST(Setup, refuses_names_that_are_in_no_registry) {
  Case config = ring_case();
  config.transport = "carrier_pigeon";
  EXPECT_THROW((void)make_setup(config, 1), Error);
  config = ring_case();
  config.stop = "never";
  EXPECT_THROW((void)make_setup(config, 1), Error);
}

TEST(Pin, by_list_goes_round_the_list) {
  Case config = ring_case();
  const auto cpu = static_cast<std::uint32_t>(allowed_cpus().back());
  config.pin = {PinMode::list, {cpu, static_cast<std::uint32_t>(allowed_cpus().front())}};
  const std::vector<std::int32_t> cpus = make_setup(config, 1).cpus;
  ASSERT_EQ(cpus.size(), 5U);
  EXPECT_EQ(cpus[0], static_cast<std::int32_t>(cpu));
  EXPECT_EQ(cpus[4], static_cast<std::int32_t>(cpu));
}

TEST(Pin, to_a_cpu_that_is_not_there_is_an_error_that_names_it) {
  for (const std::uint32_t cpu : {1'000U, 4'000'000U}) {
    Case config = ring_case("the case");
    config.pin = {PinMode::list, {static_cast<std::uint32_t>(allowed_cpus().front()), cpu}};
    try {
      (void)make_setup(config, 1);
      FAIL() << cpu;
    } catch (const Error& e) {
      EXPECT_NE(e.message.find(std::to_string(cpu)), std::string::npos) << e.message;
      EXPECT_NE(e.where.find("the case"), std::string::npos) << e.where;
    }
  }
}

TEST(Pin, compact_and_spread_use_only_the_cpus_this_process_may_use) {
  cpu_set_t before;
  CPU_ZERO(&before);
  ::sched_getaffinity(0, sizeof before, &before);
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(allowed_cpus().back(), &only);
  for (const cpu_set_t& set : {before, only}) {
    ::sched_setaffinity(0, sizeof set, &set);
    for (const PinMode mode : {PinMode::compact, PinMode::spread}) {
      Case config = ring_case();
      config.pin = {mode, {}};
      const std::vector<std::int32_t> cpus = make_setup(config, 1).cpus;
      EXPECT_EQ(cpus.size(), 5U);
      for (const std::int32_t cpu : cpus) EXPECT_TRUE(CPU_ISSET(static_cast<std::size_t>(cpu), &set)) << cpu;
    }
  }
  ::sched_setaffinity(0, sizeof before, &before);
}

}  // namespace
}  // namespace pcbench
