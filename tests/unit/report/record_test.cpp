// What a record holds comes back; what does not hold together is refused with its place.
#include "report/record_file.h"

#include <gtest/gtest.h>

#include <sstream>

#include "report/writers.h"
#include "sample.h"

namespace pcbench {
namespace {

void add_evidence(RoundRecord& round) {
  const auto take = [](WorkerRecord& worker) {
    worker.role = Role::consumer;
    worker.tallies = {{50, UINT64_MAX, 50}, {50, 7, 50}};
    worker.findings.resize(kFindingKinds);
  };
  take(round.workers.back());
  if (round.drain) take(*round.drain);
}

/// The sample with what its rounds' checks need, and values that are easily lost on the way.
Report kept_report() {
  Report report = sample::report();
  for (CaseRecord& record : report.record.cases) {
    report.record.plan.cases.push_back(record.config);
    for (RoundRecord& round : record.rounds) add_evidence(round);
  }
  RoundRecord& round = report.record.cases[0].rounds[0];
  round.workers[0].phase = static_cast<Phase>(77);  // as memory of a crashed worker may hold
  round.workers[0].error = "no UTF-8: \xff";
  round.workers[2].findings[1] = {3, FirstFinding{9, 8, 7, 1, 5}};
  round.bitmap = {UINT64_MAX, 0xfffffffffU};
  round.placement = {PlacementClass::mixed, 1e8, std::nullopt};
  round.service_ns = {{{1, 2}, {512, 3}}, 5};
  report.record.cases[0].promises.survives = "nothing";
  return report;
}

std::string text_of(const Report& report) {
  std::ostringstream text;
  write_record(report, {}, text);
  return text.str();
}

OrderedJson document_of(const Report& report) { return OrderedJson::parse(text_of(report)); }

TEST(Record, what_is_written_is_what_is_read) {
  const Report report = kept_report();
  Report again;
  again.record = record_of(document_of(report), "a.rec");
  EXPECT_EQ(text_of(again), text_of(report));
  const RoundRecord& round = again.record.cases[0].rounds[0];
  EXPECT_EQ(round.workers[0].phase, static_cast<Phase>(77));
  EXPECT_EQ(round.workers[0].error, "no UTF-8: \xef\xbf\xbd");
  EXPECT_EQ(round.workers[2].findings[1].first->expected_sequence, 8U);
  EXPECT_EQ(round.workers[2].tallies[0].sum, UINT64_MAX);
  EXPECT_EQ(round.workers[2].tallies[0].end_sequence, 50U);
  EXPECT_EQ(again.record.cases[0].config, report.record.cases[0].config);
  EXPECT_EQ(again.record.cases[0].promises.survives, "nothing");
  EXPECT_EQ(*again.record.environment.find_as<double>("clock", "cost_ns"), 20.5);
}

struct Wrong {
  const char* pointer;  ///< below /record
  const char* value;    ///< as JSON; empty: taken out
  const char* words;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.pointer << " " << wrong.value; }

class WrongRecord : public testing::TestWithParam<Wrong> {};

TEST_P(WrongRecord, is_refused_with_its_place) {
  OrderedJson document = document_of(kept_report());
  const OrderedJson::json_pointer place(std::string("/record") + GetParam().pointer);
  if (*GetParam().value == '\0') document[place.parent_pointer()].erase(place.back());
  else document[place] = OrderedJson::parse(GetParam().value);
  try {
    static_cast<void>(record_of(document, "a.rec"));
    FAIL() << "it was taken";
  } catch (const Error& error) {
    EXPECT_NE(error.message.find(GetParam().words), std::string::npos) << error.message;
    EXPECT_TRUE(error.where.starts_with("a.rec:/record")) << error.where;
  }
}

constexpr Wrong kWrong[] = {
    {"/plan", "", "is missing"},
    {"/plan", "[]", "an object"},
    {"/plan/rounds", "-1", "an integer from 0 to 4294967295"},
    {"/plan/rounds", "4294967296", "an integer from 0 to 4294967295"},
    {"/plan/timeout_s", "\"1\"", "a number"},
    {"/plan/cases/0/stop", "1", "a string"},
    {"/plan/cases/0/verify", "\"sometimes\"", "no name known"},
    {"/plan/cases/0/id", "\"another\"", "has no case"},
    {"/plan/cases/0/consumers", "0", "no workers"},
    {"/complete", "1", "true or false"},
    {"/cases/0/rounds", "{}", "an array"},
    {"/cases/0/effective/others/0", "[1]", "a pair"},
    {"/cases/0/rounds/0/workers", "[]", "must have 3 workers"},
    {"/cases/0/rounds/0/workers/0/role", "\"consumer\"", "in order"},
    {"/cases/0/rounds/0/workers/1/index", "0", "in order"},
    {"/cases/0/rounds/0/workers/2/tallies", "[]", "a tally of each producer"},
    {"/cases/0/rounds/0/drain/findings", "[]", "each kind of finding"},
    {"/cases/0/rounds/0/workers/0/hardware", "[1]", "not as many items"},
    {"/cases/0/rounds/0/bitmap", "[1]", "a bit a message"},
};
INSTANTIATE_TEST_SUITE_P(Records, WrongRecord, testing::ValuesIn(kWrong));

TEST(Record, another_document_is_none) {
  EXPECT_THROW(static_cast<void>(record_of(OrderedJson::parse("[]"), "a.rec")), Error);
  EXPECT_THROW(static_cast<void>(record_of(OrderedJson::parse(R"({"schema": "pcbench/report"})"), "a.rec")),
               Error);
}

}  // namespace
}  // namespace pcbench
