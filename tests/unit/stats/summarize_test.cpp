#include "stats/summarize.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pcbench {
namespace {

/// Two producers and two consumers that share MESSAGES evenly, in ELAPSED_NS.
RoundRecord make_round(std::uint64_t messages, std::uint64_t elapsed_ns) {
  RoundRecord round;
  for (std::uint32_t i = 0; i < 4; ++i) {
    WorkerRecord worker;
    worker.role = i < 2 ? Role::producer : Role::consumer;
    worker.index = i % 2;
    worker.messages = messages / 2;
    worker.start_ns = 1000 * (i + 1);
    worker.cpu_user_ns = 300;
    worker.cpu_system_ns = 200;
    round.workers.push_back(worker);
  }
  round.elapsed_ns = elapsed_ns;
  round.quiesce_ns = 70;
  return round;
}

CaseRecord make_record(std::size_t rounds, std::uint64_t messages = 1000) {
  CaseRecord record;
  record.config.id = "the case";
  record.config.producers = record.config.consumers = 2;
  record.config.payload_bytes = 64;
  record.rounds.assign(rounds, make_round(messages, 1'000'000));
  return record;
}

const Metric* find(const Summary& summary, std::string_view name) {
  const auto it = std::find_if(summary.metrics.begin(), summary.metrics.end(),
                               [&](const Metric& m) { return m.name == name; });
  return it == summary.metrics.end() ? nullptr : &*it;
}

const Warning* warning(const Summary& summary, std::string_view id) {
  const auto it = std::find_if(summary.warnings.begin(), summary.warnings.end(),
                               [&](const Warning& w) { return w.id == id; });
  return it == summary.warnings.end() ? nullptr : &*it;
}

TEST(Summarize, throughput_is_what_consumers_popped_over_the_rounds_time) {
  CaseRecord record = make_record(7);
  for (std::size_t i = 0; i < 7; ++i) record.rounds[i].elapsed_ns = 1'000'000 - 100'000 * i;
  record.rounds[0].drain.emplace().messages = 500;  // inside is not moved
  const Summary summary = summarize(record);
  const Metric* metric = find(summary, "throughput_msgs_per_s");
  ASSERT_NE(metric, nullptr);
  EXPECT_EQ(metric->unit, "msg/s");
  EXPECT_TRUE(metric->higher_is_better);
  ASSERT_EQ(metric->samples.size(), 7U);
  EXPECT_DOUBLE_EQ(metric->samples[0], 1e6);
  EXPECT_DOUBLE_EQ(*metric->median, 1e6 / 0.7);
  EXPECT_DOUBLE_EQ((*metric->ci95)[0], 1e6);
  EXPECT_DOUBLE_EQ((*metric->ci95)[1], 1e6 / 0.4);
  EXPECT_DOUBLE_EQ(find(summary, "payload_bytes_per_s")->samples[0], 64e6);
}

TEST(Summarize, the_other_metrics_have_their_unit_and_direction) {
  const Summary summary = summarize(make_record(6));
  EXPECT_DOUBLE_EQ(*find(summary, "cpu_ns_per_msg")->median, 2.0);
  EXPECT_DOUBLE_EQ(*find(summary, "start_ns")->median, 2500);
  EXPECT_DOUBLE_EQ(*find(summary, "quiesce_ns")->median, 70);
  for (const char* name : {"cpu_ns_per_msg", "start_ns", "quiesce_ns"})
    EXPECT_FALSE(find(summary, name)->higher_is_better);
}

TEST(Summarize, only_completed_rounds_count) {
  CaseRecord record = make_record(3);
  record.rounds[1].end = RoundEnd::hung;
  record.rounds[1].service_ns = {{{5, 100}}, 100};
  const Summary summary = summarize(record);
  EXPECT_EQ(find(summary, "throughput_msgs_per_s")->samples.size(), 2U);
  EXPECT_EQ(summary.service_ns.count, 0U);
}

TEST(Summarize, throughput_without_samples_is_there_with_its_reason_and_nothing_else_is) {
  CaseRecord record = make_record(1);
  record.rounds[0].end = RoundEnd::worker_died;
  const Summary summary = summarize(record);
  ASSERT_EQ(summary.metrics.size(), 1U);
  EXPECT_EQ(summary.metrics[0].name, "throughput_msgs_per_s");
  EXPECT_FALSE(summary.metrics[0].median);
  EXPECT_EQ(summary.metrics[0].reason, "no round was completed");
  EXPECT_TRUE(summary.warnings.empty());
}

TEST(Summarize, a_round_of_no_time_gives_no_rate) {
  CaseRecord record = make_record(6);
  record.rounds[2].elapsed_ns = 0;
  const Metric metric = *find(summarize(record), "throughput_msgs_per_s");
  EXPECT_EQ(metric.samples.size(), 5U);
  EXPECT_EQ(metric.reason, "only 5 of 6 rounds could give a sample");
}

TEST(Summarize, quantiles_are_one_sample_a_round_and_only_where_enough_lie_above) {
  CaseRecord record = make_record(6);
  for (RoundRecord& round : record.rounds) round.service_ns = {{{100, 150}, {200, 50}}, 200};
  record.rounds[3].service_ns = {{{100, 30}}, 30};
  const Summary summary = summarize(record);
  EXPECT_EQ(find(summary, "service_ns_p50")->samples, std::vector<double>(5, 100.0));
  EXPECT_EQ(find(summary, "service_ns_p90")->samples, std::vector<double>(5, 200.0));
  EXPECT_EQ(find(summary, "service_ns_p50")->reason, "only 5 of 6 rounds could give a sample");
  EXPECT_EQ(find(summary, "service_ns_p99"), nullptr);
  EXPECT_EQ(summary.service_ns.count, 5 * 200U + 30U);
}

TEST(Warnings, few_rounds_have_no_interval) {
  const Summary five = summarize(make_record(5));
  ASSERT_NE(warning(five, "few_rounds"), nullptr);
  EXPECT_FALSE(warning(five, "few_rounds")->remedy.empty());
  EXPECT_EQ(warning(five, "few_rounds")->case_id, "the case");
  EXPECT_FALSE(find(five, "throughput_msgs_per_s")->ci95);
  EXPECT_EQ(warning(summarize(make_record(6)), "few_rounds"), nullptr);
}

TEST(Warnings, a_wide_interval_is_said) {
  CaseRecord record = make_record(6);
  record.rounds[0].elapsed_ns = 950'000;
  EXPECT_EQ(warning(summarize(record), "high_spread"), nullptr);
  record.rounds[1].elapsed_ns = 1'100'000;
  ASSERT_NE(warning(summarize(record), "high_spread"), nullptr);
}

TEST(Warnings, latencies_below_what_is_known_of_the_hosts_clocks_are_doubted) {
  CaseRecord record = make_record(2);
  for (RoundRecord& round : record.rounds) round.service_ns = {{{100'000, 97}}, 97};
  EXPECT_EQ(warning(summarize(record), "clock_uncertain"), nullptr);
  record.effective.others.emplace_back(kClockUncertainty, std::int64_t{50'000});
  EXPECT_EQ(warning(summarize(record), "clock_uncertain"), nullptr);
  record.effective.others.back().second = std::int64_t{1'000'000};
  EXPECT_NE(warning(summarize(record), "clock_uncertain"), nullptr);
}

TEST(Warnings, missed_samples_are_counted) {
  CaseRecord record = make_record(2);
  record.rounds[0].service_ns = {{{100, 97}}, 97};
  record.rounds[0].workers[3].samples_missed = 3;
  const Summary summary = summarize(record);
  ASSERT_NE(warning(summary, "samples_missed"), nullptr);
  EXPECT_EQ(warning(summary, "samples_missed")->text.substr(0, 8), "3 of 100");
}

TEST(Warnings, a_starved_consumer_is_named) {
  CaseRecord record = make_record(6, 20000);
  EXPECT_EQ(warning(summarize(record), "unfair"), nullptr);
  record.rounds[4].index = 4;
  record.rounds[4].workers[2].messages = 19100;
  record.rounds[4].workers[3].messages = 900;
  ASSERT_NE(warning(summarize(record), "unfair"), nullptr);
  EXPECT_NE(warning(summarize(record), "unfair")->text.find("in 1 of 6 rounds"), std::string::npos);
  EXPECT_NE(warning(summarize(record), "unfair")->text.find("c1 got 900 of a fair 10000 in round 4"),
            std::string::npos);
  record.rounds[4].workers[3].messages = 1000;
  record.rounds[4].workers[2].messages = 19000;
  EXPECT_EQ(warning(summarize(record), "unfair"), nullptr);
}

}  // namespace
}  // namespace pcbench
