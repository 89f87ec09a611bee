#include "plan/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <iterator>
#include <memory>
#include <vector>

#include "base/error.h"

namespace pcbench {
namespace {

constexpr std::size_t kShownCharacters = 80;

/// "line L, column C" of the character before OFFSET, the last one that was read. Columns count characters,
/// not bytes.
std::string place(std::string_view text, std::size_t offset) {
  const std::string_view read = text.substr(0, offset);
  const std::string_view before = read.substr(0, read.empty() ? 0 : read.size() - 1);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column = std::count_if(read.begin() + static_cast<std::ptrdiff_t>(line_begin), read.end(),
                                    [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  return fmt::format("line {}, column {}", line, std::max<std::ptrdiff_t>(column, 1));
}

/// Walks over a text and lets others see how far it came, so that every event of the parser has a place.
struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  std::size_t* read;

  reference operator*() const noexcept { return *at; }
  CountingIterator& operator++() noexcept {
    ++at;
    ++*read;
    return *this;
  }
  bool operator==(const CountingIterator& other) const noexcept { return at == other.at; }
  bool operator!=(const CountingIterator& other) const noexcept { return at != other.at; }
};

/// Builds the document from the parser's events and stops at the first thing that is wrong.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::size_t& read) : text_(text), read_(read) {}

  [[nodiscard]] Json take() { return std::move(root_); }
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] const std::string& hint() const { return hint_; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& /*source*/) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON text has none
  bool start_object(std::size_t /*elements*/) override { return open(Json::object()); }
  bool start_array(std::size_t /*elements*/) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override;
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& error) override;

 private:
  struct Open {
    Json* value;
    std::string key;  ///< of an object: the key whose value comes next
  };

  bool add(Json value) { return insert(std::move(value)) != nullptr; }

  Json* insert(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back().value;
    if (parent.is_object()) return &(parent[open_.back().key] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool open(Json empty) {
    if (open_.size() == kDepthMax)
      return fail(fmt::format("nested deeper than {} levels", kDepthMax),
                  "a config needs no more than seven");
    open_.push_back({insert(std::move(empty)), {}});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  bool fail(std::string_view what, std::string_view hint) { return fail_at(read_, what, hint); }
  bool fail_at(std::size_t offset, std::string_view what, std::string_view hint) {
    problem_ = fmt::format("{}: {}", place(text_, offset), what);
    hint_ = hint;
    return false;
  }

  [[nodiscard]] std::string pointer() const {
    std::string path;
    for (const Open& level : open_)
      path +=
          level.value->is_object() ? pointer_token(level.key) : fmt::format("/{}", level.value->size() - 1);
    return path;
  }

  std::string_view text_;
  const std::size_t& read_;
  Json root_;
  std::vector<Open> open_;  ///< innermost last; stable: only the innermost container grows
  std::string problem_;
  std::string hint_;
};

bool Builder::key(string_t& name) {
  Open& object = open_.back();
  object.key = std::move(name);
  if (!object.value->contains(object.key)) return true;
  return fail(fmt::format("the key {} comes twice in one object", in_quotes(pointer())), "keep one of them");
}

/// The word that the character before OFFSET is in or ends.
std::string_view word_at(std::string_view text, std::size_t offset) {
  constexpr std::string_view kEnds = " \t\r\n,:[]{}\"";
  const std::size_t last = text.find_last_not_of(kEnds, offset - 1);
  if (last == std::string_view::npos) return {};
  const std::size_t begin = text.find_last_of(kEnds, last) + 1;  // npos + 1 is 0
  return text.substr(begin, std::min(text.find_first_of(kEnds, last), text.size()) - begin);
}

/// What to do about a syntax error at the character before OFFSET.
std::string_view hint_for(std::string_view text, std::size_t offset) {
  const std::string_view read = text.substr(0, offset);
  if (read.empty()) return {};
  const char last = read.back();
  if (last == '/' || last == '#') return "comments are not accepted; use the key \"comment\"";
  if (last == '\'') return "JSON puts strings in double quotes";
  const std::size_t before = read.substr(0, read.size() - 1).find_last_not_of(" \t\r\n");
  if ((last == ']' || last == '}') && before != std::string_view::npos && read[before] == ',')
    return "a trailing comma is not accepted";
  return {};
}

/// The library says "[id] parse error at …: syntax error while parsing X - WHAT; last read: '…'; expected Y".
bool Builder::parse_error(std::size_t position, const std::string& /*last_token*/,
                          const nlohmann::detail::exception& error) {
  const std::string all = error.what();
  std::string what = all.substr(all.find("] ") + 2);
  if (const std::size_t dash = what.find(" - "); dash != std::string::npos) what.erase(0, dash + 3);
  if (const std::size_t last = what.find("; last read: '"); last != std::string::npos) {
    const std::size_t expected = what.rfind("'; expected ");
    what.erase(last, (expected != std::string::npos && expected > last ? expected + 1 : what.size()) - last);
  }
  const auto say = [&what](std::string_view from, std::string_view to) {
    if (const std::size_t at = what.rfind(from); at != std::string::npos) what.replace(at, from.size(), to);
  };
  say("; expected '[', '{', or a literal", "; expected a value");
  say("; expected string literal", "; expected a key in double quotes");
  say("; expected '}'", "; expected ',' or '}'");
  say("; expected ']'", "; expected ',' or ']'");
  const std::size_t offset = std::min(position, text_.size());  // without the lexer's look ahead
  say("invalid literal", fmt::format("invalid literal {}", in_quotes(word_at(text_, offset))));
  if (const std::size_t number = what.find(" parsing '"); number != std::string::npos) what.erase(number);
  what.resize(std::min<std::size_t>(what.size(), 200));
  const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
  std::replace_if(what.begin(), what.end(), std::not_fn(plain), '?');  // what is left of the text is not ours
  return fail_at(offset, what, hint_for(text_, offset));
}

}  // namespace

std::string read_text(const std::string& file) {
  const auto close = [](std::FILE* stream) { return stream == stdin ? 0 : std::fclose(stream); };
  const std::unique_ptr<std::FILE, decltype(close)> stream(
      file == "-" ? stdin : std::fopen(file.c_str(), "rb"), close);
  if (!stream) throw system_error(file, "name a config file, or - for standard input");
  std::string text;
  std::array<char, 65536> block;
  while (const std::size_t bytes = std::fread(block.data(), 1, block.size(), stream.get())) {
    text.append(block.data(), bytes);
    if (text.size() > kTextBytesMax)
      throw Error(fmt::format("larger than {} MiB", kTextBytesMax >> 20U), file,
                  "a config this large is a mistake; use sweeps");
  }
  if (std::ferror(stream.get()) != 0) throw system_error(file, "name a config file, or - for standard input");
  return text;
}

Json parse_json(std::string_view text, const std::string& name, std::size_t bytes_max) {
  if (text.size() > bytes_max)
    throw Error(fmt::format("larger than {} MiB", bytes_max >> 20U), name,
                "a config this large is a mistake; use sweeps");
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw Error("line 1, column 1: the file is empty; expected '{'", name, "see configs/ for examples");
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    throw Error(fmt::format("{}: a NUL byte; a config is UTF-8 text", place(text, nul + 1)), name,
                "save the file as UTF-8");
  std::size_t read = 0;
  Builder builder(text, read);
  if (!Json::sax_parse(CountingIterator{text.data(), &read},
                       CountingIterator{text.data() + text.size(), &read}, &builder))
    throw Error(builder.problem(), name, builder.hint());
  return builder.take();
}

std::string in_quotes(std::string_view text) {
  const bool cut = text.size() > kShownCharacters;
  std::string line =
      Json(text.substr(0, kShownCharacters)).dump(-1, ' ', true, Json::error_handler_t::replace);
  if (cut) line.insert(line.size() - 1, "...");
  return line;
}

std::string shown(const Json& value) {
  if (value.is_array()) return fmt::format("[{} element{}]", value.size(), value.size() == 1 ? "" : "s");
  if (value.is_object()) return fmt::format("{{{} key{}}}", value.size(), value.size() == 1 ? "" : "s");
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (value.is_string()) return in_quotes(value.get_ref<const std::string&>());
  return value.dump();
}

}  // namespace pcbench
