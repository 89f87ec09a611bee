#include "compare/json_view.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json_pointer.h"

namespace pcbench {
namespace {

constexpr std::string_view kRemedy = "give a report that `bench` wrote with --out FILE";

}  // namespace

JsonView JsonView::at(std::string_view key) const {
  if (!json_->is_object()) reject("must be an object");
  const auto found = json_->find(key);
  const std::string pointer = pointer_ + pointer_token(key);
  if (found == json_->end()) throw Error("is missing", file_ + ": " + pointer, std::string(kRemedy));
  return {*found, file_, pointer};
}

bool JsonView::has(std::string_view key) const {
  if (!json_->is_object()) reject("must be an object");
  const auto found = json_->find(key);
  return found != json_->end() && !found->is_null();
}

std::vector<JsonView> JsonView::items() const {
  if (!json_->is_array()) reject("must be an array");
  std::vector<JsonView> views;
  views.reserve(json_->size());
  for (std::size_t i = 0; i < json_->size(); ++i)
    views.push_back({(*json_)[i], file_, fmt::format("{}/{}", pointer_, i)});
  return views;
}

std::vector<std::pair<std::string, JsonView>> JsonView::members() const {
  if (!json_->is_object()) reject("must be an object");
  std::vector<std::pair<std::string, JsonView>> views;
  for (const auto& [key, value] : json_->items())
    views.emplace_back(key, JsonView{value, file_, pointer_ + pointer_token(key)});
  return views;
}

std::string JsonView::string() const {
  if (!json_->is_string()) reject("must be a string");
  return json_->get<std::string>();
}

double JsonView::number() const {
  if (!json_->is_number()) reject("must be a number");
  return json_->get<double>();
}

bool JsonView::boolean() const {
  if (!json_->is_boolean()) reject("must be true or false");
  return json_->get<bool>();
}

void JsonView::reject(const std::string& rule) const {
  constexpr std::size_t kShown = 60;
  std::string value = json_->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (value.size() > kShown) value = value.substr(0, kShown) + "...";
  throw Error(fmt::format("{} {}", value, rule),
              file_ + ": " + (pointer_.empty() ? "the document" : pointer_), std::string(kRemedy));
}

}  // namespace pcbench
