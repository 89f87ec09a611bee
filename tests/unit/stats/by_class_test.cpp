#include "stats/by_class.h"

#include <gtest/gtest.h>

#include "stats/summarize.h"

namespace pcbench {
namespace {

/// A case whose rounds moved 1000 messages in so many ns, in these classes.
CaseRecord case_of(const std::vector<std::pair<PlacementClass, std::uint64_t>>& rounds) {
  CaseRecord record;
  for (const auto& [kind, elapsed_ns] : rounds) {
    RoundRecord& round = record.rounds.emplace_back();
    round.elapsed_ns = elapsed_ns;
    round.placement.kind = kind;
    const double lines_per_s = kind == PlacementClass::near ? 200e6 : 90e6;
    if (kind != PlacementClass::unknown) round.placement = {kind, lines_per_s, lines_per_s};
    round.workers.resize(1);
    round.workers[0].role = Role::consumer;
    round.workers[0].messages = 1000;
  }
  return record;
}

const Metric& throughput(const std::vector<Metric>& metrics) { return metrics.front(); }

using enum PlacementClass;
using Rounds = std::vector<std::pair<PlacementClass, std::uint64_t>>;

Rounds some_of(std::size_t nears, std::size_t fars) {
  Rounds rounds(fars, {far, 4000});
  rounds.insert(rounds.end(), nears, {near, 1000});
  return rounds;
}

TEST(ByClass, numbers_are_of_the_class_with_most_rounds) {
  const Summary summary = summarize(case_of(some_of(2, 6)));
  EXPECT_EQ(summary.shown, far);
  EXPECT_EQ(throughput(summary.metrics).samples, std::vector<double>(6, 250e6));
  ASSERT_EQ(summary.classes.size(), 2U);
  EXPECT_EQ(summary.classes[0].kind, near);
  EXPECT_EQ(summary.classes[0].rounds, 2U);
  EXPECT_EQ(summary.classes[0].lines_per_s, 200e6);
  EXPECT_EQ(throughput(summary.classes[0].metrics).samples, std::vector<double>(2, 1e9));
  EXPECT_EQ(summary.classes[1].rounds, 6U);
}

TEST(ByClass, too_few_rounds_of_each_are_shown_together) {
  const Summary summary = summarize(case_of(some_of(5, 5)));
  EXPECT_EQ(summary.shown, std::nullopt);
  EXPECT_EQ(throughput(summary.metrics).samples.size(), 10U);
}

TEST(ByClass, a_case_of_one_class_is_as_it_was) {
  for (const PlacementClass kind : {unknown, near, far, mixed}) {
    const Summary summary = summarize(case_of(Rounds(3, {kind, 1000})));
    EXPECT_EQ(summary.shown, kind);
    EXPECT_EQ(throughput(summary.metrics).samples.size(), 3U);
    ASSERT_EQ(summary.classes.size(), 1U);
    EXPECT_TRUE(summary.classes[0].metrics.empty()) << "they are the case's own";
  }
}

TEST(ByClass, mixed_rounds_are_nobodys) {
  Rounds rounds = some_of(7, 0);
  rounds.insert(rounds.end(), 8, {mixed, 2000});
  EXPECT_EQ(summarize(case_of(rounds)).shown, near);
  EXPECT_EQ(throughput(summarize(case_of(rounds)).metrics).samples.size(), 7U);
}

}  // namespace
}  // namespace pcbench
