// Are the rounds of micro-benchmarks judged? One of a faulty channel must not become a row of a table.
#include "round.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/error.h"
#include "both.h"
#include "support/faulty_transports.h"
#include "support/round.h"

namespace pcbench::test {
namespace {

constexpr std::uint64_t kMessages = 1000;  // and what comes with them fit in bare_case's channel

struct MicroRound : testing::Test {
  MicroRound() { register_faulty_transports(); }
  Deadline deadline{60};
};

Case checked_case(const std::string& transport, WorkerKind workers) {
  Case config = micro::bare_case(transport, kMessages);
  config.stop = "close";
  config.workers = workers;
  config.verify = Verify::online;
  config.integrity = Integrity::all;
  return config;
}

/// What RUN throws; empty: nothing.
template <class Run>
std::string complaint_of(Run run) {
  try {
    run();
    return {};
  } catch (const Error& e) {
    return e.message;
  }
}

struct Fault {
  const char* transport;
  const char* complaint;  ///< how it begins
};

TEST_F(MicroRound, of_a_right_ring_has_a_time_between_threads_and_processes) {
  for (const char* transport : {"shm_spsc_ring", "shm_mpmc_ring"})
    for (const WorkerKind workers : {WorkerKind::thread, WorkerKind::process}) {
      const micro::Span span = micro::Round(checked_case(transport, workers)).run_both();
      EXPECT_EQ(span.messages, kMessages);
      EXPECT_GT(span.elapsed_ns, 0U);
    }
}

TEST_F(MicroRound, of_a_faulty_channel_has_no_time_but_the_verdict) {
  constexpr std::array kFaults = {
      Fault{"faulty_lose", "delivery: p0 sent 1000 messages, 990 were popped"},
      Fault{"faulty_drop_last", "delivery: p0 sent 1000 messages, 999 were popped"},
      Fault{"faulty_duplicate", "delivery: p0 sent 1000 messages, 10"},
      Fault{"faulty_swap", "order: c0 popped message"},
      Fault{"faulty_corrupt", "integrity: c0 popped message"},
      Fault{"faulty_tear", "integrity: c0 popped message"},
      Fault{"faulty_early_close", "termination: c0 left while 900 messages were inside"},
  };
  for (const Fault& fault : kFaults)
    for (const WorkerKind workers : {WorkerKind::thread, WorkerKind::process}) {
      const std::string said = complaint_of(
          [&] { static_cast<void>(micro::Round(checked_case(fault.transport, workers)).run_both()); });
      EXPECT_EQ(said.rfind(fault.complaint, 0), 0U) << fault.transport << ": " << said;
    }
}

TEST_F(MicroRound, where_nothing_is_verified_is_counted_all_the_same) {
  const auto alone = [](const char* transport) {
    return complaint_of(
        [&] { EXPECT_GT(micro::Round(micro::bare_case(transport, kMessages)).run_alone(), 0U); });
  };
  EXPECT_EQ(alone("shm_spsc_ring"), "");
  EXPECT_EQ(alone("null"), "");
  EXPECT_EQ(alone("faulty_drop_last"), "1000 messages were sent and 999 popped");
  EXPECT_EQ(alone("faulty_lose"), "1000 messages were sent and 990 popped");
}

TEST_F(MicroRound, a_process_that_dies_is_no_end_that_its_bench_waits_for) {
  const auto die = [] { ::_exit(3); };
  const auto wait = [] { ::pause(); };  // as at a gate to which nobody comes
  for (const bool first : {false, true}) {
    const std::string said = complaint_of([&] {
      if (first) micro::run_both(WorkerKind::process, {die, wait}, wait);
      else micro::run_both(WorkerKind::process, {wait, die}, wait);
    });
    EXPECT_EQ(said, "a process ended with status 3");
  }
}

}  // namespace
}  // namespace pcbench::test
