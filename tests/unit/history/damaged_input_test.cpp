// Whatever is wrong with a history file ends in a clear error: never in a crash, never in a verdict about
// something else.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <sstream>

#include "base/error.h"
#include "history/history_file.h"
#include "make_history.h"
#include "support/thinned.h"

namespace pcbench {
namespace {

const std::size_t kStride = test::stride(7);

std::optional<Error> error_of(const std::string& bytes) {
  std::istringstream in(bytes);
  try {
    (void)read_history(in, "test");
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

std::string written(void (*write)(const History&, std::ostream&)) {
  std::mt19937_64 random(5);
  std::ostringstream out;
  write(simulate_fifo({.producers = 2, .consumers = 2, .messages = 6, .kill = true}, random), out);
  return out.str();
}

const std::string kGood =
    R"({"schema": "pcbench/history", "schema_version": "1.0", "clock_guard_ns": 0,
 "promises": {"order": "fifo", "lossless": true, "empty_exact": true, )"
    R"("full_exact": false, "capacity_slots": null},
 "ops": [)"
    R"({"op": "push", "worker": "p0", "producer": 0, "sequence": 0, )"
    R"("invoked_ns": 10, "returned_ns": 20, "status": "ok"},
 {"op": "pop", "worker": "c0", "invoked_ns": 26, "returned_ns": 30, "status": "empty"}]})";

/// kGood with the first OLD in it replaced.
std::string with(const std::string& old, const std::string& replacement) {
  std::string text = kGood;
  const std::size_t at = text.find(old);
  if (at == std::string::npos) throw Error("kGood has no " + old);
  return text.replace(at, old.size(), replacement);
}

struct BadInput {
  const char* what;
  std::string text;
  std::string where;    ///< part of the error's place
  std::string message;  ///< part of its text
};

std::vector<BadInput> bad_inputs() {
  return {
      {"nothing", "", "test", "unexpected end of input"},
      {"no json", "{nonsense", "test", "line 1, column 3"},
      {"a second value", kGood + " {}", "test", "line 4"},
      {"a list", "[]", "test", "is not expected here"},
      {"a number", "17", "test", "is not a history"},
      {"deep", std::string(100'000, '['), "test", "is not expected here"},
      {"deep in ops", with("{\"op\": \"push\"", std::string(100'000, '{')), "", ""},
      {"no schema", with("\"schema\": \"pcbench/history\", ", ""), "/schema", "is missing"},
      {"another schema", with("pcbench/history", "pcbench/report"), "/schema", "\"pcbench/report\" is not"},
      {"a later version", with("1.0", "2.0"), "/schema_version", "\"2.0\" is not a version"},
      {"an unknown key", with("clock_guard_ns", "clock_gard_ns"), "/clock_gard_ns", "clock_guard_ns"},
      {"a key twice", with("\"clock_guard_ns\": 0", R"("clock_guard_ns": 0, "clock_guard_ns": 0)"),
       "/clock_guard_ns", "given twice"},
      {"a negative guard", with("\"clock_guard_ns\": 0", "\"clock_guard_ns\": -1"), "/clock_guard_ns", "-1"},
      {"no promises", with("\"promises\"", "\"ops\""), "/ops", "is not expected here"},
      {"promises that are none", with("{\"order\": \"fifo\",", "7, \"x\": {"), "/promises",
       "7 is not an object"},
      {"an unknown order", with("\"fifo\"", "\"lifo\""), "/promises/order",
       "\"lifo\" is none of fifo, per_producer, none"},
      {"no order", with("\"order\": \"fifo\", ", ""), "/promises/order", "is missing"},
      {"a flag that is none", with("\"lossless\": true", "\"lossless\": 1"), "/promises/lossless",
       "neither true nor false"},
      {"no capacity at all", with("\"capacity_slots\": null", "\"capacity_slots\": 0"),
       "/promises/capacity_slots", "0"},
      {"ops that are none", with("\"ops\": [", "\"ops\": 5, \"x\": ["), "/ops", "5 is not a list"},
      {"an operation that is none", with("{\"op\": \"push\"", "3, {\"op\": \"push\""), "/ops/0",
       "3 is not an operation"},
      {"an unknown operation", with("\"push\"", "\"put\""), "/ops/0/op", "\"put\" is none of push, pop"},
      {"an operation's unknown key", with("\"worker\"", "\"thread\""), "/ops/0/thread",
       "is none of op, worker"},
      {"a worker that is none", with("\"p0\"", "7"), "/ops/0/worker", "7 is no worker's name"},
      {"a worker without name", with("\"p0\"", "\"\""), "/ops/0/worker", "is no worker's name"},
      {"a long worker", with("p0", std::string(200, 'w')), "/ops/0/worker", "is no worker's name"},
      {"no worker", with("\"worker\": \"p0\", ", ""), "/ops/0/worker", "is missing"},
      {"no sequence", with("\"sequence\": 0, ", ""), "/ops/0/sequence", "is missing"},
      {"no producer", with("\"producer\": 0, ", ""), "/ops/0/producer", "is missing"},
      {"a push of nothing", with("\"producer\": 0, \"sequence\": 0, ", ""), "/ops/0/producer",
       "a push that is ok"},
      {"a large producer", with("\"producer\": 0", "\"producer\": 4294967295"), "/ops/0/producer",
       "4294967295"},
      {"a large sequence", with("\"sequence\": 0", "\"sequence\": 9223372036854775808"), "/ops/0/sequence",
       "2^63 - 1"},
      {"a fraction", with("\"invoked_ns\": 10", "\"invoked_ns\": 10.5"), "/ops/0/invoked_ns",
       "10.5 is not an integer"},
      {"a huge time", with("\"returned_ns\": 20", "\"returned_ns\": 1e99"), "/ops/0/returned_ns",
       "1e99 is not an integer"},
      {"a time too large", with("\"returned_ns\": 20", "\"returned_ns\": 18446744073709551615"),
       "/ops/0/returned_ns", "18446744073709551615"},
      {"returned before invoked", with("\"returned_ns\": 20", "\"returned_ns\": 9"), "/ops/0/returned_ns",
       "9 is before invoked_ns, 10"},
      {"null but not pending", with("\"returned_ns\": 20", "\"returned_ns\": null"), "/ops/0/returned_ns",
       "pending"},
      {"pending but not null", with("\"ok\"", "\"pending\""), "/ops/0/returned_ns", "pending"},
      {"an unknown status", with("\"ok\"", "\"okay\""), "/ops/0/status",
       "\"okay\" is none of ok, full, empty"},
      {"an empty push", with("\"ok\"", "\"empty\""), "/ops/0/status", "a push cannot be empty"},
      {"a full pop", with("\"empty\"}", "\"full\"}"), "/ops/1/status", "a pop cannot be full"},
      {"an ok pop of nothing", with("\"empty\"}", "\"ok\"}"), "/ops/1/producer", "if and only if it is ok"},
      {"an empty pop of something", with("\"c0\"", R"("c0", "producer": 0, "sequence": 0)"),
       "/ops/1/producer", "if and only if it is ok"},
      {"invalid utf-8", with("p0", "p\xff"), "test", "line 3"},
  };
}

TEST(DamagedInput, the_good_one_is_good) { EXPECT_FALSE(error_of(kGood)); }

TEST(DamagedInput, every_broken_rule_is_named_with_its_place_and_value) {
  for (const BadInput& bad : bad_inputs()) {
    const std::optional<Error> error = error_of(bad.text);
    ASSERT_TRUE(error) << bad.what;
    EXPECT_NE(error->where.find(bad.where), std::string::npos) << bad.what << ": " << error->where;
    EXPECT_NE(error->message.find(bad.message), std::string::npos) << bad.what << ": " << error->message;
  }
}

TEST(DamagedInput, json_that_is_cut_off_anywhere_is_an_error) {
  const std::string text = written(write_history_json);
  const std::size_t end = text.find_last_of('}');
  for (std::size_t length = 0; length <= end; length += kStride)
    ASSERT_TRUE(error_of(text.substr(0, length))) << length;
}

TEST(DamagedInput, json_with_a_flipped_bit_is_an_error_or_another_history) {
  std::string text = written(write_history_json);
  for (std::size_t i = 0; i < 8 * text.size(); i += kStride) {
    text[i / 8] = static_cast<char>(text[i / 8] ^ (1 << (i % 8)));
    std::istringstream in(text);
    try {
      (void)recheck(read_history(in, "test"));
    } catch (const Error&) {  // also "pushed twice", which only the judge can see
    }
    text[i / 8] = static_cast<char>(text[i / 8] ^ (1 << (i % 8)));
  }
}

TEST(DamagedInput, binary_that_is_cut_off_or_goes_on_is_an_error) {
  const std::string bytes = written(write_history_binary);
  EXPECT_FALSE(error_of(bytes));
  for (std::size_t length = 0; length < bytes.size(); length += kStride)
    ASSERT_TRUE(error_of(bytes.substr(0, length))) << length;
  EXPECT_TRUE(error_of(bytes + '\0'));
}

TEST(DamagedInput, binary_with_any_flipped_bit_is_an_error) {
  std::string bytes = written(write_history_binary);
  for (std::size_t i = 0; i < 8 * bytes.size(); i += kStride) {
    bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ (1 << (i % 8)));
    ASSERT_TRUE(error_of(bytes)) << "byte " << i / 8 << ", bit " << i % 8;
    bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ (1 << (i % 8)));
  }
}

TEST(DamagedInput, binary_whose_operations_changed_places_is_an_error) {
  std::string bytes = written(write_history_binary);
  const auto last = bytes.end() - sizeof(Operation);
  ASSERT_FALSE(std::equal(last, bytes.end(), last - sizeof(Operation)));
  std::swap_ranges(last, bytes.end(), last - sizeof(Operation));
  const std::optional<Error> error = error_of(bytes);
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find("checksum"), std::string::npos) << error->message;
}

TEST(DamagedInput, a_binary_header_that_promises_too_much_takes_no_memory) {
  std::string bytes = written(write_history_binary);
  const std::uint64_t count = 4'000'000'000U;
  bytes.replace(40, 8, reinterpret_cast<const char*>(&count), 8);
  const std::optional<Error> error = error_of(bytes);
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find("ends too early"), std::string::npos) << error->message;
}

TEST(DamagedInput, what_the_json_form_has_not_is_refused_in_binary_too) {
  for (const char* name : {"", "p\xff"}) {
    HandMade history;
    history->workers[3] = name;
    std::ostringstream out;
    write_history_binary(*history, out);
    const std::optional<Error> error = error_of(out.str());
    ASSERT_TRUE(error) << name;
    EXPECT_NE(error->message.find("worker 3"), std::string::npos) << error->message;
  }
  HandMade roomy;
  roomy->promises.capacity_slots = std::uint64_t{1} << 63U;
  std::ostringstream out;
  write_history_binary(*roomy, out);
  const std::optional<Error> error = error_of(out.str());
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find("capacity_slots"), std::string::npos) << error->message;
}

TEST(DamagedInput, operations_that_no_writer_writes_are_refused_in_binary_too) {
  const std::vector<std::function<void(Operation&)>> damages = {
      [](Operation& op) { op.kind = static_cast<OperationKind>(2); },
      [](Operation& op) { op.status = static_cast<OperationStatus>(5); },
      [](Operation& op) { op.worker = 60'000; },
      [](Operation& op) { op.returned_ns = op.invoked_ns - 1; },
      [](Operation& op) { op.producer = kNoProducer; },
      [](Operation& op) { op.status = OperationStatus::empty; },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    HandMade history;
    history.push(0, 0, 5, 6);
    damages[i](history->operations[0]);
    std::ostringstream out;
    write_history_binary(*history, out);
    const std::optional<Error> error = error_of(out.str());
    ASSERT_TRUE(error) << i;
    EXPECT_NE(error->message.find("operation 0"), std::string::npos) << error->message;
  }
}

}  // namespace
}  // namespace pcbench
