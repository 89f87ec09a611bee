// What a program tells of its round becomes the evidence that our own workers would have left; what
// contradicts itself, the case or the clock is rejected with its place, the value and the rule.
#include "run/external_record.h"

#include <gtest/gtest.h>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "bad_records.h"
#include "base/error.h"
#include "model/evidence.h"
#include "model/histogram.h"
#include "plan/json_text.h"
#include "report/schemas.h"
#include "stage.h"

namespace pcbench {
namespace {

/// p0 sent 6 messages and p1 5, c0 popped 9 of them and c1 the last 2.
const char* const kGoodRecord = R"({
  "schema": "pcbench/external-record", "schema_version": "1.0",
  "workers": [
    {"role": "producer", "index": 0, "pid": 11, "parent_pid": 10, "created_at_ns": 1500, "begin_at_ns": 2100,
     "end_at_ns": 5000, "messages": 6, "pills": 2, "stamps": [[0, 2200], [4, 3000]], "exit": 0,
     "cpu_user_ns": 7, "cpu_system_ns": 8, "voluntary_switches": 9, "involuntary_switches": 12},
    {"role": "producer", "index": 1, "begin_at_ns": 2000, "end_at_ns": 5000, "messages": 5, "exit": 0},
    {"role": "consumer", "index": 0, "begin_at_ns": 2000, "last_at_ns": 6000, "end_at_ns": 6500,
     "popped": [[0, 0, 3], [1, 0, 5], [0, 3, 1]], "pills": 2, "stamps": [[0, 0, 2300]], "exit": 0},
    {"role": "consumer", "index": 1, "begin_at_ns": 2000, "last_at_ns": 7000, "end_at_ns": 8000,
     "popped": [[0, 4, 2]], "corrupted": [], "stamps": [[0, 4, 3700]], "exit": 0}],
  "drain": {"popped": []},
  "effective": {"capacity_slots": 64, "made_of": "paper"}
})";

class ExternalRecord : public testing::Test {
 protected:
  RoundResult read(const std::string& text) { return read_external_record(text, setup_, {1'000, 9'000}); }
  /// Of the good record with VALUE at PLACE; without it where VALUE is empty.
  RoundResult read(const std::string& place, const std::string& value) {
    return read(changed(place, value).dump());
  }
  static Json changed(const std::string& place, const std::string& value) {
    Json record = Json::parse(kGoodRecord);
    if (value.empty()) return record.patch({{{"op", "remove"}, {"path", place}}});
    record[Json::json_pointer(place)] = Json::parse(value);
    return record;
  }

  static const FindingRecord& found(const WorkerRecord& taker, Finding kind) {
    return taker.findings[static_cast<std::size_t>(kind)];
  }
  static Case exact_case() {
    Case config = ring_case(2, 2, "pill", 11);
    config.verify = Verify::exact;
    return config;
  }

  const Case config_ = exact_case();
  const pcbench::Setup setup_ = make_setup(config_, 42);
};

TEST_F(ExternalRecord, of_a_good_round_is_the_evidence_that_our_workers_would_leave) {
  const RoundResult result = read(kGoodRecord);
  const RoundRecord& round = result.record;
  EXPECT_EQ(round.end, RoundEnd::completed);
  EXPECT_EQ(round.elapsed_ns, 5'000U) << "from the first producer's begin to the last message popped";
  EXPECT_EQ(round.quiesce_ns, 1'000U);
  EXPECT_EQ(*round.bitmap, std::vector<std::uint64_t>{0x7ff});
  ASSERT_EQ(round.workers.size(), 4U);
  const WorkerRecord& producer = round.workers[0];
  EXPECT_EQ(producer.pid, 11);
  EXPECT_EQ(producer.parent_pid, 10);
  EXPECT_EQ(producer.start_ns, 600U);
  EXPECT_EQ(producer.messages, 6U);
  EXPECT_EQ(producer.pills, 2U);
  EXPECT_EQ(producer.end_at_ns, 3'000U);
  EXPECT_EQ(producer.cpu_user_ns + producer.cpu_system_ns, 15U);
  EXPECT_EQ(producer.voluntary_switches, 9U);
  EXPECT_EQ(producer.involuntary_switches, 12U);
  EXPECT_EQ(producer.exit.kind, ExitKind::exited);
  const WorkerRecord& consumer = round.workers[2];
  EXPECT_EQ(consumer.messages, 9U);
  EXPECT_EQ(consumer.last_at_ns, 4'000U);
  EXPECT_EQ(consumer.phase, Phase::done);
  const std::uint64_t key = producer_key(setup_.spec.seed, 0);
  EXPECT_EQ(consumer.tallies[0].count, 4U);
  EXPECT_EQ(consumer.tallies[0].sum, run_sum(key, 0, 4));
  EXPECT_EQ(consumer.tallies[0].end_sequence, 4U);
  EXPECT_EQ(consumer.tallies[1].sum, run_sum(producer_key(setup_.spec.seed, 1), 0, 5));
  EXPECT_EQ(round.workers[3].tallies[0].sum, run_sum(key, 4, 6));
  for (const WorkerRecord& taker : {consumer, round.workers[3], *round.drain})
    for (const FindingRecord& finding : taker.findings) EXPECT_EQ(finding.count, 0U);
  EXPECT_EQ(round.service_ns.buckets,
            (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{bucket_lower_ns(bucket_of(100)), 1},
                                                                  {bucket_lower_ns(bucket_of(700)), 1}}));
  EXPECT_EQ(result.effective.capacity_slots, 64U);
  ASSERT_EQ(result.effective.others.size(), 1U);
  EXPECT_EQ(result.effective.others[0].first, "made_of");
}

TEST_F(ExternalRecord, tells_of_what_came_out_of_order_twice_broken_or_from_nobody) {
  const RoundResult result = read("/workers/2/popped", "[[0, 3, 1], [0, 0, 3], [0, 2, 1], [7, 5, 2]]");
  const WorkerRecord& consumer = result.record.workers[2];
  EXPECT_EQ(found(consumer, Finding::reordered).count, 2U);
  EXPECT_EQ(found(consumer, Finding::reordered).first->expected_sequence, 4U);
  EXPECT_EQ(found(consumer, Finding::duplicated).count, 1U);
  EXPECT_EQ(found(consumer, Finding::duplicated).first->sequence, 2U);
  EXPECT_EQ(found(consumer, Finding::unexpected).count, 2U);
  EXPECT_EQ(found(consumer, Finding::unexpected).first->producer, 7U);
  EXPECT_EQ(consumer.messages, 7U);
  EXPECT_EQ(consumer.tallies[0].count, 5U);

  const RoundResult twice = read("/workers/3/popped", "[[0, 3, 3]]");
  EXPECT_EQ(found(twice.record.workers[3], Finding::duplicated).first->sequence, 3U)
      << "the other consumer had it";

  const RoundResult broken = read("/workers/2/corrupted", "[[1, 3, 9], [0, 1, 2]]");
  EXPECT_EQ(found(broken.record.workers[2], Finding::corrupted).count, 2U);
  EXPECT_EQ(found(broken.record.workers[2], Finding::corrupted).first->producer, 1U);
  EXPECT_EQ(found(broken.record.workers[2], Finding::corrupted).first->offset_bytes, 9U);
}

TEST_F(ExternalRecord, marks_nobody_elses_messages_for_one_beyond_a_producers_share) {
  const RoundResult result = read("/workers/2/popped", "[[0, 6, 3]]");
  EXPECT_EQ(*result.record.bitmap, std::vector<std::uint64_t>{0b110000});  // what c1 popped
  EXPECT_EQ(result.record.workers[2].tallies[0].end_sequence, 9U);
}

TEST_F(ExternalRecord, times_only_what_was_stamped_before_its_push_and_after_its_pop) {
  for (const char* stamp : {"[0, 1, 2300]", "[1, 0, 2300]", "[9, 0, 2300]", "[0, 0, 2199]"}) {
    const RoundResult result = read("/workers/2/stamps/0", stamp);
    EXPECT_EQ(result.record.workers[2].samples_missed, 1U) << stamp;
    EXPECT_EQ(result.record.service_ns.count, 1U) << stamp;
  }
}

TEST_F(ExternalRecord, ends_as_its_workers_ended) {
  EXPECT_EQ(read("/workers/2/exit", "1").record.end, RoundEnd::worker_died);
  EXPECT_EQ(read("/workers/2/exit", "-9").record.end, RoundEnd::worker_died);
  EXPECT_EQ(read("/workers/2/exit", "-9").record.workers[2].exit.code, 9);
  Json record = changed("/workers/2/end_at_ns", "");
  record["workers"][2]["exit"] = nullptr;
  const RoundResult hung = read(record.dump());
  EXPECT_EQ(hung.record.end, RoundEnd::hung);
  EXPECT_EQ(hung.record.hang, HangKind::deadlock);
  ASSERT_EQ(hung.record.blocked.size(), 1U);
  EXPECT_EQ(hung.record.blocked[0].worker, "c0");
  record["workers"][2].update({{"exit", -15}, {"asked", true}, {"error", "OSError"}});
  const RoundResult asked = read(record.dump());
  EXPECT_EQ(asked.record.end, RoundEnd::completed);
  EXPECT_EQ(asked.record.workers[2].error, "OSError");
}

TEST_F(ExternalRecord, has_a_drain_only_where_the_program_looked) {
  EXPECT_FALSE(read("/drain", "").record.drain);
  EXPECT_EQ(read("/drain", "").record.drain_missing, "the program did not look");
  const RoundResult left = read("/drain", R"({"popped": [[1, 4, 1]], "pills": 3})");
  EXPECT_EQ(left.record.drain->messages, 1U);
  EXPECT_EQ(left.record.drain->pills, 3U);
  EXPECT_EQ(found(*left.record.drain, Finding::duplicated).count, 1U);
}

TEST_F(ExternalRecord, may_be_longer_than_a_config_but_not_endless) {
  EXPECT_EQ(read(kGoodRecord + std::string(kRecordBytesMax / 2, ' ')).record.end, RoundEnd::completed);
  EXPECT_THROW((void)read(kGoodRecord + std::string(kRecordBytesMax, ' ')), Error);
}

TEST_F(ExternalRecord, that_breaks_a_rule_is_rejected_with_place_value_and_rule) {
  std::vector<BadRecord> all = kBadRecords;
  for (const char* count : {"pid", "parent_pid", "pills", "cpu_user_ns", "cpu_system_ns",
                            "voluntary_switches", "involuntary_switches"}) {
    const std::string place = std::string("/workers/1/") + count;
    all.push_back({place, "-1", place, "-1 must be an integer from 0"});
  }
  for (const BadRecord& bad : all) {
    try {
      read(bad.at, bad.value);
      ADD_FAILURE() << bad.at << ": " << bad.value << " was taken";
    } catch (const Error& e) {
      EXPECT_EQ(e.where, bad.place) << bad.at << ": " << bad.value;
      EXPECT_NE(e.message.find(bad.says), std::string::npos) << bad.at << ": " << e.message;
      EXPECT_EQ(e.hint, "docs/external-programs.md says what it must hold");
    }
  }
}

bool follows_schema(const Json& document, std::string_view name) {
  const Json text = Json::parse(schema_named(name));
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

TEST_F(ExternalRecord, follows_its_schema_as_far_as_that_can_say_what_the_reader_asks) {
  EXPECT_TRUE(follows_schema(Json::parse(kGoodRecord), "external-record"));
  EXPECT_TRUE(follows_schema(Json::parse(external_case(setup_, 7'000)), "external-case"));
  for (const BadRecord& bad : kBadRecords)
    EXPECT_EQ(follows_schema(changed(bad.at, bad.value), "external-record"), bad.found_by == FoundBy::reader)
        << bad.at << ": " << bad.value;
}

TEST_F(ExternalRecord, cut_anywhere_is_an_error) {
  const std::string text = Json::parse(kGoodRecord).dump();
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_THROW(read(text.substr(0, size)), Error) << text.substr(0, size);
}

TEST_F(ExternalRecord, with_a_wrong_byte_is_an_error_or_another_record) {
  const std::string text = Json::parse(kGoodRecord).dump();
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const char wrong : {'9', '-', '"', '[', '}', '\0', '\xff'}) {
      std::string damaged = text;
      damaged[at] = wrong;
      try {
        EXPECT_EQ(read(damaged).record.workers.size(), 4U);
      } catch (const Error&) {  // as it must be of most
      }
    }
}

TEST_F(ExternalRecord, answers_a_case_that_has_shares_keys_and_limits) {
  const Json given = Json::parse(external_case(setup_, 7'000));
  EXPECT_EQ(given["messages"], Json({6, 5}));
  ASSERT_EQ(given["keys"].size(), 2U);
  for (std::uint32_t p = 0; p < 2; ++p)
    EXPECT_EQ(std::stoull(given["keys"][p].get<std::string>(), nullptr, 16),
              producer_key(setup_.spec.seed, p));
  EXPECT_EQ(given["timeout_ns"], 7'000);
  EXPECT_EQ(given["stop"], "pill");
}

}  // namespace
}  // namespace pcbench
