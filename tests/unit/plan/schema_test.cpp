// The schema that editors use, the table that bench uses, and the shipped configs agree with each other.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "plan/keys.h"
#include "support.h"

namespace pcbench {
namespace {

const std::filesystem::path kSource = PCBENCH_SOURCE_DIR;

Json read_json(const std::filesystem::path& file) { return parse_json(read_text(file), file); }
const Json& schema_json() {
  static const Json document = read_json(kSource / "schemas/config-1.json");
  return document;
}

/// What the schema finds wrong with DOCUMENT; empty: nothing.
std::string schema_complaint(const Json& document) {
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json()), schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) return {};
  std::string all;
  for (const valijson::ValidationResults::Error& error : results) {
    for (const std::string& step : error.context) all += step;
    all += ": " + error.description + "\n";
  }
  return all;
}

std::vector<std::filesystem::path> shipped_configs() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / "configs"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// What PART is, or refers to.
Json referred(const Json& part) {
  if (!part.contains("$ref")) return part;
  return schema_json()[Json::json_pointer(part["$ref"].get<std::string>().substr(1))];
}

/// The part of the schema that describes one value of ROW where PROPERTY describes the key.
Json value_schema(const KeyRow& row, const Json& property) {
  if (!property.contains("anyOf") || !row.sweeps) return property;
  return referred(property["anyOf"][0]);
}

/// Names that a registry decides are left open by the schema: a new row there must not need a new schema.
bool open_names(const KeyRow& row) { return row.key == "transport" || row.key == "stop"; }

void expect_agreement(const std::vector<KeyRow>& rows, const Json& properties);

void expect_value_agreement(const KeyRow& row, const Json& value) {
  const std::string text = value.dump();
  if (row.integer) {
    EXPECT_NE(text.find("\"minimum\":" + std::to_string(row.integer->least)), std::string::npos) << row.key;
    if (row.integer->most != UINT64_MAX) {  // which validators would compare as a double or as -1
      EXPECT_NE(text.find("\"maximum\":" + std::to_string(row.integer->most)), std::string::npos) << row.key;
    }
  }
  if (row.number) {
    EXPECT_EQ(value.at("minimum"), row.number->least) << row.key;
    EXPECT_EQ(value.at("maximum"), row.number->most) << row.key;
  }
  if (!row.names.empty() && !open_names(row)) {
    Json names = Json::array();
    for (const Choice& choice : row.names) names.push_back(choice.name);
    EXPECT_NE(text.find("\"enum\":" + names.dump()), std::string::npos) << row.key << " in " << text;
  }
  if (!row.members.empty() && value.contains("properties"))
    expect_agreement(row.members, value["properties"]);
  if (!row.item.empty() && value.contains("items") && !row.item.front().members.empty())
    expect_agreement(row.item.front().members, referred(value["items"])["properties"]);
}

void expect_agreement(const std::vector<KeyRow>& rows, const Json& properties) {
  std::set<std::string> in_table, in_schema;
  for (const KeyRow& row : rows) in_table.emplace(row.key);
  for (const auto& [key, property] : properties.items()) in_schema.insert(key);
  EXPECT_EQ(in_table, in_schema);
  for (const KeyRow& row : rows) {
    const auto property = properties.find(row.key);
    if (property == properties.end()) continue;
    EXPECT_EQ(property->value("description", ""), row.help) << row.key;
    EXPECT_EQ(property->contains("default"), !row.fallback.empty()) << row.key;
    if (!row.fallback.empty()) {
      EXPECT_EQ(property->value("default", Json()), Json::parse(row.fallback)) << row.key;
    }
    expect_value_agreement(row, value_schema(row, *property));
  }
}

TEST(Schema, HasTheKeysOfTheTableWithTheirWordsRangesNamesAndDefaults) {
  expect_agreement(top_keys(), schema_json()["properties"]);
  expect_agreement(case_keys(), schema_json()["definitions"]["case"]["properties"]);
}

TEST(Schema, AcceptsEveryShippedConfig) {
  EXPECT_GE(shipped_configs().size(), 12U);
  for (const auto& file : shipped_configs()) EXPECT_EQ(schema_complaint(read_json(file)), "") << file;
}

TEST(Schema, RefusesWhatTheTableRefuses) {
  for (const char* bad :
       {R"({})", R"({"cases": []})", R"({"cases": [{"colour": 1}]})", R"({"cases": [{}], "round": 1})",
        R"({"cases": [{"messages": -1}]})", R"({"cases": [{"messages": "5"}]})",
        R"({"cases": [{"wait": "sleep"}]})", R"({"cases": [{"wait": []}]})",
        R"({"cases": [{"topology": "0x1"}]})", R"({"cases": [{"work": {"x": 1}}]})",
        R"({"cases": [{"pin": [-1]}]})", R"({"cases": [{"expect": {"order": "bad"}}]})",
        R"({"cases": [{"faults": [{"kind": "kill"}]}]})", R"({"cases": [{}], "name": "../x"})"})
    EXPECT_NE(schema_complaint(Json::parse(bad)), "") << bad;
}

TEST(ShippedConfigs, PointAtTheSchema) {
  for (const auto& file : shipped_configs()) {
    const std::string relative = read_json(file).value("$schema", "");
    EXPECT_TRUE(std::filesystem::equivalent(file.parent_path() / relative, kSource / "schemas/config-1.json"))
        << file;
  }
}

TEST(ShippedConfigs, SayWhichQuestionTheyAsk) {
  for (const auto& file : shipped_configs())
    EXPECT_FALSE(read_json(file).value("comment", "").empty()) << file;
}

TEST(ShippedConfigs, AreGoodAndNeedNoWarning) {
  for (const auto& file : shipped_configs()) {
    if (file.filename() == "mpi.json") continue;  // under mpirun only: tests/mpi
    try {
      EXPECT_TRUE(warnings_of(plan_of(read_text(file))).empty()) << file;
    } catch (const Error& error) {
      ADD_FAILURE() << file << ": " << error.message;
    }
  }
}

}  // namespace
}  // namespace pcbench
