#include "plan/json_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/error.h"

namespace pcbench {
namespace {

std::string complaint(const std::string& text) {
  try {
    (void)parse_json(text, "f.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.where, "f.json");
    return error.message + " / " + error.hint;
  }
  return {};
}

TEST(ParseJson, KeepsEveryKindOfValue) {
  const Json document =
      parse_json(R"({"a": [1, -2, 2.5, true, null, "x\u00e9"], "b": {}, "c": [[]]})", "f.json");
  EXPECT_EQ(document["a"][0], 1);
  EXPECT_EQ(document["a"][1], -2);
  EXPECT_EQ(document["a"][2], 2.5);
  EXPECT_EQ(document["a"][3], true);
  EXPECT_EQ(document["a"][4], nullptr);
  EXPECT_EQ(document["a"][5], "xé");
  EXPECT_TRUE(document["b"].is_object());
  EXPECT_EQ(document["c"][0].size(), 0U);
}

TEST(ParseJson, KeepsIntegersOfSixtyFourBits) {
  EXPECT_EQ(parse_json("18446744073709551615", "f.json").get<std::uint64_t>(), UINT64_MAX);
}

struct Broken {
  const char* text;
  const char* says;
};

class ParseJsonRefuses : public testing::TestWithParam<Broken> {};

TEST_P(ParseJsonRefuses, AndSaysWhereAndWhatWasExpected) {
  const std::string said = complaint(GetParam().text);
  EXPECT_NE(said.find(GetParam().says), std::string::npos) << said;
  EXPECT_NE(said.find("line "), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(
    BrokenTexts, ParseJsonRefuses,
    testing::Values(
        Broken{"", "line 1, column 1: the file is empty; expected '{'"},
        Broken{" \n\t ", "the file is empty"},
        Broken{R"({"name": "x", "cases": [}])", "line 1, column 25: unexpected '}'; expected a value"},
        Broken{"{\n  \"a\": 1,\n  \"b\" 2\n}", "line 3, column 7: unexpected number literal; expected ':'"},
        Broken{"[1 2]", "expected ',' or ']'"}, Broken{R"({"a": 1 "b": 2})", "expected ',' or '}'"},
        Broken{"[1, 2,]", "a trailing comma is not accepted"},
        Broken{R"({"a": 1,})", "a trailing comma is not accepted"},
        Broken{"{\n// why\n\"a\": 1}", "comments are not accepted"},
        Broken{"[# x\n1]", "comments are not accepted"}, Broken{"{'a': 1}", "double quotes"},
        Broken{"{a: 1}", "invalid literal \"a\""}, Broken{R"({"a": NaN})", "invalid literal \"NaN\""},
        Broken{"[Infinity]", "invalid literal"}, Broken{"[1e999]", "number overflow"},
        Broken{"[01]", "line 1, column 3"}, Broken{"[\"\t\"]", "control character"},
        Broken{"[\"x", "missing closing quote"}, Broken{"{\"a\":\"\xff\"}", "UTF-8"},
        Broken{"{} {}", "expected end of input"},
        Broken{"{\"a\": [1, {\"b\": 1, \"b\": 2}]}", "the key \"/a/1/b\" comes twice"},
        Broken{"{\"x/y~\": 1, \"x/y~\": 1}", "the key \"/x~1y~0\" comes twice"}));

TEST(ParseJson, CountsColumnsInCharacters) {
  EXPECT_NE(complaint("[\"äöü\", }").find("line 1, column 9"), std::string::npos);
}

TEST(ParseJson, RefusesWhatFollowsANulByte) {
  EXPECT_NE(complaint(std::string("{}\0{", 4)).find("line 1, column 3: a NUL byte"), std::string::npos);
}

TEST(ParseJson, RefusesDepthWithoutGoingThere) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(complaint(nested(kDepthMax)), "");
  EXPECT_NE(complaint(nested(kDepthMax + 1)).find("line 1, column 65: nested deeper than 64"),
            std::string::npos);
  EXPECT_NE(complaint(nested(5000)).find("nested deeper"), std::string::npos);
  EXPECT_NE(complaint(std::string(2'000'000, '[')).find("nested deeper"), std::string::npos);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_NE(complaint(objects).find("nested deeper"), std::string::npos);
}

TEST(ParseJson, RefusesMoreThanItsLimit) {
  EXPECT_NE(complaint('"' + std::string(kTextBytesMax, 'x') + '"').find("larger than 8 MiB"),
            std::string::npos);
}

TEST(ParseJson, CannotBeMadeToWriteToTheTerminal) {
  for (const char* text :
       {"[\"\xc2\x9b'; expected \xc2\x9b[31m\xff\"]", "\x1b[31m", "[\"\x1b\"]", "\xc2\x9b"})
    for (const char c : complaint(text)) EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
}

TEST(ParseJson, IsNotVerboseAboutALongToken) {
  EXPECT_LT(complaint("[\"" + std::string(1'000'000, 'x')).size(), 300U);
  EXPECT_LT(complaint("[" + std::string(1'000'000, 'x')).size(), 300U);
}

TEST(ReadText, NamesAFileThatCannotBeRead) {
  for (const char* file : {"/nonexistent/config.json", "/"}) {
    try {
      (void)read_text(file);
      ADD_FAILURE() << file << " was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.where, file);
      EXPECT_FALSE(error.message.empty());
    }
  }
}

TEST(ReadText, StopsReadingAnEndlessFile) { EXPECT_THROW((void)read_text("/dev/zero"), Error); }

TEST(ReadText, KeepsEveryByte) {
  const std::string file = testing::TempDir() + "pcbench-read-text";
  const std::string bytes("a\0\r\n\xff", 5);
  std::ofstream(file, std::ios::binary) << bytes;
  EXPECT_EQ(read_text(file), bytes);
  EXPECT_EQ(std::remove(file.c_str()), 0);
}

TEST(Shown, IsShortAndPrintable) {
  EXPECT_EQ(shown("pip"), "\"pip\"");
  EXPECT_EQ(shown(1.5), "1.5");
  EXPECT_EQ(shown(Json::array({1})), "[1 element]");
  EXPECT_EQ(shown(Json::object()), "{0 keys}");
  const std::string line = shown("\x1b[31m\n\xc2\x9b" + std::string(1000, 'x'));
  EXPECT_LT(line.size(), 130U);
  for (const char c : line) EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
}

}  // namespace
}  // namespace pcbench
