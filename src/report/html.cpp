#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "report/page.h"

namespace pcbench {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::string_view kSchemas[] = {"pcbench/report", "pcbench/ab", "pcbench/comparison",
                                         "pcbench/trend"};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) throw system_error(path);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) throw system_error(path);
  return text;
}

/// Deeper than this is no JSON of ours, and writing it down again would need a stack as deep.
constexpr int kDepthMax = 100;

OrderedJson read_document(const std::string& path) {
  const auto shallow = [&](int depth, OrderedJson::parse_event_t /*event*/, OrderedJson& /*parsed*/) {
    if (depth > kDepthMax)
      throw Error(fmt::format("nested deeper than {} levels", kDepthMax), path,
                  "give the report that --out FILE wrote");
    return true;
  };
  OrderedJson document;
  try {
    document = OrderedJson::parse(read_file(path), shallow);
  } catch (const OrderedJson::parse_error& error) {
    throw Error(fmt::format("no JSON: {}", error.what()), path, "give the report that --out FILE wrote");
  }
  const OrderedJson schema =
      document.is_object() && document.contains("schema") ? document["schema"] : OrderedJson();
  const auto is_its = [&](std::string_view known) { return schema == OrderedJson(known); };
  if (std::none_of(std::begin(kSchemas), std::end(kSchemas), is_its))
    throw Error(fmt::format("its schema is {}, not one of {}", schema.dump(), fmt::join(kSchemas, ", ")),
                path, "give the JSON of bench run, ab, compare or history trend");
  return document;
}

/// JSON that may stand in a script element: '<' occurs in strings only, and only it could end the element.
std::string script_safe(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<') safe += "\\u003c";
    else safe += c;
  }
  return safe;
}

}  // namespace

std::string html_page(const std::vector<std::string>& files) {
  OrderedJson all = OrderedJson::array();
  for (const std::string& file : files) all.push_back({{"file", file}, {"document", read_document(file)}});
  std::string page(page_template());
  const std::string data = script_safe(all.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
  return page.replace(page.find(kPageData), kPageData.size(), data);
}

bool page_has_charts() noexcept { return page_template().find("var uPlot=") != std::string_view::npos; }

}  // namespace pcbench
