#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "base/error.h"
#include "history_stage.h"

namespace pcbench {
namespace {

using namespace test;

TEST_F(History, reports_are_added_once_and_listed) {
  EXPECT_EQ(add({session(1, 1), session(2, 1), session(1, 1)}), 0);
  EXPECT_NE(out.str().find("r2.json: was there already"), std::string::npos) << out.str();
  EXPECT_EQ(stored(), 2U);
  out.str("");
  EXPECT_EQ(history_list(options, out), 0);
  EXPECT_NE(out.str().find("commit2"), std::string::npos) << out.str();
}

TEST_F(History, what_was_added_is_read_back_as_it_was) {
  const Json json = session(1, 1);
  ASSERT_EQ(add({json}), 0);
  HistoryStore store(options.database);
  const StoredReport back = store.report_of(store.sessions().front());
  ASSERT_EQ(back.cases.size(), 2U);
  EXPECT_EQ(back.cases[0].find("service_ns_p50")->samples,
            json["cases"][0]["metrics"]["service_ns_p50"]["samples"].get<std::vector<double>>());
  EXPECT_TRUE(back.cases[0].find("throughput_msgs_per_s")->higher_is_better);
}

TEST_F(History, an_incorrect_case_is_no_history) {
  ASSERT_EQ(add({report({failed(passed_case("bad", 1, 1)), passed_case("good", 1, 2)})}), 0);
  HistoryStore store(options.database);
  const StoredReport back = store.report_of(store.sessions().front());
  ASSERT_EQ(back.cases.size(), 1U);
  EXPECT_EQ(back.cases[0].id, "good");
}

TEST_F(History, a_slower_level_is_a_regression_with_its_commit) {
  std::vector<Json> reports;
  for (int i = 0; i < 30; ++i) reports.push_back(session(i, i < 18 ? 1 : 1.2));
  ASSERT_EQ(add(reports), 0);
  EXPECT_EQ(trend(), 4);
  EXPECT_NE(out.str().find("commit18"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("3 of 6 regressed"), std::string::npos) << out.str();
  options.as_json = true;
  EXPECT_EQ(trend(), 4);
  const Json json = Json::parse(out.str());
  EXPECT_EQ(json["series"][0]["case"], "one/a");
  EXPECT_EQ(json["series"][0]["shifts"][0]["git_commit"], "commit18");
}

TEST_F(History, a_faster_level_or_a_noisy_series_is_not) {
  std::vector<Json> reports;
  for (int i = 0; i < 30; ++i) reports.push_back(session(i, i < 18 ? 1.2 : 1));
  ASSERT_EQ(add(reports), 0);
  EXPECT_EQ(trend(), 0);
  options.case_part = "two";
  EXPECT_EQ(trend(), 0);
  EXPECT_EQ(out.str().find("one/a"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("0 of 3 regressed"), std::string::npos) << out.str();
}

TEST_F(History, sessions_of_another_machine_are_left_out) {
  Json other = session(3, 1);
  other["environment"]["cpu"]["model"] = "Other CPU";
  ASSERT_EQ(add({other, session(1, 1), session(4, 1), session(5, 1)}), 0);
  EXPECT_EQ(trend(), 0);
  EXPECT_NE(out.str().find("3 sessions"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("1 session of other machines"), std::string::npos) << out.str();
}

TEST_F(History, alike_sessions_tell_the_rate_of_false_alarms) {
  ASSERT_EQ(add({session(1, 1, "same"), session(2, 1.3, "same"), session(3, 1, "same"), session(4, 1, "same"),
                 session(5, 1, "other-dirty"), session(6, 2, "other-dirty")}),
            0);
  (void)trend();
  EXPECT_NE(out.str().find("alike sessions in 1 of 2"), std::string::npos) << out.str();
}

TEST_F(History, compared_with_a_history_only_more_than_alike_sessions_differ_is_believed) {
  ASSERT_EQ(add({session(1, 1, "same"), session(2, 1.1, "same")}), 0);
  const auto compare = [&](double slowdown) {
    CompareOptions compare_options;
    compare_options.reports = {folder.write("old.json", session(7, 1)),
                               folder.write("new.json", session(8, slowdown))};
    compare_options.history = options.database;
    out.str("");
    return compare_command(compare_options, out, err);
  };
  EXPECT_EQ(compare(1.05), 0);
  EXPECT_NE(out.str().find("alike sessions have lain as far apart"), std::string::npos) << out.str();
  EXPECT_EQ(compare(1.5), 4);
  EXPECT_NE(out.str().find("alarms falsely in 50.0 %"), std::string::npos) << out.str();
}

TEST_F(History, a_file_that_is_no_history_is_refused_and_untouched) {
  options.database = folder.write("notes.txt", std::string(5000, 'x'));
  EXPECT_EQ(add({session(1, 1)}), 7);
  EXPECT_EQ(std::filesystem::file_size(options.database), 5000U);
  options.database = folder.path("none.sqlite");
  EXPECT_THROW((void)trend(), Error);
  EXPECT_FALSE(std::filesystem::exists(options.database));
}

TEST_F(History, a_newer_store_is_refused) {
  ASSERT_EQ(add({session(1, 1)}), 0);
  Database(options.database).run("PRAGMA user_version = 99");
  EXPECT_THROW((void)trend(), Error);
}

/// A process that adds sessions FIRST, FIRST + 1 … and says so on FD, one byte each, until COUNT or its
/// death.
pid_t start_writer(const std::string& path, int first, int count, int fd) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  for (int i = 0; i < count; ++i) {
    try {
      HistoryStore(path).add(report_of(session(first + i, 1), "r.json"));
    } catch (const Error&) {
      ::_exit(1);
    }
    if (::write(fd, "+", 1) != 1) ::_exit(2);
  }
  ::_exit(0);
}

std::size_t bytes_in(int fd) {
  std::size_t count = 0;
  char buffer[256];
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
    count += static_cast<std::size_t>(got);
  return count;
}

TEST_F(History, writers_that_come_together_lose_nothing) {
  std::filesystem::create_directory(folder.path("store"));
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::vector<pid_t> writers;
  for (int i = 0; i < 4; ++i) writers.push_back(start_writer(options.database, 1000 * i, 6, ends[1]));
  ::close(ends[1]);
  EXPECT_EQ(bytes_in(ends[0]), 24U);
  ::close(ends[0]);
  for (const pid_t writer : writers) {
    int status = 0;
    ::waitpid(writer, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(stored(), 24U);
}

TEST_F(History, a_killed_writer_loses_nothing_that_was_added) {
  std::filesystem::create_directory(folder.path("store"));
  std::size_t told = 0;
  for (int i = 0; i < 12; ++i) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t writer = start_writer(options.database, 1000 * i, 1000, ends[1]);
    ::close(ends[1]);
    char byte = 0;
    for (int adds = 0; adds <= i % 3; ++adds) told += ::read(ends[0], &byte, 1) == 1 ? 1U : 0U;
    ::usleep(static_cast<useconds_t>(700 * i));  // somewhere inside the next one
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    told += bytes_in(ends[0]);
    ::close(ends[0]);
    EXPECT_GE(stored(), told);
    EXPECT_LE(stored(), told + static_cast<std::size_t>(i) + 1);  // added, but killed before it was told
  }
}

TEST_F(History, a_full_disk_loses_nothing_that_was_added) {
  ASSERT_EQ(add({session(1, 1), session(2, 1)}), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const auto bytes = static_cast<rlim_t>(std::filesystem::file_size(options.database) + 4096);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::vector<std::string> paths;
    for (int i = 0; i < 200; ++i) {
      try {
        HistoryStore(options.database).add(report_of(session(100 + i, 1), "r.json"));
      } catch (const Error& error) {
        ::_exit(error.message.find("history cannot be") != std::string::npos ? 0 : 3);
      }
    }
    ::_exit(4);  // it never got full
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_GE(stored(), 2U);
  EXPECT_EQ(add({session(1, 1), session(3, 1)}), 0);
  EXPECT_NE(out.str().find("r0.json: was there already"), std::string::npos);
}

TEST_F(History, an_unwritable_place_exits_with_seven) {
  options.database = "/proc/none/history.sqlite";
  EXPECT_EQ(add({session(1, 1)}), 7);
  EXPECT_NE(err.str().find("hint:"), std::string::npos) << err.str();
}

}  // namespace
}  // namespace pcbench
