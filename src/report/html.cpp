#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

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

/// Appends JSON as a script element, in ASCII. '<' occurs in strings only, and only it could end the element.
void append_element(std::string& page, std::string_view name, const OrderedJson& json) {
  page += fmt::format("<script type=\"application/json\" class=\"{}\">", name);
  for (const char c : json.dump(-1, ' ', true, OrderedJson::error_handler_t::replace)) {
    if (c == '<') page += "\\u003c";
    else page += c;
  }
  page += "</script>\n";
}

/// Appends FILE's document without its cases, then each of these: one long element takes a browser almost
/// twice the time of many short ones.
void append_file(std::string& page, const std::string& file) {
  OrderedJson document = read_page_document(file);
  OrderedJson cases = OrderedJson::array();
  if (document.contains("cases") && document["cases"].is_array()) cases.swap(document["cases"]);
  append_element(page, "file", {{"file", file}, {"document", std::move(document)}});
  for (const OrderedJson& one : cases) append_element(page, "case", one);
}

}  // namespace

std::string html_page(const std::vector<std::string>& files) {
  const std::string_view page = page_template();
  const std::size_t at = page.find(kPageData);
  std::string filled(page.substr(0, at));
  for (const std::string& file : files) append_file(filled, file);
  return filled.append(page.substr(at + kPageData.size()));
}

bool page_has_charts() noexcept { return page_template().find("var uPlot=") != std::string_view::npos; }

}  // namespace pcbench
