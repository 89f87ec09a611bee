#include "stats/flow.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pcbench {
namespace {

WorkerRecord worker(Role role, std::uint64_t messages, std::uint64_t waits, std::uint64_t blocked_ns) {
  WorkerRecord one;
  one.role = role;
  one.messages = messages;
  one.wait_count = waits;
  one.blocked_ns = blocked_ns;
  one.longest_wait_ns = blocked_ns / 2;
  one.voluntary_switches = 3;
  one.involuntary_switches = 1;
  return one;
}

/// Two producers and two consumers, 1000 messages in 1 ms, each inside for 2 us.
CaseRecord record() {
  CaseRecord record;
  record.config.producers = record.config.consumers = 2;
  RoundRecord& round = record.rounds.emplace_back();
  round.elapsed_ns = 1'000'000;
  round.workers = {worker(Role::producer, 500, 2, 100'000), worker(Role::producer, 500, 4, 300'000),
                   worker(Role::consumer, 900, 7, 0), worker(Role::consumer, 100, 1, 800'000)};
  const std::uint64_t lower_ns = bucket_lower_ns(bucket_of(2000));
  round.service_ns = {{{lower_ns, 1000}}, 1000};
  return record;
}

std::optional<double> value(const CaseRecord& record, std::string_view name) {
  const std::vector<Metric> metrics = flow_metrics(record);
  const auto it =
      std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
  return it == metrics.end() ? std::nullopt : it->median;
}

TEST(Flow, tells_who_waited_how_often_and_how_long) {
  EXPECT_EQ(value(record(), "full_count"), 6);
  EXPECT_EQ(value(record(), "empty_count"), 8);
  EXPECT_DOUBLE_EQ(*value(record(), "producer_blocked_share"), 0.2);
  EXPECT_DOUBLE_EQ(*value(record(), "consumer_blocked_share"), 0.4);
  EXPECT_EQ(value(record(), "producer_longest_wait_ns"), 150'000);
  EXPECT_EQ(value(record(), "consumer_longest_wait_ns"), 400'000);
}

TEST(Flow, the_least_share_is_of_a_fair_one_and_of_workers_that_compete) {
  EXPECT_DOUBLE_EQ(*value(record(), "consumer_least_share"), 0.2);
  EXPECT_FALSE(value(record(), "producer_least_share"));  // by count each has its quota
  CaseRecord timed = record();
  timed.config.duration_s = 0.001;
  EXPECT_DOUBLE_EQ(*value(timed, "producer_least_share"), 1);
}

TEST(Flow, counts_context_switches_per_million_messages) {
  EXPECT_EQ(value(record(), "voluntary_switches_per_million_msgs"), 12'000);
  EXPECT_EQ(value(record(), "involuntary_switches_per_million_msgs"), 4'000);
}

TEST(Flow, mean_occupancy_is_throughput_times_mean_service_time) {
  EXPECT_NEAR(*value(record(), "occupancy_mean_msgs"), 2, 0.01);
  CaseRecord untimed = record();
  untimed.rounds[0].service_ns = {};
  EXPECT_FALSE(value(untimed, "occupancy_mean_msgs"));
}

}  // namespace
}  // namespace pcbench
