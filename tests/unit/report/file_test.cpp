#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "report/formats.h"
#include "sample.h"

namespace pcbench {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test.
class ReportFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "pcbench-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void put(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

  fs::path folder_;
  const FormatRow& json_ = *find_format("json");
};

TEST_F(ReportFile, is_written_whole_and_alone) {
  write_report_file(sample::report(), json_, path("r.json"));
  EXPECT_EQ(content(path("r.json")).front(), '{');
  EXPECT_EQ(content(path("r.json")).back(), '\n');
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportFile, replaces_what_was_there) {
  put(path("r.json"), "old");
  write_report_file(sample::report(), json_, path("r.json"));
  EXPECT_NE(content(path("r.json")), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportFile, keeps_the_mode_of_what_was_there) {
  put(path("r.json"), "old");
  ASSERT_EQ(::chmod(path("r.json").c_str(), 0640), 0);
  write_report_file(sample::report(), json_, path("r.json"));
  struct stat status{};
  ASSERT_EQ(::stat(path("r.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
}

TEST_F(ReportFile, keeps_the_old_one_when_the_new_one_does_not_fit) {
  put(path("r.json"), "old");
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  ::getrlimit(RLIMIT_FSIZE, &old_limit);
  const rlimit small = {100, old_limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  try {
    write_report_file(sample::report(), json_, path("r.json"));
    ADD_FAILURE() << "a report of more than 100 bytes was written";
  } catch (const Error& error) {
    EXPECT_EQ(error.where, path("r.json"));
  }
  ::setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(content(path("r.json")), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportFile, full_device_is_an_error_that_names_it) {
  try {
    write_report_file(sample::report(), json_, "/dev/full");
    ADD_FAILURE() << "/dev/full took the report";
  } catch (const Error& error) {
    EXPECT_EQ(error.where, "/dev/full");
    EXPECT_NE(error.message.find("No space left"), std::string::npos) << error.message;
  }
  struct stat status{};
  ASSERT_EQ(::stat("/dev/full", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode)) << "the device was replaced by a file";
}

TEST_F(ReportFile, goes_to_the_file_behind_a_link) {
  fs::create_directory(path("real"));
  put(path("real/r.json"), "old");
  fs::create_symlink(path("real/r.json"), path("link.json"));
  write_report_file(sample::report(), json_, path("link.json"));
  EXPECT_TRUE(fs::is_symlink(path("link.json")));
  EXPECT_NE(content(path("real/r.json")), "old");
}

TEST_F(ReportFile, missing_folder_and_folder_itself_are_refused_before_anything_runs) {
  EXPECT_THROW(check_writable(path("none/r.json")), Error);
  EXPECT_THROW(check_writable(folder_.string()), Error);
  try {
    check_writable("/nonexistent/r.json");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.where, "/nonexistent/r.json");
  }
}

TEST_F(ReportFile, check_leaves_no_trace) {
  put(path("r.json"), "old");
  check_writable(path("r.json"));
  check_writable(path("new.json"));
  EXPECT_EQ(content(path("r.json")), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportFile, has_the_permissions_that_a_new_file_gets) {
  const mode_t old_mask = ::umask(022);
  write_report_file(sample::report(), json_, path("r.json"));
  ::umask(old_mask);
  struct stat status{};
  ASSERT_EQ(::stat(path("r.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0644U);
}

TEST(Formats, are_found_by_name) {
  for (const FormatRow& row : formats()) EXPECT_EQ(find_format(row.name), &row);
  EXPECT_EQ(find_format("word"), nullptr);
}

}  // namespace
}  // namespace pcbench
