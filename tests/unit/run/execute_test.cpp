// Which rounds are kept, repeated or forgotten, with a probe that says what the test wants.
#include "run/execute.h"

#include <deque>
#include <vector>

#include "base/affinity.h"
#include "stage.h"

namespace pcbench {
namespace {

constexpr double kNear = 300e6;
constexpr double kFar = 50e6;

class ExecuteTest : public Stage {
 protected:
  static Plan plan_of(const Case& config, std::uint32_t rounds, std::uint32_t warmup_rounds = 0) {
    Plan plan;
    plan.cases = {config};
    plan.rounds = rounds;
    plan.warmup_rounds = warmup_rounds;
    plan.timeout_s = 20;
    return plan;
  }

  /// A round completes in which a producer leaves early, as the case orders it.
  static Case case_of_a_death() {
    Case config = ring_case(2, 2, "close");
    FaultSpec& fault = config.faults.emplace_back();
    fault.kind = FaultKind::exit;
    fault.after_messages = 10;
    return config;
  }

  /// What the probe was asked about, before and after the one round of CONFIG pinned to CPUS.
  static std::vector<CpuPair> probed(Case config, const std::vector<std::uint32_t>& cpus) {
    if (!cpus.empty()) config.pin = {PinMode::list, cpus};
    std::vector<CpuPair> asked;
    RunObserver nobody;
    (void)execute(plan_of(config, 1), nobody, [&](CpuPair pair) {
      asked.push_back(pair);
      return std::optional(kNear);
    });
    return asked;
  }

  /// PROBES are answered in turn, two a try; then all is near.
  static CaseRecord run(const Plan& plan, std::deque<double> probes = {}) {
    RunObserver nobody;
    RunRecord run = execute(plan, nobody, [&](CpuPair /*cpus*/) -> std::optional<double> {
      if (probes.empty()) return kNear;
      const double answer = probes.front();
      probes.pop_front();
      return answer;
    });
    return std::move(run.cases.front());
  }
};

TEST_F(ExecuteTest, repeats_a_round_during_which_the_placement_changed_and_keeps_its_numbers) {
  const CaseRecord record =
      run(plan_of(ring_case(1, 1, "close"), 2), {kNear, kNear, kNear, kFar, kFar, kFar});
  ASSERT_EQ(record.rounds.size(), 2U);
  EXPECT_EQ(name_of(record.rounds[0].placement.kind), "near");
  EXPECT_EQ(name_of(record.rounds[1].placement.kind), "far");
  ASSERT_EQ(record.discarded_rounds.size(), 1U);
  const RoundRecord& discarded = record.discarded_rounds[0];
  EXPECT_EQ(name_of(discarded.placement.kind), "mixed");
  EXPECT_NE(discarded.discarded_because, "");
  EXPECT_EQ(discarded.index, 1U);
  EXPECT_EQ(discarded.order_index, record.rounds[1].order_index);
  EXPECT_EQ(record.rounds[1].order_index, 1U);
}

TEST_F(ExecuteTest, repeats_a_round_twice_at_most) {
  const CaseRecord record =
      run(plan_of(ring_case(1, 1, "close"), 1), {kNear, kFar, kNear, kFar, kNear, kFar, kNear, kFar});
  ASSERT_EQ(record.rounds.size(), 1U);
  EXPECT_EQ(name_of(record.rounds[0].placement.kind), "mixed");
  EXPECT_EQ(record.discarded_rounds.size(), 2U);
}

TEST_F(ExecuteTest, probes_two_cpus_that_its_workers_have) {
  const auto first = static_cast<std::uint32_t>(allowed_cpus().front());
  const auto last = static_cast<std::uint32_t>(allowed_cpus().back());
  using Asked = std::vector<CpuPair>;
  EXPECT_EQ(probed(ring_case(1, 1, "close"), {}), Asked(2, first_two_cpus()));
  EXPECT_EQ(probed(ring_case(1, 1, "close"), {last, first}), Asked(2, {last, first}));
  EXPECT_EQ(probed(ring_case(1, 1, "close"), {last}), Asked(2, {last, last})) << "there is no second";
  EXPECT_EQ(probed(ring_case(2, 2, "close"), {first, last}), Asked(2, {first, last}))
      << "its first two have the same one";
}

TEST_F(ExecuteTest, never_discards_a_round_that_is_evidence) {
  const CaseRecord record = run(plan_of(case_of_a_death(), 1), {kNear, kFar});
  EXPECT_EQ(record.rounds.size(), 1U);
  EXPECT_TRUE(record.discarded_rounds.empty());
}

TEST_F(ExecuteTest, forgets_a_warm_up_round_only_when_it_adds_up) {
  class Counter final : public RunObserver {
   public:
    void round_ended(const RunRecord& run, std::size_t /*case_index*/, bool warmup) override {
      if (warmup) kept_warmups = run.cases[0].rounds.size();
    }
    std::size_t kept_warmups = 9;
  } counter;
  RunRecord run = execute(plan_of(ring_case(2, 2, "pill"), 1, 1), counter);
  EXPECT_EQ(counter.kept_warmups, 0U);
  EXPECT_EQ(run.cases[0].rounds.size(), 1U);
  run = execute(plan_of(case_of_a_death(), 1, 1), counter);
  EXPECT_EQ(counter.kept_warmups, 1U) << "it completed, but not all that was begun was sent";
  EXPECT_EQ(run.cases[0].rounds.size(), 1U);
}

TEST_F(ExecuteTest, shows_the_history_of_every_round_whether_it_is_kept_or_not) {
  class Counter final : public RunObserver {
   public:
    void round_logged(const RunRecord& run, std::size_t case_index, History&& /*history*/) override {
      EXPECT_FALSE(run.cases[case_index].rounds.empty()) << "the history is of its last round";
      ++histories;
    }
    int histories = 0;
  } counter;
  Case config = ring_case(1, 1, "close", 50);
  config.verify = Verify::history;
  int probes = 0;
  const RunRecord run =
      execute(plan_of(config, 1, 1), counter,
              [&](CpuPair /*cpus*/) -> std::optional<double> { return ++probes == 4 ? kFar : kNear; });
  EXPECT_EQ(run.cases[0].rounds.size(), 1U);
  EXPECT_EQ(run.cases[0].discarded_rounds.size(), 1U);
  EXPECT_EQ(counter.histories, 3);
  EXPECT_EQ(run.cases[0].histories_not_kept, 2U);
}

}  // namespace
}  // namespace pcbench
