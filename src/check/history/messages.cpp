#include "check/history/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/error.h"
#include "model/names.h"

namespace pcbench {
namespace {

std::string say_time(std::uint64_t ns) { return ns == kNever ? "never" : std::to_string(ns); }

bool defines_message(const Operation& op) {
  return op.kind == OperationKind::push &&
         (op.status == OperationStatus::ok || op.status == OperationStatus::pending);
}

/// The 0-based consumer that a worker is called after: 3 for "c3".
std::optional<std::uint32_t> consumer_index(const std::string& worker) {
  std::uint32_t index = 0;
  const char* last = worker.data() + worker.size();
  if (worker.size() < 2 || worker[0] != 'c') return std::nullopt;
  const auto [end, error] = std::from_chars(worker.data() + 1, last, index);
  return error == std::errc{} && end == last ? std::optional(index) : std::nullopt;
}

}  // namespace

Messages::Messages(const History& history) : history_(history) {
  if (history.operations.size() >= kNoOperation)
    throw Error("a history has at most 4294967294 operations", "/ops", "judge it in parts");
  collect_pushes();
  collect_pops();
  if (history.truncated) drop_half_logged();
}

void Messages::collect_pushes() {
  std::unordered_map<std::uint32_t, std::uint32_t> counts;
  for (const Operation& op : history_.operations)
    if (defines_message(op)) ++counts[op.producer];
  for (const auto& [producer, count] : counts) producers_.push_back({producer, 0, count});
  std::sort(producers_.begin(), producers_.end(), [](auto& x, auto& y) { return x.producer < y.producer; });
  std::unordered_map<std::uint32_t, std::uint32_t> next;
  std::uint32_t total = 0;
  for (ProducerRange& range : producers_) {
    next[range.producer] = range.begin = total;
    range.end = total += range.end;
  }
  all_.resize(total);
  for (std::uint32_t i = 0; i < history_.operations.size(); ++i) {
    const Operation& op = history_.operations[i];
    if (!defines_message(op)) continue;
    Message& message = all_[next[op.producer]++];
    message.push_begin = op.invoked_ns;
    message.push_end = op.returned_ns;
    message.push = i;
  }
  const auto sequence = [&](const Message& m) { return operation(m.push).sequence; };
  for (const ProducerRange& range : producers_) {
    const auto first = all_.begin() + range.begin;
    const auto last = all_.begin() + range.end;
    const auto less = [&](const Message& x, const Message& y) { return sequence(x) < sequence(y); };
    if (!std::is_sorted(first, last, less)) std::stable_sort(first, last, less);
    const auto same = [&](const Message& x, const Message& y) { return sequence(x) == sequence(y); };
    const auto twice = std::adjacent_find(first, last, same);
    if (twice == last) continue;
    throw Error(fmt::format("message {} of producer {} is pushed twice", sequence(*twice), range.producer),
                fmt::format("/ops/{}", (twice + 1)->push), "number each producer's messages 0, 1, 2 …");
  }
}

std::uint32_t Messages::find(const Operation& pop, const ProducerRange& range) const {
  const auto sequence = [&](std::uint32_t i) { return operation(all_[i].push).sequence; };
  const std::uint64_t first = sequence(range.begin);
  if (pop.sequence < first) return kNoOperation;
  const std::uint64_t guess = pop.sequence - first;  // right where none is missing from the log
  if (guess < range.end - range.begin) {
    const std::uint32_t i = range.begin + static_cast<std::uint32_t>(guess);
    if (sequence(i) == pop.sequence) return i;
  }
  std::uint32_t low = range.begin;
  std::uint32_t high = range.end;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (sequence(middle) < pop.sequence) low = middle + 1;
    else high = middle;
  }
  return low < range.end && sequence(low) == pop.sequence ? low : kNoOperation;
}

void Messages::collect_pops() {
  for (std::uint32_t k = 0; k < history_.operations.size(); ++k) {
    const Operation& op = history_.operations[k];
    if (op.kind != OperationKind::pop) continue;
    if (op.status == OperationStatus::pending) pending_pops_ns_.push_back(op.invoked_ns);
    if (op.status != OperationStatus::ok) continue;
    const auto range =
        std::lower_bound(producers_.begin(), producers_.end(), op.producer,
                         [](const ProducerRange& r, std::uint32_t p) { return r.producer < p; });
    const bool known = range != producers_.end() && range->producer == op.producer;
    const std::uint32_t i = known ? find(op, *range) : kNoOperation;
    if (i == kNoOperation) {
      invented_.push_back(k);
      continue;
    }
    Message& message = all_[i];
    if (message.popped()) doubled_.push_back(k);
    else message.pop = k;
    // of several pops the message is gone since the first: no pattern can then accuse an innocent pair
    message.pop_begin = std::min(message.pop_begin, op.invoked_ns);
    message.pop_end = std::min(message.pop_end, op.returned_ns);
  }
  std::sort(pending_pops_ns_.begin(), pending_pops_ns_.end());
}

/// A full log cannot say that a message was lost or invented. What it holds whole is judged as ever: each
/// pattern that is in a part of a history is in the whole.
void Messages::drop_half_logged() {
  std::uint32_t kept = 0;
  for (ProducerRange& range : producers_) {
    const std::uint32_t begin = kept;
    for (std::uint32_t i = range.begin; i < range.end; ++i)
      if (all_[i].popped()) all_[kept++] = all_[i];
    range.begin = begin;
    range.end = kept;
  }
  all_.resize(kept);
  invented_.clear();
}

bool Messages::is_sequential(const ProducerRange& range) const {
  for (std::uint32_t i = range.begin + 1; i < range.end; ++i) {
    const Message& x = all_[i - 1];
    const Message& y = all_[i];
    if (operation(x.push).worker != operation(y.push).worker) return false;
    if (y.push_begin < x.push_begin || y.push_end < x.push_end) return false;
  }
  return true;
}

std::vector<ProducerRange> Messages::sequential_producers() const {
  std::vector<ProducerRange> ranges;
  for (const ProducerRange& range : producers_)
    if (is_sequential(range)) ranges.push_back(range);
  return ranges;
}

Messages::Inside Messages::inside(std::uint32_t i) const {
  const Message& message = all_[i];
  const std::uint64_t guard = history_.clock_guard_ns;
  std::uint64_t gone = message.pop_begin;
  if (!message.popped()) {
    // lost messages are judged by delivery; one that a pending pop may have taken is certain only until then
    const bool may_be_taken = history_.promises.lossless && !pending_pops_ns_.empty();
    gone = may_be_taken ? pending_pops_ns_.front() : 0;
  }
  if (kNever - message.push_end <= guard || gone <= guard) return {0, 0};
  return {message.push_end + guard, gone - guard};
}

std::string Messages::say(std::uint32_t i) const {
  const Message& message = all_[i];
  const Operation& push = operation(message.push);
  std::string text =
      fmt::format("message {} of producer {} (pushed {} to {} by {}, ", push.sequence, push.producer,
                  push.invoked_ns, say_time(push.returned_ns), history_.workers[push.worker]);
  if (!message.popped()) return text + "never popped)";
  return text + fmt::format("popped {} to {} by {})", message.pop_begin, message.pop_end,
                            history_.workers[operation(message.pop).worker]);
}

std::string Messages::say_operation(std::uint32_t k) const {
  const Operation& op = operation(k);
  return fmt::format("{} by {} from {} to {}", op.kind == OperationKind::push ? "push" : "pop",
                     history_.workers[op.worker], op.invoked_ns, say_time(op.returned_ns));
}

CounterExample Messages::example(std::uint32_t i, std::string what) const {
  const Message& message = all_[i];
  CounterExample example =
      example_of_operation(message.popped() ? message.pop : message.push, std::move(what));
  example.producer = operation(message.push).producer;
  example.sequence = operation(message.push).sequence;
  example.operations.clear();
  involve(i, example);
  return example;
}

void Messages::involve(std::uint32_t i, CounterExample& example) const {
  for (const std::uint32_t k : {all_[i].push, all_[i].pop})
    if (k != kNoOperation) involve_operation(k, example);
}

void Messages::involve_operation(std::uint32_t k, CounterExample& example) const {
  const Operation& op = operation(k);
  std::string what = op.kind == OperationKind::push ? "push" : "pop";
  if (op.producer != kNoProducer) what += fmt::format(" {} of p{}", op.sequence, op.producer);
  if (op.status != OperationStatus::ok) what += fmt::format(": {}", name_of(op.status));
  ExampleOperation one = {history_.workers[op.worker], std::move(what), op.invoked_ns, op.returned_ns};
  const auto later = [&](const ExampleOperation& other) { return other.invoked_ns > op.invoked_ns; };
  example.operations.insert(std::find_if(example.operations.begin(), example.operations.end(), later),
                            std::move(one));
}

CounterExample Messages::example_of_operation(std::uint32_t k, std::string what) const {
  const Operation& op = operation(k);
  CounterExample example;
  example.what = std::move(what);
  if (op.producer != kNoProducer) {
    example.producer = op.producer;
    example.sequence = op.sequence;
  }
  if (op.kind == OperationKind::pop) example.consumer = consumer_index(history_.workers[op.worker]);
  example.time_ns = op.invoked_ns;
  involve_operation(k, example);
  return example;
}

}  // namespace pcbench
