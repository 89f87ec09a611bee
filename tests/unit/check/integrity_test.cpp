#include "evidence_builder.h"
#include "verdict_matchers.h"

namespace pcbench {
namespace {

Verdict integrity(const CaseRecord& record, const RoundRecord& round) {
  return verdict_of(record, round, "integrity");
}

TEST(Integrity, whole_payloads_pass) {
  const CaseRecord record = make_case(1, 1, 4);
  RoundBuilder round(record);
  const Verdict verdict = integrity(record, round.pop_run(0, 0, 0, 3).finish());
  EXPECT_EQ(verdict.outcome, Outcome::pass);
  EXPECT_EQ(fact_of(verdict, "corrupted"), n(0));
}

TEST(Integrity, any_wrong_byte_fails_with_its_place) {
  const CaseRecord record = make_case(2, 2, 8);
  for (std::size_t offset = 0; offset < record.config.payload_bytes; ++offset) {
    RoundBuilder round(record);
    round.pop_run(0, 0, 0, 3).pop_run(1, 1, 0, 1).pop_corrupted(1, 1, 2, offset).pop(1, 1, 3);
    const Verdict verdict = integrity(record, round.finish());
    ASSERT_EQ(verdict.outcome, Outcome::fail) << offset;
    EXPECT_EQ(fact_of(verdict, "corrupted"), n(1));
    EXPECT_TRUE(says(verdict.reason, "first at byte " + std::to_string(offset))) << verdict.reason;
    EXPECT_EQ(verdict.counter_example->producer, 1U);
    EXPECT_EQ(verdict.counter_example->sequence, 2U);
    EXPECT_EQ(verdict.counter_example->consumer, 1U);
  }
}

TEST(Integrity, all_corrupted_messages_are_counted) {
  const CaseRecord record = make_case(1, 2, 8);
  RoundBuilder round(record);
  round.pop_corrupted(0, 0, 0, 1).pop_corrupted(1, 0, 1, 1).pop_corrupted(RoundBuilder::kDrain, 0, 2, 1);
  EXPECT_EQ(fact_of(integrity(record, round.finish()), "corrupted"), n(3));
}

TEST(Integrity, switched_off_it_is_unknown) {
  CaseRecord record = make_case(1, 1, 4);
  record.config.integrity = Integrity::off;
  RoundBuilder round(record);
  const Verdict verdict = integrity(record, round.pop_run(0, 0, 0, 3).finish());
  EXPECT_EQ(verdict.outcome, Outcome::unknown);
  EXPECT_EQ(verdict.reason, "integrity: off");
  EXPECT_EQ(fact_of(verdict, "corrupted"), kNull);
}

TEST(Integrity, corruption_that_was_seen_fails_even_where_nothing_else_is_verified) {
  CaseRecord record = make_case(1, 1, 4, Verify::none);
  RoundBuilder round(record);
  EXPECT_EQ(integrity(record, round.pop_corrupted(0, 0, 0, 3).finish()).outcome, Outcome::fail);
}

TEST(Integrity, without_payload_bytes_it_passes_and_says_so) {
  CaseRecord record = make_case(1, 1, 4);
  record.config.payload_bytes = 0;
  RoundBuilder round(record);
  const Verdict verdict = integrity(record, round.pop_run(0, 0, 0, 3).finish());
  EXPECT_EQ(verdict.outcome, Outcome::pass);
  EXPECT_EQ(verdict.reason, "there are no payload bytes");
}

TEST(Integrity, nothing_popped_is_no_evidence) {
  const CaseRecord record = make_case(1, 1, 4);
  RoundBuilder round(record);
  EXPECT_EQ(integrity(record, round.ended(RoundEnd::interrupted).finish()).outcome, Outcome::unknown);
}

}  // namespace
}  // namespace pcbench
