// The JSON form, read as a stream of events: a history of a hundred million operations never exists as text
// in memory.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/error.h"
#include "history/bytes.h"
#include "history/forms.h"
#include "history/rules.h"
#include "model/names.h"

namespace pcbench {
namespace {

/// One JSON value that is no object or array.
struct Scalar {
  enum class Kind { null, boolean, integer, text, other } kind;
  std::uint64_t number = 0;
  std::string text = {};  ///< of kind text its content, of an integer nothing, else as it was written

  [[nodiscard]] std::string shown() const {
    if (kind == Kind::integer) return std::to_string(number);
    const std::string cut = text.size() > 40 ? text.substr(0, 40) + "…" : text;
    return kind == Kind::text ? '"' + cut + '"' : cut;
  }
};

constexpr std::array<std::string_view, 8> kTopKeys = {
    "schema", "schema_version", "promises", "clock_guard_ns", "clock_trusted", "truncated", "sampled", "ops"};
constexpr std::array<std::string_view, 6> kPromiseKeys = {"order",       "lossless",   "at_least_once",
                                                          "empty_exact", "full_exact", "capacity_slots"};
constexpr std::array<std::string_view, 7> kOperationKeys = {
    "op", "worker", "producer", "sequence", "invoked_ns", "returned_ns", "status"};

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}
  History take() { return std::move(history_); }

  // What the parser calls, in the order of the text. True: go on.
  bool null() { return scalar({Scalar::Kind::null, 0, "null"}); }
  bool boolean(bool value) { return scalar({Scalar::Kind::boolean, value, value ? "true" : "false"}); }
  bool number_integer(std::int64_t value) { return scalar({Scalar::Kind::other, 0, std::to_string(value)}); }
  bool number_unsigned(std::uint64_t value) { return scalar({Scalar::Kind::integer, value}); }
  bool number_float(double /*value*/, const std::string& text) {
    return scalar({Scalar::Kind::other, 0, text});
  }
  bool string(std::string& value) { return scalar({Scalar::Kind::text, 0, std::move(value)}); }
  bool binary(std::vector<std::uint8_t>& /*value*/) { return false; }  // JSON text has none

  bool start_object(std::size_t /*size*/) {
    if (at_ == At::start) at_ = At::top;
    else if (at_ == At::top && key_ == "promises") at_ = At::promises;
    else if (at_ == At::operations) begin_operation();
    else fail("an object", "is not expected here");
    seen_[depth()] = 0;
    return true;
  }
  bool end_object() {
    if (at_ == At::operation) end_operation();
    else if (at_ == At::promises) require(kPromiseKeys, {"order", "lossless"});
    else require(kTopKeys, {"schema", "schema_version", "promises", "ops"});
    at_ = at_ == At::operation ? At::operations : at_ == At::promises ? At::top : At::end;
    return true;
  }
  bool start_array(std::size_t /*size*/) {
    if (at_ != At::top || key_ != "ops") fail("a list", "is not expected here");
    at_ = At::operations;
    return true;
  }
  bool end_array() {
    at_ = At::top;
    return true;
  }
  bool key(std::string& key) {
    key_.swap(key);
    if (at_ == At::operation) key_index_ = index_in(kOperationKeys);
    else if (at_ == At::promises) key_index_ = index_in(kPromiseKeys);
    else key_index_ = index_in(kTopKeys);
    std::uint32_t& seen = seen_[depth()];
    if ((seen >> key_index_ & 1U) != 0) fail("the key", "is given twice");
    seen |= 1U << key_index_;
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::json::exception& error) {
    const std::string text = error.what();  // "[json.exception.…] parse error at line 1, column 2: …"
    throw Error(text.substr(std::min(text.size(), text.find("] ") + 2)), name_,
                "is it a history, and whole?");
  }

 private:
  enum class At { start, top, promises, operations, operation, end };

  [[nodiscard]] std::size_t depth() const { return at_ == At::operation ? 2 : at_ == At::promises ? 1 : 0; }

  [[nodiscard]] std::string pointer() const {
    switch (at_) {
      case At::operation:
        return fmt::format("/ops/{}{}{}", history_.operations.size(), key_.empty() ? "" : "/", key_);
      case At::operations:
        return fmt::format("/ops/{}", history_.operations.size());
      case At::promises:
        return "/promises/" + key_;
      default:
        return "/" + key_;
    }
  }
  [[noreturn]] void fail(const std::string& what, const std::string& rule) const {
    throw Error(what + " " + rule, name_ + ": " + pointer(), "see the contract of pcbench/history 1.0");
  }

  template <std::size_t N>
  [[nodiscard]] std::uint32_t index_in(const std::array<std::string_view, N>& keys) const {
    for (std::uint32_t i = 0; i < N; ++i)
      if (keys[i] == key_) return i;
    fail("the key", fmt::format("is none of {}", fmt::join(keys, ", ")));
  }
  template <std::size_t N>
  void require(const std::array<std::string_view, N>& keys,
               std::initializer_list<std::string_view> required) {
    for (std::uint32_t i = 0; i < N; ++i) {
      const bool needed = std::find(required.begin(), required.end(), keys[i]) != required.end();
      if (!needed || (seen_[depth()] >> i & 1U) != 0) continue;
      key_ = keys[i];
      fail("the key", "is missing");
    }
  }

  [[nodiscard]] std::uint64_t integer(const Scalar& value) const {
    if (value.kind != Scalar::Kind::integer || value.number > kIntegerMax)
      fail(value.shown(), "is not an integer from 0 to 2^63 - 1");
    return value.number;
  }
  [[nodiscard]] bool flag(const Scalar& value) const {
    if (value.kind != Scalar::Kind::boolean) fail(value.shown(), "is neither true nor false");
    return value.number != 0;
  }
  template <class E>
  [[nodiscard]] E one_of(const Scalar& value) const {
    const std::optional<E> found = value.kind == Scalar::Kind::text ? value_of<E>(value.text) : std::nullopt;
    if (found) return *found;
    std::vector<std::string_view> names;
    for (const auto& [enumerator, name] : NamesOf<E>::table) names.push_back(name);
    fail(value.shown(), fmt::format("is none of {}", fmt::join(names, ", ")));
  }

  bool scalar(const Scalar& value) {
    if (at_ == At::operation) operation_value(value);
    else if (at_ == At::promises) promise(value);
    else if (at_ == At::top) top_value(value);
    else fail(value.shown(), at_ == At::start ? "is not a history: an object is" : "is not an operation");
    return true;
  }

  void top_value(const Scalar& value) {
    if (key_ == "clock_guard_ns") history_.clock_guard_ns = integer(value);
    else if (key_ == "clock_trusted") history_.clock_trusted = flag(value);
    else if (key_ == "truncated") history_.truncated = flag(value);
    else if (key_ == "sampled") history_.sampled = flag(value);
    else if (key_ == "schema" && (value.kind != Scalar::Kind::text || value.text != "pcbench/history"))
      fail(value.shown(), "is not \"pcbench/history\"");
    else if (key_ == "schema_version" && (value.kind != Scalar::Kind::text || !value.text.starts_with("1.")))
      fail(value.shown(), "is not a version this program reads: \"1.0\"");
    else if (key_ == "promises" || key_ == "ops")
      fail(value.shown(), key_ == "ops" ? "is not a list of operations" : "is not an object");
  }

  void promise(const Scalar& value) {
    HistoryPromises& promises = history_.promises;
    if (key_ == "order") promises.order = one_of<Order>(value);
    else if (key_ == "lossless") promises.lossless = flag(value);
    else if (key_ == "at_least_once") promises.at_least_once = flag(value);
    else if (key_ == "empty_exact") promises.empty_exact = flag(value);
    else if (key_ == "full_exact") promises.full_exact = flag(value);
    else if (value.kind == Scalar::Kind::null) promises.capacity_slots.reset();
    else if (integer(value) == 0) fail("0", "is no capacity: null, or 1 and more");
    else promises.capacity_slots = value.number;
  }

  void begin_operation() {
    at_ = At::operation;
    key_.clear();
    operation_ = {0, 0, 0, kNoProducer, 0, OperationKind::push, OperationStatus::ok};
    has_sequence_ = false;
    if (history_.operations.size() >= UINT32_MAX - 1)
      fail("this history", "has more than 2^32 - 2 operations");
  }

  void operation_value(const Scalar& value) {
    const bool null = value.kind == Scalar::Kind::null;
    switch (key_index_) {
      case 0:
        operation_.kind = one_of<OperationKind>(value);
        break;
      case 1:
        operation_.worker = worker(value);
        break;
      case 2:
        if (!null && integer(value) >= kNoProducer)
          fail(std::to_string(value.number), "is more than 2^32 - 2");
        if (!null) operation_.producer = static_cast<std::uint32_t>(value.number);
        break;
      case 3:
        if (!null) operation_.sequence = integer(value);
        has_sequence_ = !null;
        break;
      case 4:
        operation_.invoked_ns = integer(value);
        break;
      case 5:
        operation_.returned_ns = null ? kNeverReturned : integer(value);
        break;
      default:
        operation_.status = one_of<OperationStatus>(value);
        break;
    }
  }

  std::uint16_t worker(const Scalar& value) {
    if (value.kind != Scalar::Kind::text || value.text.empty() || value.text.size() > kWorkerNameMax)
      fail(value.shown(), fmt::format("is no worker's name: 1 to {} bytes of text", kWorkerNameMax));
    if (last_worker_ < history_.workers.size() && history_.workers[last_worker_] == value.text)
      return last_worker_;
    const auto [known, is_new] =
        workers_.try_emplace(value.text, static_cast<std::uint16_t>(history_.workers.size()));
    if (is_new && history_.workers.size() == kWorkersMax)
      fail(value.shown(), fmt::format("is one worker too many: at most {}", kWorkersMax));
    if (is_new) history_.workers.push_back(value.text);
    return last_worker_ = known->second;
  }

  void end_operation() {
    require(kOperationKeys, {"op", "worker", "invoked_ns", "returned_ns", "status"});
    if ((operation_.producer != kNoProducer) != has_sequence_) {
      key_ = has_sequence_ ? "producer" : "sequence";
      fail("the key", "is missing: a message has a producer and a sequence");
    }
    if (const std::optional<BrokenRule> broken = broken_rule(operation_)) {
      key_ = broken->key;
      fail("this is wrong:", broken->rule);
    }
    history_.operations.push_back(operation_);
  }

  const std::string& name_;
  History history_;
  At at_ = At::start;
  std::string key_;
  std::uint32_t key_index_ = 0;
  std::array<std::uint32_t, 3> seen_{};  // keys, a bit each: of the top, the promises, the operation
  Operation operation_{};
  bool has_sequence_ = false;
  std::unordered_map<std::string, std::uint16_t> workers_;
  std::uint16_t last_worker_ = 0;
};

}  // namespace

History read_history_json(std::istream& in, const std::string& name) {
  Bytes bytes(in);
  Reader reader(name);
  nlohmann::json::sax_parse(ByteIterator{&bytes}, ByteIterator{}, &reader);
  return reader.take();
}

}  // namespace pcbench
