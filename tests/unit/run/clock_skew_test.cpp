// By how much clocks may differ, which clock is not believed, and what is left of a run with such a one.
#include "run/clock_skew.h"

#include <gtest/gtest.h>
#include <sched.h>

#include "base/affinity.h"
#include "check/history/judge_history.h"
#include "stage.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kNoonNs = 1'000'000'000'000;
constexpr std::uint64_t kLeadNs = 5'000;
#if defined(__x86_64__)
constexpr std::uint64_t kStoresLingerNs = 0;
#else
constexpr std::uint64_t kStoresLingerNs = 1'000;
#endif

std::size_t first_cpu = 0;  // of those this process may use

bool on_first_cpu() noexcept { return static_cast<std::size_t>(::sched_getcpu()) == first_cpu; }

class ClockSkewOf : public testing::Test {
 protected:
  void SetUp() override {
    cpus_ = allowed_cpus();
    if (cpus_.size() < 2) GTEST_SKIP() << "one CPU has one clock";
    first_cpu = cpus_.front();
  }
  std::vector<std::size_t> cpus_;
};

TEST_F(ClockSkewOf, clocks_that_agree_is_none) {
  const ClockSkew skew = measure_clock_skew([]() noexcept { return kNoonNs; });
  EXPECT_TRUE(skew.trusted);
  EXPECT_EQ(skew.guard_ns, kStoresLingerNs);
}

TEST_F(ClockSkewOf, a_cpu_that_is_ahead_or_behind_is_within_the_guard) {
  const std::uint64_t all_pairs = cpus_.size() > 2 ? 2 : 1;  // between two others lie two such distances
  for (const ClockReading read_ns :
       {ClockReading([]() noexcept { return kNoonNs + (on_first_cpu() ? kLeadNs : 0); }),
        ClockReading([]() noexcept { return kNoonNs - (on_first_cpu() ? kLeadNs : 0); })}) {
    const ClockSkew skew = measure_clock_skew(read_ns);
    EXPECT_TRUE(skew.trusted);
    EXPECT_EQ(skew.guard_ns, all_pairs * kLeadNs + kStoresLingerNs);
  }
}

TEST_F(ClockSkewOf, a_clock_that_goes_back_is_not_known) {
  EXPECT_FALSE(measure_clock_skew([]() noexcept { return (std::uint64_t{1} << 62U) - now_ns(); }).trusted);
}

TEST_F(ClockSkewOf, this_machine_is_more_than_letters_take_and_can_be_trusted) {
  const ClockSkew skew = measure_clock_skew();
  EXPECT_TRUE(skew.trusted);
  EXPECT_GT(skew.guard_ns, kStoresLingerNs);
}

TEST(OneCpu, has_one_clock) {
  const KeptAffinity kept;
  ASSERT_TRUE(bind_to_cpu(allowed_cpus().at(0)));
  const ClockSkew skew = measure_clock_skew();
  EXPECT_TRUE(skew.trusted);
  EXPECT_EQ(skew.guard_ns, kStoresLingerNs);
}

class UntrustedClock : public Stage {};

TEST_F(UntrustedClock, leaves_of_a_run_only_what_needs_none) {
  Case config = ring_case(1, 1, "close");
  config.verify = Verify::history;
  pcbench::Setup setup = make_setup(config, 42);
  setup.clock = {.guard_ns = 7, .trusted = false};
  const RoundResult result = play(setup);
  ASSERT_TRUE(result.history);
  EXPECT_EQ(result.history->clock_guard_ns, 7U);
  for (const Verdict& verdict : judge_history(*result.history)) {
    const bool delivery = verdict.check == std::string("delivery");
    EXPECT_EQ(verdict.outcome, delivery ? Outcome::pass : Outcome::unknown) << verdict.check;
    EXPECT_EQ(verdict.reason.find("clock_untrusted") == std::string::npos, delivery) << verdict.reason;
  }
}

}  // namespace
}  // namespace pcbench
