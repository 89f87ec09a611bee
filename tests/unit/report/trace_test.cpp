#include "report/trace.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "sample.h"

namespace pcbench {
namespace {

using Json = nlohmann::json;

constexpr std::uint32_t kNone = kNoProducer;

/// p0 pushes two at once, waits for room, is killed in its next push; c0 waits, pops one, then another.
History small_history() {
  History history;
  history.workers = {"p0", "p1", "c0"};
  using enum OperationKind;
  using enum OperationStatus;
  history.operations = {{1000, 2000, 0, 0, 0, push, ok},   {1000, 2000, 1, 0, 0, push, ok},
                        {2500, 2600, 2, 0, 0, push, full}, {3500, kNeverReturned, 2, 0, 0, push, pending},
                        {0, 100, 0, kNone, 2, pop, empty}, {1500, 3000, 0, 0, 2, pop, ok},
                        {3000, 4000, 1, 0, 2, pop, ok}};
  return history;
}

RoundRecord small_round() {
  RoundRecord round = sample::good_round(0);
  round.elapsed_ns = 5000;
  round.workers[0].last_at_ns = 2000;
  round.workers[0].exit = {ExitKind::signaled, 9};
  round.workers[1].end_at_ns = round.workers[2].end_at_ns = 5000;
  round.faults = {{{FaultKind::kill, false, 0}, 4500}};
  return round;
}

std::vector<Json> events_of(const History& history, const RoundRecord& round) {
  std::ostringstream text;
  write_trace(sample::good_record("pipe"), round, history, text);
  return Json::parse(text.str())["traceEvents"].get<std::vector<Json>>();
}

std::vector<Json> named(const std::vector<Json>& events, const std::string& name) {
  std::vector<Json> found;
  for (const Json& event : events)
    if (event["name"] == name) found.push_back(event);
  return found;
}

TEST(Trace, each_event_says_what_it_is_when_and_where) {
  for (const Json& event : events_of(small_history(), small_round())) {
    for (const char* key : {"ph", "name", "pid", "tid"}) EXPECT_TRUE(event.contains(key)) << event;
    EXPECT_TRUE(event["ph"] == "M" || event["ts"].is_number()) << event;
    EXPECT_TRUE(event["ph"] != "X" || event["dur"] >= 0) << event;
  }
}

TEST(Trace, slices_of_a_worker_nest) {
  std::map<std::pair<int, int>, std::vector<std::pair<double, double>>> tracks;
  for (const Json& event : events_of(small_history(), small_round()))
    if (event["ph"] == "X")
      tracks[{event["pid"], event["tid"]}].emplace_back(
          event["ts"], event["ts"].get<double>() + event["dur"].get<double>());
  ASSERT_EQ(tracks.size(), 3U);
  for (const auto& [track, slices] : tracks)
    for (const auto& a : slices)
      for (const auto& b : slices)
        EXPECT_FALSE(a.first < b.first && b.first < a.second && a.second < b.second)
            << a.first << ".." << a.second << " and " << b.first << ".." << b.second;
}

TEST(Trace, a_batch_is_one_call_and_a_call_that_never_returned_lasts_until_the_end) {
  const std::vector<Json> pushes = named(events_of(small_history(), small_round()), "push");
  ASSERT_EQ(pushes.size(), 2U);
  EXPECT_EQ(pushes[0]["args"]["messages"], 2);
  EXPECT_EQ(pushes[0]["dur"], 1.0);
  EXPECT_EQ(pushes[1]["args"]["status"], "pending");
  EXPECT_EQ(pushes[1]["dur"], 1.5);
}

TEST(Trace, waits_last_from_the_first_try_until_the_call_that_succeeded) {
  const std::vector<Json> events = events_of(small_history(), small_round());
  const std::vector<Json> full = named(events, "waits: full"), empty = named(events, "waits: empty");
  ASSERT_EQ(full.size(), 1U);
  EXPECT_EQ(full[0]["ts"], 2.5);
  EXPECT_EQ(full[0]["dur"], 1.0);
  ASSERT_EQ(empty.size(), 1U);
  EXPECT_EQ(empty[0]["dur"], 1.5);
}

TEST(Trace, occupancy_has_what_is_inside_for_certain_and_at_most) {
  std::vector<std::vector<double>> seen;
  for (const Json& event : named(events_of(small_history(), small_round()), "occupancy"))
    seen.push_back({event["ts"], event["args"]["certain"], event["args"]["at most"]});
  // The first message is popped, for all anybody knows, before its push returns.
  const std::vector<std::vector<double>> expected = {{1, 0, 2}, {2, 1, 2}, {3, 0, 1}, {3.5, 0, 2}, {4, 0, 1}};
  EXPECT_EQ(seen, expected);
}

TEST(Trace, faults_are_moments_of_whom_they_struck) {
  const std::vector<Json> kills = named(events_of(small_history(), small_round()), "kill");
  ASSERT_EQ(kills.size(), 1U);
  EXPECT_EQ(kills[0]["ts"], 4.5);
  EXPECT_EQ(kills[0]["tid"], 1);
}

}  // namespace
}  // namespace pcbench
