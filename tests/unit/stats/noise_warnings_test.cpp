#include "stats/noise_warnings.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stats/summarize.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kMs = 1'000'000;

/// Ten rounds of 100 ms with two workers, on a machine that shows everything and takes nothing away.
CaseRecord quiet_record() {
  RoundRecord round;
  round.elapsed_ns = 100 * kMs;
  round.workers.resize(2);
  round.workers[1].role = Role::consumer;
  round.workers[1].messages = 1000;
  for (WorkerRecord& worker : round.workers) worker.migrations = 0;
  round.noise = {{110 * kMs, 220 * kMs, 0, 0, 0, 0}, 3000.0};
  CaseRecord record;
  record.config.id = "the case";
  record.rounds.assign(10, round);
  return record;
}

std::vector<std::string> ids(const CaseRecord& record, const Steadiness& steadiness = {}) {
  std::vector<std::string> found;
  for (const Warning& warning : noise_warnings(record, steadiness)) {
    EXPECT_EQ(warning.case_id, "the case");
    EXPECT_FALSE(warning.remedy.empty());
    EXPECT_NE(warning.text.find_first_of("0123456789"), std::string::npos) << "no number: " << warning.text;
    found.push_back(warning.id);
  }
  return found;
}

using Ids = std::vector<std::string>;

TEST(NoiseWarnings, a_quiet_machine_is_not_warned_of) { EXPECT_EQ(ids(quiet_record()), Ids()); }

TEST(NoiseWarnings, a_machine_that_shows_nothing_is_not_warned_of) {
  CaseRecord record = quiet_record();
  for (RoundRecord& round : record.rounds) {
    round.noise = {};
    round.workers[0].migrations.reset();
  }
  EXPECT_EQ(ids(record), Ids());
}

TEST(NoiseWarnings, what_the_machine_takes_is_warned_of_with_its_number) {
  CaseRecord record = quiet_record();
  record.rounds[3].noise.took.stolen_ns = 20 * kMs;
  EXPECT_EQ(ids(record), Ids{"stolen_time"});
  EXPECT_NE(noise_warnings(record, {})[0].text.find("1.8 %"), std::string::npos);
  record = quiet_record();
  record.rounds[3].noise.took.throttled_count = 1;
  EXPECT_EQ(ids(record), Ids{"throttled"});
  record = quiet_record();
  for (RoundRecord& round : record.rounds) round.noise.took.cpu_stalled_ns = 20 * kMs;
  EXPECT_EQ(ids(record), Ids{"cpu_pressure"});
  record = quiet_record();
  record.rounds[3].noise.fastest_cpu_mhz = 2500;
  EXPECT_EQ(ids(record), Ids{"frequency"});
}

TEST(NoiseWarnings, workers_that_the_scheduler_moves_or_stops_often_are_warned_of) {
  CaseRecord record = quiet_record();
  for (RoundRecord& round : record.rounds) round.workers[0].involuntary_switches = 30;
  EXPECT_EQ(ids(record), Ids());  // a wait that yields looks the same
  record.config.wait = WaitStrategy::spin;
  EXPECT_EQ(ids(record), Ids{"preempted"});
  record = quiet_record();
  for (RoundRecord& round : record.rounds) round.workers[1].migrations = 3;
  EXPECT_EQ(ids(record), Ids{"migrations"});
}

TEST(NoiseWarnings, too_many_workers_are_not_blamed_on_the_machine) {
  CaseRecord record = quiet_record();
  for (RoundRecord& round : record.rounds) {
    round.noise.took.cpu_stalled_ns = 90 * kMs;
    round.workers[0].involuntary_switches = 300;
    round.workers[1].migrations = 300;
  }
  record.config.wait = WaitStrategy::spin;
  record.warnings.push_back({"oversubscribed", "", "", ""});
  EXPECT_EQ(ids(record), Ids());
}

TEST(NoiseWarnings, rounds_that_did_not_complete_do_not_count) {
  CaseRecord record = quiet_record();
  record.rounds[3].noise.took.stolen_ns = 50 * kMs;
  record.rounds[3].end = RoundEnd::hung;
  EXPECT_EQ(ids(record), Ids());
}

TEST(NoiseWarnings, rounds_without_a_steady_state_are_warned_of) {
  CaseRecord record = quiet_record();
  record.rounds.resize(20, record.rounds[0]);
  for (std::size_t i = 0; i < 20; ++i) record.rounds[i].elapsed_ns += (i / 10) * 50 * kMs;
  const Summary summary = summarize(record);
  EXPECT_TRUE(summary.steadiness.judged);
  EXPECT_FALSE(summary.steadiness.steady);
  EXPECT_TRUE(std::any_of(summary.warnings.begin(), summary.warnings.end(),
                          [](const Warning& warning) { return warning.id == "not_steady"; }));
  record.rounds.resize(7);
  EXPECT_FALSE(summarize(record).steadiness.judged);
}

}  // namespace
}  // namespace pcbench
