#include "stats/open_load.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stats/summarize.h"

namespace pcbench {
namespace {

Histogram histogram_of(std::uint64_t ns, std::uint64_t count) {
  return {{{bucket_lower_ns(bucket_of(ns)), count}}, count};
}

/// A round of 10,000 messages, each sent in time, inside for 400 ns.
RoundRecord punctual_round() {
  RoundRecord round;
  WorkerRecord producer;
  producer.messages = 10'000;
  producer.last_at_ns = 1'000'000;
  WorkerRecord consumer;
  consumer.role = Role::consumer;
  consumer.messages = 10'000;
  round.workers = {producer, consumer};
  round.elapsed_ns = 1'000'000;
  round.service_ns = histogram_of(400, 10'000);
  round.response_ns = histogram_of(500, 10'000);
  round.generator_lag_ns = histogram_of(100, 10'000);
  return round;
}

CaseRecord open_record(std::size_t rounds) {
  CaseRecord record;
  record.config.id = "the case";
  record.config.load.mode = LoadMode::open;
  record.config.load.rate_msgs_per_s = 1e7;
  record.sample_every = 1;
  record.rounds.assign(rounds, punctual_round());
  return record;
}

/// 2 % of its messages were late by 1 us.
void make_late(RoundRecord& round) {
  round.generator_lag_ns.buckets.front().second -= 200;
  round.generator_lag_ns.buckets.emplace_back(bucket_lower_ns(bucket_of(1000)), 200);
}

const Metric& metric(const Summary& summary, std::string_view name) {
  const auto it = std::find_if(summary.metrics.begin(), summary.metrics.end(),
                               [&](const Metric& m) { return m.name == name; });
  EXPECT_NE(it, summary.metrics.end()) << name;
  return *it;
}

bool warns(const Summary& summary, std::string_view id) {
  return std::any_of(summary.warnings.begin(), summary.warnings.end(),
                     [&](const Warning& w) { return w.id == id; });
}

TEST(OpenLoad, gives_response_times_apart_from_service_times) {
  const Summary summary = summarize(open_record(7));
  EXPECT_EQ(metric(summary, "response_ns_p99").median, 500);
  EXPECT_EQ(metric(summary, "service_ns_p99").median, 400);
  EXPECT_EQ(metric(summary, "generator_lag_ns_p99").median, 100);
  EXPECT_EQ(summary.response_ns.count, 70'000U);
  EXPECT_FALSE(warns(summary, "generator_lagged"));
  EXPECT_FALSE(warns(summary, "rate_not_kept"));
}

TEST(OpenLoad, a_round_whose_generator_lagged_gives_no_response_time_and_that_is_said) {
  CaseRecord record = open_record(7);
  make_late(record.rounds[2]);
  EXPECT_TRUE(generator_fit(record.rounds[2]).lagged());
  EXPECT_FALSE(generator_fit(record.rounds[0]).lagged());
  const Summary summary = summarize(record);
  EXPECT_EQ(metric(summary, "response_ns_p50").samples.size(), 6U);
  EXPECT_EQ(metric(summary, "service_ns_p50").samples.size(), 7U);
  EXPECT_NE(metric(summary, "response_ns_p50").reason.find("1 of 7 rounds are left out"), std::string::npos);
  EXPECT_EQ(summary.response_ns.count, 60'000U);
  EXPECT_TRUE(warns(summary, "generator_lagged"));
}

TEST(OpenLoad, where_every_generator_lagged_the_missing_number_has_its_reason) {
  CaseRecord record = open_record(2);
  for (RoundRecord& round : record.rounds) make_late(round);
  const Metric p50 = metric(summarize(record), "response_ns_p50");
  EXPECT_FALSE(p50.median);
  EXPECT_NE(p50.reason.find("2 of 2 rounds are left out"), std::string::npos);
}

TEST(OpenLoad, a_message_that_was_not_sent_in_time_is_slower_than_all_that_were) {
  CaseRecord record = open_record(1);
  record.rounds[0].workers[0].unsent = 5'000;
  Summary summary = summarize(record);
  EXPECT_EQ(metric(summary, "response_ns_p50").median, 500);
  EXPECT_TRUE(std::none_of(summary.metrics.begin(), summary.metrics.end(),
                           [](const Metric& m) { return m.name == "response_ns_p90"; }));
  record.sample_every = 64;  // 78 samples more
  EXPECT_EQ(metric(summarize(record), "response_ns_p90").median, 500);
}

TEST(OpenLoad, tells_when_a_producer_ends_far_behind_its_schedule) {
  CaseRecord record = open_record(3);
  record.rounds[1].workers[0].late_last_ns = 60'000;
  EXPECT_FALSE(generator_fit(record.rounds[1]).kept_rate());
  EXPECT_TRUE(warns(summarize(record), "rate_not_kept"));
}

}  // namespace
}  // namespace pcbench
