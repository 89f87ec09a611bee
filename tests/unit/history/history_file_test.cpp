#include "history/history_file.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/error.h"
#include "make_history.h"

namespace pcbench {
namespace {

std::string json_of(const History& history) {
  std::ostringstream out;
  write_history_json(history, out);
  return out.str();
}

std::string binary_of(const History& history) {
  std::ostringstream out;
  write_history_binary(history, out);
  return out.str();
}

History read(const std::string& text) {
  std::istringstream in(text);
  return read_history(in, "test");
}

/// Fails where any verdict does.
bool passes(const History& history) {
  for (const Verdict& verdict : recheck(history))
    if (verdict.outcome == Outcome::fail) return false;
  return true;
}

/// A history of the contract around OPERATIONS.
std::string contract(const std::string& operations, const std::string& order = "fifo") {
  return R"({"schema": "pcbench/history", "schema_version": "1.0", "clock_guard_ns": 0, "ops": [)" +
         operations + R"(], "promises": {"order": ")" + order +
         R"(", "lossless": true, "empty_exact": true, "full_exact": false, "capacity_slots": null}})";
}

std::string op(const char* kind, const char* worker, int producer, int t0, int t1) {
  return std::string(R"({"op": ")") + kind + R"(", "worker": ")" + worker + R"(", "invoked_ns": )" +
         std::to_string(t0) + R"(, "returned_ns": )" + std::to_string(t1) +
         (producer < 0
              ? R"(, "status": "empty"})"
              : R"(, "status": "ok", "producer": )" + std::to_string(producer) + R"(, "sequence": 0})");
}

constexpr int kNone = -1;

std::string joined(std::initializer_list<std::string> operations) {
  std::string text;
  for (const std::string& operation : operations) text += (text.empty() ? "" : ", ") + operation;
  return text;
}

TEST(TheContractsHistories, that_are_good_pass) {
  const std::string in_turn = joined({op("push", "p0", 0, 0, 1), op("push", "p1", 1, 2, 3),
                                      op("pop", "c0", 0, 4, 5), op("pop", "c0", 1, 6, 7)});
  const std::string concurrent = joined({op("push", "p0", 0, 0, 5), op("push", "p1", 1, 1, 4),
                                         op("pop", "c0", 1, 6, 7), op("pop", "c0", 0, 8, 9)});
  const std::string empty_in_time =
      joined({op("pop", "c0", kNone, 0, 1), op("push", "p0", 0, 1, 2), op("pop", "c0", 0, 3, 4)});
  for (const std::string& operations : {std::string(), in_turn, concurrent, empty_in_time})
    for (const char* order : {"fifo", "per_producer", "none"})
      EXPECT_TRUE(passes(read(contract(operations, order)))) << operations;
}

TEST(TheContractsHistories, that_are_wrong_fail) {
  const std::string swapped = joined({op("push", "p0", 0, 0, 1), op("push", "p1", 1, 2, 3),
                                      op("pop", "c0", 1, 4, 5), op("pop", "c0", 0, 6, 7)});
  const std::string twice =
      joined({op("push", "p0", 0, 0, 1), op("pop", "c0", 0, 2, 3), op("pop", "c1", 0, 4, 5)});
  const std::string never_put =
      joined({op("push", "p0", 0, 0, 1), op("pop", "c0", 0, 2, 3), op("pop", "c1", 1, 4, 5)});
  const std::string future = joined({op("pop", "c0", 0, 0, 1), op("push", "p0", 0, 2, 3)});
  const std::string false_empty =
      joined({op("push", "p0", 0, 0, 1), op("pop", "c0", kNone, 2, 3), op("pop", "c0", 0, 4, 5)});
  const std::string lost = joined({op("push", "p0", 0, 0, 1), op("push", "p1", 1, 2, 3),
                                   op("pop", "c0", 0, 4, 5), op("pop", "c0", kNone, 6, 7)});
  for (const std::string& operations : {swapped, twice, never_put, future, false_empty, lost})
    EXPECT_FALSE(passes(read(contract(operations)))) << operations;
  EXPECT_TRUE(passes(read(contract(swapped, "per_producer"))));
}

History rich_history(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  History history =
      simulate_fifo({.messages = 100, .capacity = 5, .kill = seed % 2 == 0, .guard_ns = seed % 7}, random);
  history.promises.at_least_once = seed % 3 == 0;
  history.clock_trusted = seed % 5 != 0;
  history.truncated = seed % 4 == 0;
  history.sampled = seed % 3 == 1;
  if (seed % 2 == 1) history.promises.capacity_slots.reset();
  return history;
}

TEST(HistoryFile, in_binary_is_read_as_it_was_written) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const History history = rich_history(seed);
    EXPECT_EQ(read(binary_of(history)), history) << seed;
  }
  EXPECT_EQ(read(binary_of({})), History{});
}

TEST(HistoryFile, as_json_is_read_as_it_was_written) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const History history = rich_history(seed);
    const History again = read(json_of(history));
    EXPECT_EQ(json_of(again), json_of(history)) << seed;  // workers may be numbered otherwise
    EXPECT_EQ(again.promises, history.promises);
    EXPECT_EQ(again.operations.size(), history.operations.size());
  }
}

TEST(HistoryFile, as_json_keeps_strange_names) {
  HandMade history;
  history->workers[0] = "\"p\\0\" ä\n";
  history.push(0, 0, 0, 1);
  EXPECT_EQ(read(json_of(*history)).workers, std::vector<std::string>{"\"p\\0\" ä\n"});
}

TEST(HistoryFile, may_have_its_keys_in_any_order_and_null_for_no_message) {
  const History history = read(
      R"({"ops": [{"status": "pending", "returned_ns": null, "invoked_ns": 3, "worker": "c0", "op": "pop",
                   "sequence": null, "producer": null}],
          "promises": {"lossless": false, "order": "none"},
          "schema_version": "1.0", "schema": "pcbench/history"})");
  ASSERT_EQ(history.operations.size(), 1U);
  EXPECT_EQ(history.operations[0],
            (Operation{3, kNeverReturned, 0, kNoProducer, 0, OperationKind::pop, OperationStatus::pending}));
  EXPECT_EQ(history.promises, (HistoryPromises{Order::none, false, false, false, false, std::nullopt}));
}

TEST(HistoryFile, that_is_not_there_is_an_error_that_names_it) {
  try {
    (void)read_history_file("no/such/history.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE((error.message + error.where).find("no/such/history.json"), std::string::npos);
  }
}

}  // namespace
}  // namespace pcbench
