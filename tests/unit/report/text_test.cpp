#include "report/text.h"

#include <gtest/gtest.h>

#include <sstream>

namespace pcbench {
namespace {

TEST(Text, counts_have_three_digits_and_a_prefix) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(980), "980");
  EXPECT_EQ(human_count(999.6), "1.00 k");
  EXPECT_EQ(human_count(12'345), "12.3 k");
  EXPECT_EQ(human_count(4'214'000), "4.21 M");
  EXPECT_EQ(human_count(7.5e12), "7500 G");
}

TEST(Text, durations_choose_their_unit) {
  EXPECT_EQ(human_ns(37), "37 ns");
  EXPECT_EQ(human_ns(20.46), "20.5 ns");
  EXPECT_EQ(human_ns(1'234), "1.23 us");
  EXPECT_EQ(human_ns(45'600'000), "45.6 ms");
  EXPECT_EQ(human_ns(12e9), "12.0 s");
  EXPECT_EQ(human_s(23.44), "23.4 s");
  EXPECT_EQ(human_s(59.96), "1 min 0 s");
  EXPECT_EQ(human_s(3725), "1 h 2 min");
}

TEST(Text, nouns_follow_their_number) {
  EXPECT_EQ(counted(1, "case"), "1 case");
  EXPECT_EQ(counted(0, "case"), "0 cases");
}

TEST(Text, wrapping_breaks_at_blanks_and_indents_what_follows) {
  EXPECT_EQ(wrapped("  one two three", 4, 9), "  one two\n    three\n");
  EXPECT_EQ(wrapped("averyveryverylongword", 2, 5), "averyveryverylongword\n");
  EXPECT_EQ(wrapped("", 2, 5), "\n");
}

TEST(Table, columns_are_aligned_and_lines_end_without_blanks) {
  Table table({{"name"}, {"rate", true}, {"note"}});
  table.add_row({{"a"}, {"1"}, {"x"}});
  table.add_heading("group");
  table.add_row({{"long"}, {"1000"}, {}});
  std::ostringstream text;
  table.write({}, text);
  EXPECT_EQ(text.str(), "name  rate  note\na        1  x\n\ngroup\nlong  1000\n");
}

TEST(Paint, leaves_line_ends_alone) {
  EXPECT_EQ(painted("one\n  two\n", Paint::good, true), "\x1b[32mone\x1b[0m\n\x1b[32m  two\x1b[0m\n");
  EXPECT_EQ(painted("one\n", Paint::good, false), "one\n");
}

TEST(Table, column_in_which_nothing_is_said_is_left_out) {
  Table table({{"name"}, {"rate", true}, {"note"}});
  table.add_row({{"a"}, {}, {"x"}});
  std::ostringstream text;
  table.write({}, text);
  EXPECT_EQ(text.str(), "name  note\na     x\n");
}

TEST(Table, too_wide_loses_what_matters_least_and_then_shortens_labels) {
  Table table({{"name"}, {"keep"}, {"second", false, 1}, {"first", false, 2}});
  table.add_row({{std::string(40, 'n')}, {"keep"}, {"second"}, {"first"}});
  const auto at_width = [&](std::uint32_t width) {
    std::ostringstream text;
    table.write({false, width}, text);
    return text.str();
  };
  EXPECT_NE(at_width(70).find("first"), std::string::npos);
  EXPECT_NE(at_width(46).find("first"), std::string::npos) << "a shorter label is enough";
  EXPECT_EQ(at_width(40).find("first"), std::string::npos);
  EXPECT_NE(at_width(40).find("second"), std::string::npos);
  EXPECT_NE(at_width(31).find("nn..  keep"), std::string::npos);
  EXPECT_EQ(at_width(31).find("second"), std::string::npos);
}

}  // namespace
}  // namespace pcbench
