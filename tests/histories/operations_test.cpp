// The histories of all operations, in the public form: ok-*.json pass every check, bad-CHECK-*.json fail
// CHECK alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "check/history/judge_history.h"
#include "history/history_file.h"

namespace pcbench {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> all_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(PCBENCH_HISTORIES_DIR) / "history"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> failures(const fs::path& file) {
  std::vector<std::string> names;
  for (const Verdict& verdict : recheck(read_history_file(file.string())))
    if (verdict.outcome == Outcome::fail) names.push_back(verdict.check);
  return names;
}

/// The check that FILE is to fail; nullopt: none.
std::optional<std::string> bad_for(const fs::path& file) {
  const std::string name = file.stem().string();
  if (!name.starts_with("bad-")) return std::nullopt;
  return name.substr(4, name.find('-', 4) - 4);
}

class Operations : public testing::TestWithParam<fs::path> {};

TEST_P(Operations, are_judged_as_their_name_says) {
  const std::optional<std::string> bad = bad_for(GetParam());
  EXPECT_TRUE(bad || GetParam().stem().string().starts_with("ok-"));
  EXPECT_EQ(failures(GetParam()), bad ? std::vector{*bad} : std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(All, Operations, testing::ValuesIn(all_files()), [](const auto& file) {
  std::string name = file.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(OperationsFiles, exist_that_fail_each_check) {
  std::set<std::string> failed;
  for (const fs::path& file : all_files())
    if (const std::optional<std::string> bad = bad_for(file)) failed.insert(*bad);
  for (const Verdict& verdict : recheck({})) EXPECT_TRUE(failed.contains(verdict.check)) << verdict.check;
}

}  // namespace
}  // namespace pcbench
