#include "cli/outputs.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace pcbench {
namespace {

Outputs outputs_of(std::vector<std::string> outs, const std::string& format = {}, bool quiet = false) {
  RunOptions options;
  options.outs = std::move(outs);
  options.format = format;
  options.quiet = quiet;
  return choose_outputs(options, "nton");
}

std::string stdout_of(const Outputs& outputs) {
  return outputs.on_stdout == nullptr ? "nothing" : std::string(outputs.on_stdout->name);
}

TEST(Outputs, default_is_a_table_and_a_file_in_results) {
  const Outputs outputs = outputs_of({});
  ASSERT_EQ(outputs.files.size(), 1U);
  EXPECT_EQ(outputs.files[0].path, "results/nton.json");
  EXPECT_EQ(outputs.files[0].format->name, "json");
  EXPECT_EQ(stdout_of(outputs), "console");
  EXPECT_FALSE(outputs.table_on_stderr);
}

TEST(Outputs, prefix_is_a_format_only_where_one_is_called_so) {
  const Outputs outputs = outputs_of({"csv:a.csv", "c:a.json", "b.json"});
  EXPECT_EQ(outputs.files[0].format->name, "csv");
  EXPECT_EQ(outputs.files[0].path, "a.csv");
  EXPECT_EQ(outputs.files[1].format->name, "json");
  EXPECT_EQ(outputs.files[1].path, "c:a.json");
  EXPECT_EQ(outputs.files[2].path, "b.json");
}

TEST(Outputs, dash_is_stdout_in_any_format) {
  EXPECT_EQ(stdout_of(outputs_of({"-"})), "json");
  EXPECT_EQ(stdout_of(outputs_of({"csv:-"})), "csv");
  EXPECT_TRUE(outputs_of({"-"}).files.empty());
  EXPECT_TRUE(outputs_of({"-"}).table_on_stderr);
  EXPECT_FALSE(outputs_of({"-"}, "", true).table_on_stderr);
}

TEST(Outputs, quiet_leaves_what_was_asked_for) {
  EXPECT_EQ(stdout_of(outputs_of({}, "", true)), "nothing");
  EXPECT_EQ(stdout_of(outputs_of({}, "csv", true)), "csv");
}

TEST(Outputs, two_reports_in_one_place_are_refused) {
  EXPECT_THROW(outputs_of({"-"}, "csv"), Error);
  EXPECT_THROW(outputs_of({"-", "csv:-"}), Error);
  EXPECT_THROW(outputs_of({"a", "csv:a"}), Error);
  EXPECT_THROW(outputs_of({"a", "csv:./a"}), Error);
  EXPECT_THROW(outputs_of({"results/../a", "csv:" + (std::filesystem::current_path() / "a").string()}),
               Error);
}

TEST(Outputs, unknown_format_and_missing_name_are_refused) {
  EXPECT_THROW(outputs_of({}, "cvs"), Error);
  EXPECT_THROW(outputs_of({"csv:"}), Error);
  EXPECT_THROW(outputs_of({""}), Error);
}

}  // namespace
}  // namespace pcbench
