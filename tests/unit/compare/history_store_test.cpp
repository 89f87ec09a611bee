// What a history takes in, and which of its sessions it holds to be alike.
#include "base/error.h"
#include "compare/compare_command.h"
#include "history_stage.h"

namespace pcbench {
namespace {

using namespace test;

TEST_F(History, another_database_is_refused_and_left_as_it_was) {
  const std::string path = folder.path("other.sqlite");
  Database(path).run("CREATE TABLE mine (x)");
  std::ifstream file(path, std::ios::binary);
  const std::string before(std::istreambuf_iterator<char>(file), {});
  EXPECT_THROW(HistoryStore{path}, Error);
  options.database = path;
  EXPECT_EQ(add({session(1, 1)}), 7);
  std::ifstream again(path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(again), {}), before);
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_F(History, a_store_of_the_first_version_is_taken_over) {
  ASSERT_EQ(add({session(1, 1)}), 0);
  Database(options.database).run("ALTER TABLE sessions DROP COLUMN build; PRAGMA user_version = 1");
  EXPECT_EQ(add({session(2, 1)}), 0);
  const std::vector<Session> sessions = HistoryStore(options.database).sessions();
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_TRUE(sessions[0].build.empty());
  EXPECT_EQ(sessions[1].git_commit, "commit2");
  EXPECT_EQ(trend(), 0);
  EXPECT_NE(out.str().find("2 sessions"), std::string::npos) << out.str();
}

TEST_F(History, sessions_of_another_build_or_without_a_case_in_common_are_not_alike) {
  Json debug = session(1, 3, "one"), release = session(2, 1, "one");
  debug["tool"]["build"]["type"] = "Debug";
  release["tool"]["build"]["type"] = "Release";
  Json filtered = session(3, 1, "two"), others = session(4, 1, "two"), again = session(5, 1, "two");
  filtered["cases"].erase(1), others["cases"].erase(0), again["cases"].erase(1);
  for (Json* const one : {&filtered, &others, &again}) (*one)["tool"]["build"]["type"] = "Release";
  ASSERT_EQ(add({debug, release, filtered, others, again}), 0);
  options.as_json = true;
  EXPECT_EQ(trend(), 0);
  const Json json = Json::parse(out.str());
  EXPECT_EQ(json["alike_sessions"]["pairs"], 1) << "the third and the fifth";
  EXPECT_EQ(json["left_out"], 1);
}

TEST_F(History, a_floor_that_moved_far_unlocks_no_verdict) {
  const auto with_floor = [](int number, double slowdown, double floor_slowdown, const std::string& commit) {
    Json json = session(number, slowdown, commit);
    Json floor = passed_case("null", floor_slowdown, 7);
    floor["floor"] = true, floor["outcome"] = "unknown";
    json["cases"].push_back(floor);
    return json;
  };
  // Sessions of one commit lie 20 % apart here: that is no news, nor is a floor three times as slow.
  ASSERT_EQ(add({with_floor(1, 1, 1, "one"), with_floor(2, 1.2, 1, "one")}), 0);
  CompareOptions compare;
  compare.history = options.database;
  compare.reports = {folder.write("a.json", with_floor(1, 1, 1, "two")),
                     folder.write("b.json", with_floor(2, 1.2, 3, "three"))};
  EXPECT_EQ(compare_command(compare, out, err), 0) << out.str();
  EXPECT_NE(out.str().find("alike sessions have lain as far apart"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace pcbench
