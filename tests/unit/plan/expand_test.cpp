// Sweeps, defaults and exclusions: which cases a config stands for, in which order, under which ids.
#include <gtest/gtest.h>

#include <set>

#include "support.h"

namespace pcbench {
namespace {

using Ids = std::vector<std::string>;

TEST(Expand, TakesEveryKeyOfTheContract) {
  const Plan plan = plan_of(config_with(
      R"({"transport": "shm_mpmc_ring", "transport_options": {}, "topology": "2x3", "workers": "process",
          "start": "spawn",
          "messages": 5000, "payload_bytes": 128, "capacity_slots": 256, "batch_messages": 4,
          "stop": "close", "wait": "park",
          "load": {"mode": "closed"}, "work": {"producer_ns": 10, "consumer_ns": 20}, "codec": "raw",
          "pin": [0, 1],
          "verify": "exact", "integrity": "off", "latency": "every", "faults": [],
          "expect": {"delivery": "any", "order": ["fail", "pass"], "termination": "fail"}})",
      R"("$schema": "s", "name": "n", "comment": "c", "rounds": 3, "warmup_rounds": 0, "seed": 9,
         "timeout_s": 5,
         "exclude": [])"));
  ASSERT_EQ(plan.cases.size(), 1U);
  const Case& config = plan.cases[0];
  EXPECT_EQ(config.transport, "shm_mpmc_ring");
  EXPECT_EQ(config.producers, 2U);
  EXPECT_EQ(config.consumers, 3U);
  EXPECT_EQ(config.workers, WorkerKind::process);
  EXPECT_EQ(config.start, StartMethod::spawn);
  EXPECT_EQ(config.messages, 5000U);
  EXPECT_FALSE(config.duration_s);
  EXPECT_EQ(config.payload_bytes, 128U);
  EXPECT_EQ(config.capacity_slots, 256U);
  EXPECT_EQ(config.batch_messages, 4U);
  EXPECT_EQ(config.stop, "close");
  EXPECT_EQ(config.wait, WaitStrategy::park);
  EXPECT_EQ(config.work.producer_ns, 10U);
  EXPECT_EQ(config.work.consumer_ns, 20U);
  EXPECT_EQ(config.pin.mode, PinMode::list);
  EXPECT_EQ(config.pin.cpus, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(config.verify, Verify::exact);
  EXPECT_EQ(config.integrity, Integrity::off);
  EXPECT_EQ(config.latency, LatencyMode::every);
  EXPECT_TRUE(config.faults.empty());
  EXPECT_EQ(config.expect.at("delivery").size(), 3U);
  EXPECT_EQ(config.expect.at("order"), (std::vector{Outcome::fail, Outcome::pass}));
  EXPECT_EQ(config.expect.at("termination"), std::vector{Outcome::fail});
}

TEST(Expand, FillsInTheDefaultsOfTheContract) {
  const Plan plan = plan_of(config_with(R"({"transport": "shm_mpmc_ring"})"));
  ASSERT_EQ(plan.cases.size(), 1U);
  const Case expected;
  const Case& config = plan.cases[0];
  EXPECT_EQ(config.producers, expected.producers);
  EXPECT_EQ(config.consumers, expected.consumers);
  EXPECT_EQ(config.workers, expected.workers);
  EXPECT_EQ(config.messages, expected.messages);
  EXPECT_EQ(config.payload_bytes, expected.payload_bytes);
  EXPECT_FALSE(config.capacity_slots);
  EXPECT_EQ(config.batch_messages, expected.batch_messages);
  EXPECT_EQ(config.stop, expected.stop);
  EXPECT_EQ(config.wait, expected.wait);
  EXPECT_EQ(config.verify, expected.verify);
  EXPECT_EQ(config.integrity, expected.integrity);
  EXPECT_EQ(config.latency, expected.latency);
  EXPECT_EQ(config.pin.mode, expected.pin.mode);
  EXPECT_EQ(config.id, "shm_mpmc_ring/1x1/thread/pill/64B/auto");
}

TEST(Expand, LetsAProducerCatchUpAtTwiceItsRateUnlessAskedOtherwise) {
  const Plan plan = plan_of(config_with(
      R"({"transport": "shm_mpmc_ring", "load": {"mode": "open", "rate_msgs_per_s": 1e6}},
         {"transport": "shm_mpmc_ring",
          "load": {"mode": "open", "rate_msgs_per_s": 1e6, "catch_up": [0, 1, 1.5]}})"));
  ASSERT_EQ(plan.cases.size(), 4U);
  EXPECT_EQ(plan.cases[0].load.catch_up, 2);
  EXPECT_EQ(plan.cases[1].load.catch_up, 0);
  EXPECT_EQ(plan.cases[2].load.catch_up, 1);
  EXPECT_EQ(plan.cases[3].load.catch_up, 1.5);
  EXPECT_NE(plan.cases[3].id.find("/catch_up=1.5"), std::string::npos) << plan.cases[3].id;
}

TEST(Expand, CrossesSweepsWithTheLastKeyVaryingFastest) {
  const Plan plan = plan_of(
      config_with(R"({"wait": ["spin", "park"], "topology": ["1x1", "2x2"], "transport": "shm_mpmc_ring"})"));
  EXPECT_EQ(ids_of(plan), (Ids{"shm_mpmc_ring/1x1/thread/pill/64B/auto/wait=spin",
                               "shm_mpmc_ring/1x1/thread/pill/64B/auto/wait=park",
                               "shm_mpmc_ring/2x2/thread/pill/64B/auto/wait=spin",
                               "shm_mpmc_ring/2x2/thread/pill/64B/auto/wait=park"}));
}

TEST(Expand, SweepsMembersOfObjectsAndListsOfCpus) {
  const Plan plan = plan_of(config_with(
      R"({"transport": "shm_mpmc_ring", "work": {"producer_ns": [0, 100]}, "pin": ["none", [0, 1], [1]]})"));
  ASSERT_EQ(plan.cases.size(), 6U);
  EXPECT_EQ(plan.cases[1].id, "shm_mpmc_ring/1x1/thread/pill/64B/auto/pin=0,1");
  EXPECT_EQ(plan.cases[5].id, "shm_mpmc_ring/1x1/thread/pill/64B/auto/producer_ns=100/pin=1");
  EXPECT_EQ(plan.cases[5].work.producer_ns, 100U);
  EXPECT_EQ(plan.cases[5].pin.cpus, std::vector<std::uint32_t>{1});
}

TEST(Expand, TakesAListOfCpusAsOneValue) {
  EXPECT_EQ(plan_of(config_with(R"({"transport": "shm_mpmc_ring", "pin": [0, 1]})")).cases.size(), 1U);
}

TEST(Expand, LetsACaseReplaceADefaultSweep) {
  const Plan plan =
      plan_of(config_with(R"({"topology": "3x3"}, {})",
                          R"("defaults": {"transport": "shm_mpmc_ring", "topology": ["1x1", "2x2"]})"));
  EXPECT_EQ(ids_of(plan),
            (Ids{"shm_mpmc_ring/3x3/thread/pill/64B/auto", "shm_mpmc_ring/1x1/thread/pill/64B/auto",
                 "shm_mpmc_ring/2x2/thread/pill/64B/auto"}));
}

TEST(Expand, LetsACaseSayInAnotherWayWhatDefaultsSay) {
  const Plan plan = plan_of(
      config_with(R"({"producers": 3}, {"duration_s": 0.5, "stop": "deadline"}, {"topology": "1x2"})",
                  R"("defaults": {"transport": "shm_mpmc_ring", "topology": "4x4", "messages": 1000})"));
  ASSERT_EQ(plan.cases.size(), 3U);
  EXPECT_EQ(plan.cases[0].producers, 3U);
  EXPECT_EQ(plan.cases[0].consumers, 1U);
  EXPECT_EQ(plan.cases[1].duration_s, 0.5);
  EXPECT_FALSE(plan.cases[1].messages);
  EXPECT_EQ(plan.cases[2].consumers, 2U);
}

TEST(Expand, ReadsIntegersHoweverTheyAreWritten) {
  EXPECT_EQ(plan_of(config_with(R"({"transport": "shm_mpmc_ring", "messages": 1e3})")).cases[0].messages,
            1000U);
}

TEST(Expand, LeavesOutWhatExcludeMatches) {
  const std::string cases =
      R"({"transport": ["shm_spsc_ring", "shm_mpmc_ring"], "topology": ["1x1", "2x1", "1x2"],
          "wait": ["spin", "park"],
                               "work": {"producer_ns": [0, 5]}})";
  const Plan plan =
      plan_of(config_with(cases, R"("exclude": [{"transport": "shm_spsc_ring", "topology": ["2x1", "1x2"]},
                                                              {"consumers": 2, "wait": "spin"},
         {"work": {"producer_ns": 5}}])"));
  EXPECT_EQ(plan.cases.size(), 7U);
  for (const Case& config : plan.cases) {
    EXPECT_FALSE(config.transport == "shm_spsc_ring" && config.producers + config.consumers > 2) << config.id;
    EXPECT_FALSE(config.consumers == 2 && config.wait == WaitStrategy::spin) << config.id;
    EXPECT_EQ(config.work.producer_ns, 0U) << config.id;
  }
  EXPECT_TRUE(warnings_of(plan).empty());
}

TEST(Expand, WarnsOfAnExclusionWithoutEffect) {
  const Plan plan =
      plan_of(config_with(R"({"transport": "shm_mpmc_ring"})", R"("exclude": [{"topology": "9x9"}])"));
  EXPECT_EQ(warnings_of(plan), Ids{"exclude_unused"});
}

TEST(Expand, RefusesMoreCasesThanAnyoneMeans) {
  std::string numbers = "1";
  for (int i = 2; i <= 101; ++i) numbers += ", " + std::to_string(i);
  const std::string many = R"({"transport": "shm_mpmc_ring", "messages": [)" + numbers +
                           R"(], "payload_bytes": [)" + numbers + "]}";
  EXPECT_NE(complaint_about(config_with(many)).find("more than 10000 cases"), std::string::npos);
  const std::string more = R"({"transport": "shm_mpmc_ring", "work": {"producer_ns": [)" + numbers +
                           R"(], "consumer_ns": [)" + numbers + "]}}";
  EXPECT_NE(complaint_about(config_with(more)).find("/cases/0/work"), std::string::npos);
}

TEST(CaseIds, ShowOnlyWhatDiffersFromTheDefaultsOfTheConfig) {
  const Plan plan = plan_of(config_with(
      R"({}, {"messages": 2000}, {"start": "spawn"}, {"duration_s": 0.25}, {"work": {"producer_ns": 7}},
         {"capacity_slots": "auto"})",
      R"("defaults": {"transport": "shm_mpmc_ring", "topology": "4x4", "workers": "process",
                      "messages": 500, "capacity_slots": 1024})"));
  EXPECT_EQ(ids_of(plan), (Ids{"shm_mpmc_ring/4x4/process/pill/64B/1024",
                               "shm_mpmc_ring/4x4/process/pill/64B/1024/messages=2000",
                               "shm_mpmc_ring/4x4/process/pill/64B/1024/start=spawn",
                               "shm_mpmc_ring/4x4/process/pill/64B/1024/duration_s=0.25",
                               "shm_mpmc_ring/4x4/process/pill/64B/1024/producer_ns=7",
                               "shm_mpmc_ring/4x4/process/pill/64B/auto"}));
}

TEST(CaseIds, AreUnique) {
  const Plan plan = plan_of(config_with(
      R"({"wait": ["spin", "yield", "backoff", "park"], "latency": ["off", "sampled"],
          "verify": ["none", "online"]},
         {"integrity": "off", "messages": [5, 6]}, {"integrity": "off", "duration_s": [5, 6]},
         {"batch_messages": [1, 2], "pin": ["none", [0], [0, 1], [1, 0]], "work": {"consumer_ns": [1, 2]}},
         {"producers": 2, "consumers": [1, 2]}, {"topology": ["3x1", "1x3"], "payload_bytes": [0, 1]})",
      R"("defaults": {"transport": ["shm_mpmc_ring"], "capacity_slots": [16, 32]})"));
  const Ids ids = ids_of(plan);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_EQ(ids.size(), 2U * (16 + 2 + 2 + 16 + 2 + 4));
}

}  // namespace
}  // namespace pcbench
