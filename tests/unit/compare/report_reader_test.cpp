#include "compare/report_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "stored_reports.h"
#include "support/thinned.h"

namespace pcbench {
namespace {

using namespace test;

/// What reading TEXT as a report says is wrong and where; empty: nothing.
std::pair<std::string, std::string> complaint(const std::string& text) {
  const TemporaryFolder folder;
  try {
    (void)read_report(folder.write("r.json", text));
    return {};
  } catch (const Error& error) {
    return {error.message, error.where};
  }
}

std::pair<std::string, std::string> complaint(const Json& json) { return complaint(json.dump()); }

TEST(ReportReader, a_whole_report_is_read_without_its_bulk) {
  const TemporaryFolder folder;
  const StoredReport read =
      read_report(folder.write("r.json", report({passed_case("a", 1, 1), passed_case("b", 1, 2)})));
  ASSERT_EQ(read.cases.size(), 2U);
  EXPECT_EQ(read.cases[1].id, "b");
  EXPECT_EQ(read.cases[0].placements.size(), 12U);
  EXPECT_EQ(read.cases[0].find("service_ns_p50")->samples.size(), 12U);
  EXPECT_FALSE(read.cases[0].find("service_ns_p50")->higher_is_better);
  EXPECT_EQ(read.cases[0].find("nothing"), nullptr);
  EXPECT_EQ(read.git_commit, "abc");
}

TEST(ReportReader, what_is_wrong_is_named_by_its_pointer) {
  Json wrong = report({passed_case("a", 1, 1)});
  wrong["cases"][0]["metrics"]["service_ns_p50"]["samples"][3] = "fast";
  EXPECT_NE(complaint(wrong).second.find(": /cases/0/metrics/service_ns_p50/samples/3"), std::string::npos);
  wrong = report({passed_case("a", 1, 1)});
  wrong["cases"][0].erase("id");
  EXPECT_EQ(complaint(wrong).first, "is missing");
  EXPECT_NE(complaint(wrong).second.find(": /cases/0/id"), std::string::npos);
  wrong = report({passed_case("a/b~c", 1, 1)});
  wrong["cases"][0]["outcome"] = "maybe";
  EXPECT_EQ(complaint(wrong).first, "\"maybe\" must be pass, fail or unknown");
}

TEST(ReportReader, another_major_version_is_refused_and_a_later_minor_one_read) {
  Json other = report({});
  other["schema_version"] = "2.0";
  EXPECT_NE(complaint(other).first.find("does not know"), std::string::npos);
  other["schema_version"] = "1.7";
  other["something_new"] = {1, 2, 3};
  EXPECT_EQ(complaint(other).first, "");
  other["schema"] = "pcbench/history";
  EXPECT_NE(complaint(other).first, "");
}

TEST(ReportReader, text_that_is_no_json_is_refused_with_its_place) {
  EXPECT_NE(complaint(std::string("{\"a\": 1,\n  nonsense}")).first.find("line 2"), std::string::npos);
  for (const char* text :
       {"", "[]", "null", "3", "\"x\"", "{}", "{} {}", "{\"schema\": 1}", "\xff\xfe", "[1e999]"})
    EXPECT_NE(complaint(std::string(text)).first, "") << text;
  EXPECT_NE(complaint(std::string(100'000, '[')).first.find("nested deeper"), std::string::npos);
  std::string deep = "{\"workers\": ";
  deep += std::string(100'000, '[');
  EXPECT_NE(complaint(deep).first.find("nested deeper"), std::string::npos);
}

TEST(ReportReader, files_that_cannot_be_read_are_errors) {
  EXPECT_THROW((void)read_report("/nonexistent/r.json"), Error);
  EXPECT_THROW((void)read_report("/"), Error);
}

TEST(ReportReader, a_damaged_report_is_read_or_refused_but_never_crashes) {
  const std::string whole = report({passed_case("a", 1, 1, 2)}).dump();
  std::mt19937_64 random(1);
  for (std::size_t i = 3000 / test::stride(5); i-- > 0;) {
    std::string text = whole;
    for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 40);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), 1 + random() % 40));
          break;
      }
    }
    (void)complaint(text);
  }
}

}  // namespace
}  // namespace pcbench
