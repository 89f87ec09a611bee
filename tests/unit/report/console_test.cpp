#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "report/writers.h"
#include "sample.h"

namespace pcbench {
namespace {

std::string console(const Report& report, const FormatOptions& options = {}) {
  std::ostringstream text;
  write_console(report, options, text);
  return text.str();
}

TEST(Console, whole_report_reads_like_this) {
  EXPECT_EQ(console(sample::report()), R"(sample
Does every format say what it should?
pcbench 0.1.0 (0123456789ab-dirty, Release) on Testium 9, 2 CPUs, Linux 6.1.0; seed 42
every case: process/pill/64B/1024

  case           verdict            msg/s     95 % interval  n      p50      p99       vs best
2x1  64 B payload
  shm_mpmc_ring  pass              4.20 M  [4.07 M, 4.28 M]  3  1.23 us  45.6 us          best
  pipe           pass              1.05 M  [1.02 M, 1.07 M]  3  1.23 us  45.6 us  4.00x slower
  null           floor             30.0 M  [29.1 M, 30.6 M]  3  1.23 us  45.6 us
  locked_queue   FAIL termination       -

msg/s is the median of n rounds. vs best: the ratio of the medians, and how far both intervals let
it range; ~ where that holds 1, so that nobody knows which is faster. p50 and p99 are service times,
push began to popped, under saturation: mostly the depth of the queue. The floor moves nothing: what
is left is the harness itself.

FAIL termination  locked_queue/2x1/process/pill/64B/1024
  round 1: hung (deadlock)
  delivery unknown: the round did not end
  termination fail: 1 of 3 workers did not end
    worker  phase   state   waits for  holds          moved  last progress
    c0      in_pop  asleep  a message  the stop lock     97        12.3 ms
  round 1: = moved messages until, . waited, blank: gone
    worker  0 to 1.25 ms            what became of it
    p0      |=...................|  50 pushed, last at 0 ns, then done
    p1      |=...................|  50 pushed, last at 0 ns, then done
    c0      |=...................|  100 popped, last at 0 ns, then blocked_empty

warning: 1.5 tasks wanted the 2 CPUs
  remedy: end them

4 cases: 3 as expected, 1 FAILED, 0 UNKNOWN, in 12.3 s
)");
}

TEST(Console, first_counter_example_says_where_it_was_met) {
  EXPECT_NE(console(sample::report_with_loss())
                .find("  delivery fail: 1 message was lost\n"
                      "    first: sent, never popped (producer 1, sequence 17, round 1)\n"),
            std::string::npos);
}

TEST(Console, operations_of_a_counter_example_are_drawn_from_call_to_return) {
  Report report = sample::report_with_loss();
  report.cases[0].verdicts[0].counter_example->operations = {
      {"p1", "push 17 of p1", 1000, 3000}, {"c0", "pop: empty", 2000, 5000}, {"c1", "pop", 4000, UINT64_MAX}};
  EXPECT_NE(console(report, {false, 60}).find(R"(
    worker  operation      1.00 us to 5.00 us     took
    p1      push 17 of p1  |=======     |      2.00 us
    c0      pop: empty     |   =========|      3.00 us
    c1      pop            |         >>>|       no end
)"),
            std::string::npos)
      << console(report, {false, 60});
}

TEST(Console, a_workers_line_shows_until_when_it_moved_messages_waited_and_was_struck) {
  Report report = sample::report_with_loss();
  RoundRecord& round = report.record.cases[0].rounds[1];
  round.elapsed_ns = 80'000;
  round.workers[0].last_at_ns = round.workers[0].end_at_ns.emplace(40'000);
  round.workers[1].last_at_ns = 20'000;
  round.workers[1].exit = {ExitKind::signaled, 9};
  round.faults = {{{FaultKind::kill, false, 1}, 60'000}};
  round.workers[2].last_at_ns = 40'000;
  round.workers[2].end_at_ns = 80'000;
  EXPECT_NE(console(report, {false, 80}).find(R"(
  round 1: = moved messages until, . waited, blank: gone, x fault
    worker  0 to 80.0 us        what became of it
    p0      |=========       |  50 pushed, left at 40.0 us
    p1      |=====       x   |  50 pushed, last at 20.0 us, killed by signal 9
    c0      |=========.......|  100 popped, left at 80.0 us
)"),
            std::string::npos)
      << console(report, {false, 80});
}

TEST(Console, seconds_of_cpu_are_per_million_messages) {
  Report report = sample::report();
  report.cases[0].summary.metrics.push_back(sample::metric("cpu_ns_per_msg", "ns/msg", 250, 200, 300));
  const std::string text = console(report, {false, 120});
  EXPECT_NE(text.find("CPU s/M"), std::string::npos) << text;
  EXPECT_NE(text.find("  0.250  "), std::string::npos) << text;
}

TEST(Console, a_ratio_has_the_interval_that_those_of_both_medians_allow) {
  EXPECT_NE(console(sample::report(), {false, 120}).find("4.00x slower   [3.80, 4.21]"), std::string::npos)
      << console(sample::report(), {false, 120});
}

TEST(Console, no_line_is_wider_than_asked) {
  Report report = sample::report();
  report.warnings.front().text.append(
      " and a text that goes on and on, longer than any terminal is wide, or nearly so");
  for (const std::uint32_t width : {60U, 80U, 100U, 132U})
    for (const std::string& line : sample::lines_of(console(report, {false, width})))
      EXPECT_LE(line.size(), width) << line;
}

TEST(Console, narrow_terminal_keeps_label_verdict_and_rate) {
  const std::string text = console(sample::report(), {false, 60});
  EXPECT_EQ(text.find("95 % interval"), std::string::npos);
  EXPECT_NE(text.find("  shm_mpmc_ring  pass"), std::string::npos) << text;
  EXPECT_NE(text.find("4.20 M"), std::string::npos);
}

TEST(Console, colour_only_where_it_was_asked_for) {
  EXPECT_EQ(console(sample::report()).find('\x1b'), std::string::npos);
  EXPECT_NE(console(sample::report(), {true, 100}).find("\x1b[32mpass\x1b[0m"), std::string::npos);
}

TEST(Console, case_that_failed_as_expected_is_explained_but_not_counted) {
  Report report = sample::report();
  report.cases[3].as_expected = true;
  report.cases[3].expected = Outcome::fail;
  const std::string text = console(report);
  EXPECT_NE(text.find("fail as expected: termination  locked_queue/2x1/process/pill/64B/1024"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("4 cases: all as expected"), std::string::npos);
}

TEST(Console, pass_where_a_fail_was_expected_stands_out) {
  Report report = sample::report();
  report.cases[0].as_expected = false;
  report.cases[0].expected = Outcome::fail;
  EXPECT_NE(console(report).find("PASS, not as expected"), std::string::npos);
}

TEST(Console, case_whose_interval_reaches_the_best_is_marked_as_near) {
  Report report = sample::report();
  report.cases[1] = sample::good_report(4.1e6);
  EXPECT_NE(console(report).find("~1.02x slower"), std::string::npos);
}

TEST(Console, failed_case_is_never_the_best) {
  Report report = sample::report();
  report.cases[0].outcome = Outcome::fail;
  const auto lines = sample::lines_of(console(report));
  const auto best =
      std::find_if(lines.begin(), lines.end(), [](const std::string& l) { return l.ends_with(" best"); });
  // The title line ends with "vs best" too.
  ASSERT_NE(best, lines.end());
  const auto row =
      std::find_if(best + 1, lines.end(), [](const std::string& l) { return l.ends_with(" best"); });
  ASSERT_NE(row, lines.end());
  EXPECT_EQ(row->rfind("  pipe", 0), 0U) << *row;
}

TEST(Console, failed_case_has_no_number) {
  Report report = sample::report();
  report.cases[0].outcome = Outcome::fail;
  report.cases[0].as_expected = true;
  EXPECT_EQ(console(report).find("4.20 M"), std::string::npos) << console(report);
}

TEST(Console, payloads_are_not_compared_with_each_other) {
  Report report = sample::report();
  report.record.cases[1].config.payload_bytes = 4096;
  const std::string text = console(report);
  EXPECT_NE(text.find("2x1  4096 B payload"), std::string::npos);
  EXPECT_EQ(text.find("slower"), std::string::npos);
}

TEST(Console, warning_that_many_cases_share_is_said_once) {
  Report report = sample::report();
  for (CaseRecord& one : report.record.cases)
    one.warnings = {{"rounded", "capacity was rounded up", "ask for 1024", {}}};
  EXPECT_NE(console(report).find(
                "warning: capacity was rounded up (shm_mpmc_ring/2x1/process/pill/64B/1024 and 3 more)\n"
                "  remedy: ask for 1024\n"),
            std::string::npos)
      << console(report);
}

TEST(Console, run_that_was_ended_early_says_so_and_counts_what_is_missing) {
  Report report = sample::report();
  report.record.complete = false;
  EXPECT_NE(console(report).find("; INCOMPLETE, it was ended early\n"), std::string::npos);
  report.record.plan.cases.resize(7);
  EXPECT_NE(console(report).find("; INCOMPLETE, it was ended early and 3 cases never began\n"),
            std::string::npos);
}

TEST(Console, report_without_cases_is_no_accident) {
  Report report;
  EXPECT_NE(console(report).find("0 cases"), std::string::npos);
}

}  // namespace
}  // namespace pcbench
