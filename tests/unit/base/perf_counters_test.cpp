#include "base/perf_counters.h"

#include <gtest/gtest.h>
#include <linux/perf_event.h>

#include <cerrno>

namespace pcbench {
namespace {

constexpr PerfEvents all_of(std::uint64_t software) {
  const PerfEvent event{PERF_TYPE_SOFTWARE, software};
  return {event, event, event, event};
}

TEST(PerfCounters, count_from_their_start_until_they_are_read) {
  PerfCounters counters(all_of(PERF_COUNT_SW_TASK_CLOCK));
  if (counters.error() != 0) GTEST_SKIP() << perf_refusal(counters.error());
  counters.start();
  std::uint64_t work = 1;
  for (int i = 0; i < 1'000'000; ++i) asm volatile("" : "+r"(work));
  for (const std::uint64_t ns : counters.read()) EXPECT_GT(ns, 0U);
  EXPECT_EQ(counters.error(), 0);
}

TEST(PerfCounters, that_do_not_exist_say_why_and_never_count) {
  PerfCounters counters(all_of(UINT64_MAX));
  EXPECT_NE(counters.error(), 0);
  EXPECT_NE(perf_refusal(counters.error()), "");
  counters.start();
}

TEST(PerfCounters, a_refusal_names_its_remedy) {
  EXPECT_EQ(perf_refusal(0), "");
  EXPECT_NE(perf_refusal(EACCES).find("perf_event_paranoid"), std::string::npos);
  EXPECT_NE(perf_refusal(ENOENT).find("virtual machines"), std::string::npos);
  EXPECT_NE(perf_refusal(EMFILE).find("Too many open files"), std::string::npos);
}

}  // namespace
}  // namespace pcbench
