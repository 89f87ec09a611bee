// What delivery says of a transport that may lose messages: loss is counted, doubles are none of its rights.
#include "evidence_builder.h"
#include "verdict_matchers.h"

namespace pcbench {
namespace {

CaseRecord lossy_case(Verify verify) {
  CaseRecord record = make_case(1, 2, 20, verify);
  record.promises.lossless = false;
  return record;
}

Verdict delivery(const CaseRecord& record, RoundBuilder& round) {
  return verdict_of(record, round.finish(), "delivery");
}

TEST(DeliveryLossy, exact_counts_what_was_lost) {
  const CaseRecord record = lossy_case(Verify::exact);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 4).pop_run(1, 0, 7, 19);
  const Verdict verdict = delivery(record, round);
  EXPECT_EQ(verdict.outcome, Outcome::pass) << verdict.reason;
  EXPECT_EQ(fact_of(verdict, "lost"), n(2));
  EXPECT_EQ(fact_of(verdict, "duplicated"), n(0));
}

TEST(DeliveryLossy, exact_fails_on_a_double) {
  const CaseRecord record = lossy_case(Verify::exact);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 4).pop(1, 0, 6).pop_run(0, 0, 6, 19);
  EXPECT_EQ(delivery(record, round).outcome, Outcome::fail);
}

TEST(DeliveryLossy, online_does_not_know_whether_a_loss_hides_a_double) {
  const CaseRecord record = lossy_case(Verify::online);
  RoundBuilder round(record);
  round.pop_run(0, 0, 0, 4).pop_run(1, 0, 7, 19);
  const Verdict verdict = delivery(record, round);
  EXPECT_EQ(verdict.outcome, Outcome::unknown);
  EXPECT_NE(verdict.reason.find("2 messages fewer"), std::string::npos) << verdict.reason;
}

TEST(DeliveryLossy, online_passes_what_is_all_there_and_fails_on_more) {
  const CaseRecord record = lossy_case(Verify::online);
  RoundBuilder whole(record);
  whole.pop_run(0, 0, 0, 19);
  EXPECT_EQ(delivery(record, whole).outcome, Outcome::pass);
  RoundBuilder more(record);
  more.pop_run(0, 0, 0, 19).pop(1, 0, 3);
  EXPECT_EQ(delivery(record, more).outcome, Outcome::fail);
}

}  // namespace
}  // namespace pcbench
