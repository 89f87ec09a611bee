#include "report/json_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/read_file.h"

namespace pcbench {
namespace {

constexpr std::size_t kDepthMax = 100;
constexpr const char* kReportRemedy = "give a report that `bench` wrote with --out FILE";

/// Builds a document from the parser's events, without what is under a skipped key.
template <class Document>
class DocumentBuilder : public nlohmann::json_sax<Document> {
  using Base = nlohmann::json_sax<Document>;

 public:
  DocumentBuilder(std::string file, std::span<const std::string_view> skipped)
      : file_(std::move(file)), skipped_(skipped) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(typename Base::number_integer_t value) override { return add(value); }
  bool number_unsigned(typename Base::number_unsigned_t value) override { return add(value); }
  bool number_float(typename Base::number_float_t value, const typename Base::string_t& /*text*/) override {
    return add(value);
  }
  bool string(typename Base::string_t& value) override { return add(std::move(value)); }
  bool binary(typename Base::binary_t& /*value*/) override { return false; }  // JSON text has none
  bool start_object(std::size_t /*size*/) override { return open(Document::object()); }
  bool start_array(std::size_t /*size*/) override { return open(Document::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(typename Base::string_t& name) override {
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
        file_, kReportRemedy);
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
      throw Error(fmt::format("nested deeper than {} levels", kDepthMax), file_, kReportRemedy);
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

template <class Document>
Document read_document(const std::string& path, std::span<const std::string_view> skipped) {
  const std::string text = read_file(path, kReportRemedy);
  DocumentBuilder<Document> builder(path, skipped);
  Document::sax_parse(text, &builder);
  return builder.take();
}

}  // namespace

nlohmann::json read_json_file(const std::string& path, std::span<const std::string_view> skipped) {
  return read_document<nlohmann::json>(path, skipped);
}

nlohmann::ordered_json read_ordered_json_file(const std::string& path) {
  return read_document<nlohmann::ordered_json>(path, {});
}

}  // namespace pcbench
