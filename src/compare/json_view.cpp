#include "compare/json_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace pcbench {
namespace {

using Document = nlohmann::json;

constexpr std::size_t kDepthMax = 100;
constexpr std::string_view kRemedy = "give a report that `bench` wrote with --out FILE";

/// Builds a document from the parser's events, without what is under a skipped key.
class DocumentBuilder : public nlohmann::json_sax<Document> {
 public:
  DocumentBuilder(std::string file, std::span<const std::string_view> skipped)
      : file_(std::move(file)), skipped_(skipped) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON text has none
  bool start_object(std::size_t /*size*/) override { return open(Document::object()); }
  bool start_array(std::size_t /*size*/) override { return open(Document::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (skip_depth_ != 0) return true;
    skip_next_ = std::find(skipped_.begin(), skipped_.end(), name) != skipped_.end();
    if (!skip_next_) target_ = &(*stack_.back())[std::move(name)];
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    const std::string_view text = error.what();
    const std::size_t begin = text.find("] ");
    throw Error(
        fmt::format("no valid JSON: {}", begin == std::string_view::npos ? text : text.substr(begin + 2)),
        file_, std::string(kRemedy));
  }

  Document take() { return std::move(root_); }

 private:
  /// Where the next value belongs; nullptr: nowhere, it is skipped.
  Document* place() {
    if (skip_depth_ != 0) return nullptr;
    if (skip_next_) {
      skip_next_ = false;
      return nullptr;
    }
    if (stack_.empty()) return &root_;
    if (stack_.back()->is_object()) return target_;
    stack_.back()->push_back(nullptr);
    return &stack_.back()->back();
  }

  template <class T>
  bool add(T&& value) {
    if (Document* const here = place()) *here = std::forward<T>(value);
    return true;
  }

  bool open(Document empty) {
    if (stack_.size() + skip_depth_ >= kDepthMax)
      throw Error(fmt::format("nested deeper than {} levels", kDepthMax), file_, std::string(kRemedy));
    if (Document* const here = place()) {
      *here = std::move(empty);
      stack_.push_back(here);
    } else {
      ++skip_depth_;
    }
    return true;
  }

  bool close() {
    if (skip_depth_ != 0) --skip_depth_;
    else stack_.pop_back();
    return true;
  }

  std::string file_;
  std::span<const std::string_view> skipped_;
  Document root_;
  std::vector<Document*> stack_;  ///< open containers; each stays where it is while it is open
  Document* target_ = nullptr;    ///< of the key last read
  std::size_t skip_depth_ = 0;
  bool skip_next_ = false;
};

/// KEY as a token of a JSON pointer.
std::string escaped(std::string_view key) {
  std::string token;
  for (const char c : key) token += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return token;
}

}  // namespace

Document read_json_file(const std::string& path, std::span<const std::string_view> skipped) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 1 << 16> chunk;
  while (file) {  // a folder opens, and fails here
    file.read(chunk.data(), chunk.size());
    text.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof()) {
    Error error = system_error(path, std::string(kRemedy));
    error.message = "cannot be read: " + error.message;
    throw error;
  }
  DocumentBuilder builder(path, skipped);
  Document::sax_parse(text, &builder);
  return builder.take();
}

JsonView JsonView::at(std::string_view key) const {
  if (!json_->is_object()) reject("must be an object");
  const auto found = json_->find(key);
  const std::string pointer = pointer_ + "/" + escaped(key);
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
    views.emplace_back(key, JsonView{value, file_, pointer_ + "/" + escaped(key)});
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

std::uint64_t JsonView::count() const {
  if (!json_->is_number_unsigned()) reject("must be an integer of at least 0");
  return json_->get<std::uint64_t>();
}

bool JsonView::boolean() const {
  if (!json_->is_boolean()) reject("must be true or false");
  return json_->get<bool>();
}

void JsonView::reject(const std::string& rule) const {
  constexpr std::size_t kShown = 60;
  std::string value = json_->dump(-1, ' ', false, Document::error_handler_t::replace);
  if (value.size() > kShown) value = value.substr(0, kShown) + "...";
  throw Error(fmt::format("{} {}", value, rule),
              file_ + ": " + (pointer_.empty() ? "the document" : pointer_), std::string(kRemedy));
}

}  // namespace pcbench
