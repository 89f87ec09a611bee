#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "report/json_file.h"
#include "report/json_parts.h"
#include "report/page.h"

namespace pcbench {
namespace {

constexpr std::string_view kSchemas[] = {"pcbench/report", "pcbench/ab", "pcbench/comparison",
                                         "pcbench/trend"};

OrderedJson read_page_document(const std::string& path) {
  OrderedJson document = read_ordered_json_file(path);
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
  for (const std::string& file : files)
    all.push_back({{"file", file}, {"document", read_page_document(file)}});
  std::string page(page_template());
  const std::string data = script_safe(all.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
  return page.replace(page.find(kPageData), kPageData.size(), data);
}

bool page_has_charts() noexcept { return page_template().find("var uPlot=") != std::string_view::npos; }

}  // namespace pcbench
