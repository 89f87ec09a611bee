// history_stage: a history in a folder of its own, and reports to put into it.
#pragma once

#include <gtest/gtest.h>

#include <sstream>

#include "compare/history_command.h"
#include "stored_reports.h"

namespace pcbench::test {

/// The report of session NUMBER, at a commit of its own unless COMMIT says which.
inline Json session(int number, double slowdown, const std::string& commit = {}) {
  Json json = report({passed_case("one/a", slowdown, 100 * static_cast<std::uint64_t>(number)),
                      passed_case("two/b", 1, 100 * static_cast<std::uint64_t>(number) + 50)});
  json["started_at"] =
      "2024-01-01T00:" + std::to_string(10 + number / 60) + ":" + std::to_string(10 + number % 60) + "Z";
  json["tool"]["git_commit"] = commit.empty() ? "commit" + std::to_string(number) : commit;
  return json;
}

class History : public testing::Test {
 protected:
  History() { options.database = folder.path("store/history.sqlite"); }

  int add(const std::vector<Json>& reports) {
    options.reports.clear();
    for (std::size_t i = 0; i < reports.size(); ++i)
      options.reports.push_back(folder.write("r" + std::to_string(i) + ".json", reports[i]));
    return history_add(options, out, err);
  }
  int trend() {
    out.str("");
    return history_trend(options, out);
  }
  /// How many sessions there are, in a store that is whole.
  std::size_t stored() {
    Database database(options.database);
    Statement check = database.prepare("PRAGMA integrity_check");
    check.step();
    EXPECT_EQ(check.text(0), "ok");
    return HistoryStore(options.database).sessions().size();
  }

  TemporaryFolder folder;
  HistoryOptions options;
  std::ostringstream out, err;
};

}  // namespace pcbench::test
