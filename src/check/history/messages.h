// Messages: a history seen by message: when each was pushed and when it was popped.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "model/history.h"
#include "model/verdict.h"

namespace pcbench {

/// Later than everything: the end of what never ended.
inline constexpr std::uint64_t kNever = UINT64_MAX;
inline constexpr std::uint32_t kNoOperation = UINT32_MAX;

struct Message {
  std::uint64_t push_begin = 0;
  std::uint64_t push_end = kNever;   ///< kNever: pending
  std::uint64_t pop_begin = kNever;  ///< kNever: never popped
  std::uint64_t pop_end = kNever;
  std::uint32_t push = kNoOperation;  ///< index of the operation
  std::uint32_t pop = kNoOperation;

  [[nodiscard]] bool popped() const { return pop != kNoOperation; }
  [[nodiscard]] bool acknowledged() const { return push_end != kNever; }
};

/// The messages of one producer: [begin, end) of Messages::all, by rising sequence.
struct ProducerRange {
  std::uint32_t producer;
  std::uint32_t begin;
  std::uint32_t end;
};

class Messages {
 public:
  /// Errors: Error when a message is pushed twice, or there are 2^32 - 1 operations or more.
  explicit Messages(const History& history);

  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] const std::vector<Message>& all() const { return all_; }
  [[nodiscard]] const Message& operator[](std::uint32_t i) const { return all_[i]; }
  [[nodiscard]] const std::vector<ProducerRange>& producers() const { return producers_; }
  /// Those whose sequences say what was pushed before what: one worker pushed all of it, and the times do not
  /// contradict. In a history that somebody hands in, others may be left.
  [[nodiscard]] std::vector<ProducerRange> sequential_producers() const;
  [[nodiscard]] const Operation& operation(std::uint32_t i) const { return history_.operations[i]; }

  /// Pops of messages that nobody pushed; pops of messages that were popped before.
  [[nodiscard]] const std::vector<std::uint32_t>& invented() const { return invented_; }
  [[nodiscard]] const std::vector<std::uint32_t>& doubled() const { return doubled_; }
  /// Pops that never returned, by rising time of invocation. Each may have taken one message.
  [[nodiscard]] const std::vector<std::uint64_t>& pending_pops_ns() const { return pending_pops_ns_; }

  /// Whether it is certain that T was before U.
  [[nodiscard]] bool precedes(std::uint64_t t, std::uint64_t u) const {
    return t < u && u - t > history_.clock_guard_ns;
  }
  /// The open interval in which message I was certainly inside; empty (lo >= hi): it never certainly was.
  struct Inside {
    std::uint64_t lo, hi;
    [[nodiscard]] bool certain() const { return lo < hi; }
  };
  [[nodiscard]] Inside inside(std::uint32_t i) const;

  /// Indices of all messages by rising KEY(message): each producer's are sorted, or nearly never are not, so
  /// the P runs are merged in pairs, O(n log P).
  template <class Key>
  [[nodiscard]] std::vector<std::uint32_t> sorted_by(Key key) const;

  /// "message 5 of producer 0 (pushed 10 to 20 by p0, popped 30 to 40 by c1)".
  [[nodiscard]] std::string say(std::uint32_t i) const;
  [[nodiscard]] std::string say_operation(std::uint32_t operation) const;
  /// Points at message I, and at the consumer that popped it.
  [[nodiscard]] CounterExample example(std::uint32_t i, std::string what) const;
  [[nodiscard]] CounterExample example_of_operation(std::uint32_t operation, std::string what) const;
  /// Adds the push and pop of message I, or one OPERATION, to those that EXAMPLE shows, by when they began.
  void involve(std::uint32_t i, CounterExample& example) const;
  void involve_operation(std::uint32_t operation, CounterExample& example) const;

 private:
  void collect_pushes();
  void collect_pops();
  [[nodiscard]] std::uint32_t find(const Operation& pop, const ProducerRange& range) const;
  void drop_half_logged();
  [[nodiscard]] bool is_sequential(const ProducerRange& range) const;

  const History& history_;
  std::vector<Message> all_;
  std::vector<ProducerRange> producers_;  // by rising producer
  std::vector<std::uint32_t> invented_;
  std::vector<std::uint32_t> doubled_;
  std::vector<std::uint64_t> pending_pops_ns_;
};

template <class Key>
std::vector<std::uint32_t> Messages::sorted_by(Key key) const {
  const auto less = [&](std::uint32_t x, std::uint32_t y) { return key(all_[x]) < key(all_[y]); };
  std::vector<std::uint32_t> order(all_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<std::uint32_t> bounds = {0};
  for (const ProducerRange& range : producers_) {
    const auto first = order.begin() + range.begin;
    const auto last = order.begin() + range.end;
    if (!std::is_sorted(first, last, less)) std::stable_sort(first, last, less);
    bounds.push_back(range.end);
  }
  std::vector<std::uint32_t> merged(order.size());
  while (bounds.size() > 2) {
    std::vector<std::uint32_t> wider = {0};
    for (std::size_t i = 0; i + 1 < bounds.size(); i += 2) {
      const std::uint32_t middle = bounds[i + 1];
      const std::uint32_t end = i + 2 < bounds.size() ? bounds[i + 2] : middle;
      std::merge(order.begin() + bounds[i], order.begin() + middle, order.begin() + middle,
                 order.begin() + end, merged.begin() + bounds[i], less);
      wider.push_back(end);
    }
    order.swap(merged);
    bounds.swap(wider);
  }
  return order;
}

}  // namespace pcbench
