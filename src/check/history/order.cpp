// order: fifo: of two messages of which one was certainly pushed before the other, it is not certainly popped
// after. per_producer: likewise within each producer, whoever pops, where the sequence says what was pushed
// before. fifo includes it: a producer does one thing after the other, so of the messages of one batch, which
// share their times, the sequence says which went in first.
//
// One scan over the pushes in time finds all: M is the latest time at which a pop began among the messages
// that were certainly pushed before this one; if this one was out before M, it overtook. Messages nobody
// popped stay out of M, or one loss would hide every later disorder; delivery judges them. Both kinds of
// certainty together are transitive, so a cycle of three or more always has a pair in it: pairs are enough.
#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "check/history/checks.h"
#include "check/history/overtakes.h"
#include "model/names.h"

namespace pcbench {
namespace {

struct Disorder {
  std::vector<std::uint32_t> overtakers;  ///< messages that came out too early, by rising time of their push
  std::vector<std::uint32_t> overtaken;   ///< by each of them, one message
  std::uint64_t worst_ns = 0;             ///< how much too early
  std::uint64_t comparable = 0;           ///< pairs of popped messages whose order is certain

  /// Y overtook X.
  void add(const Messages& messages, std::uint32_t y, std::uint32_t x) {
    worst_ns = std::max(worst_ns, messages[x].pop_begin - messages[y].pop_end);
    overtakers.push_back(y);
    overtaken.push_back(x);
  }

  /// What was found in another way, too.
  void add(const Disorder& more) {
    worst_ns = std::max(worst_ns, more.worst_ns);
    overtakers.insert(overtakers.end(), more.overtakers.begin(), more.overtakers.end());
    overtaken.insert(overtaken.end(), more.overtaken.begin(), more.overtaken.end());
  }

  /// Each overtaker once, by rising time of its push.
  void sort(const Messages& messages) {
    std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint32_t> once;
    for (std::size_t i = 0; i < overtakers.size(); ++i)
      once.try_emplace({messages[overtakers[i]].push_begin, overtakers[i]}, overtaken[i]);
    overtakers.clear();
    overtaken.clear();
    for (const auto& [y, x] : once) {
      overtakers.push_back(y.second);
      overtaken.push_back(x);
    }
  }

  void judge(const Messages& messages, std::uint32_t i, std::uint32_t before, std::uint64_t latest_begin_ns) {
    if (!messages.precedes(messages[i].pop_end, latest_begin_ns)) return;
    add(messages, i, before);
  }
};

Disorder scan_fifo(const Messages& messages, const std::vector<std::uint32_t>& by_push_begin,
                   const std::vector<std::uint32_t>& by_push_end) {
  Disorder disorder;
  std::uint64_t latest_begin_ns = 0;
  std::uint32_t latest = 0;
  std::uint64_t before = 0;
  auto x = by_push_end.begin();
  for (const std::uint32_t y : by_push_begin) {
    for (; messages.precedes(messages[*x].push_end, messages[y].push_begin); ++x) {  // ends at y itself
      if (!messages[*x].popped()) continue;
      ++before;
      if (messages[*x].pop_begin < latest_begin_ns) continue;
      latest_begin_ns = messages[*x].pop_begin;
      latest = *x;
    }
    disorder.comparable += messages[y].popped() ? before : 0;
    disorder.judge(messages, y, latest, latest_begin_ns);
  }
  return disorder;
}

Disorder scan_per_producer(const Messages& messages, const std::vector<ProducerRange>& producers) {
  Disorder disorder;
  for (const ProducerRange& range : producers) {
    std::uint64_t latest_begin_ns = 0;
    std::uint32_t latest = range.begin;
    std::uint64_t before = 0;
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      disorder.judge(messages, i, latest, latest_begin_ns);
      if (!messages[i].popped()) continue;
      disorder.comparable += before++;
      if (messages[i].pop_begin < latest_begin_ns) continue;
      latest_begin_ns = messages[i].pop_begin;
      latest = i;
    }
  }
  return disorder;
}

/// Pairs of popped messages of which only the sequence says which was pushed first.
std::uint64_t pairs_by_sequence_alone(const Messages& messages, const ProducerRange& range) {
  std::uint64_t pairs = 0;
  std::uint64_t popped = 0;  // of [first, i)
  std::uint32_t first = range.begin;
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    for (; messages.precedes(messages[first].push_end, messages[i].push_begin); ++first)  // ends at i itself
      popped -= messages[first].popped() ? 1 : 0;
    if (messages[i].popped()) pairs += popped++;
  }
  return pairs;
}

/// The popped messages whose times are those of one pop, by worker and then by KEY(message).
template <class Key>
std::vector<std::uint32_t> by_consumer(const Messages& messages, Key key) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < messages.all().size(); ++i) {
    if (!messages[i].popped()) continue;
    const Operation& pop = messages.operation(messages[i].pop);
    if (pop.invoked_ns == messages[i].pop_begin && pop.returned_ns == messages[i].pop_end) order.push_back(i);
  }
  const auto place = [&](std::uint32_t i) {
    return std::pair(messages.operation(messages[i].pop).worker, key(messages[i]));
  };
  std::sort(order.begin(), order.end(), [&](auto x, auto y) { return place(x) < place(y); });
  return order;
}

/// The guard is for two workers' clocks. Which of two messages the same consumer popped first is certain
/// without it: neighbours that changed places, closer to each other than any guard, are found here.
/// BY_SEQUENCE: the producers whose sequences say what was pushed before.
void add_within_consumers(const Messages& messages, Order order,
                          const std::vector<ProducerRange>& by_sequence, Disorder& disorder) {
  if (messages.history().clock_guard_ns == 0) return;  // the scan over all has found them
  std::set<std::uint32_t> sequential;
  for (const ProducerRange& range : by_sequence) sequential.insert(range.producer);
  const auto begins = by_consumer(messages, [](const Message& m) { return m.pop_begin; });
  const auto ends = by_consumer(messages, [](const Message& m) { return m.pop_end; });
  const auto worker = [&](std::uint32_t i) { return messages.operation(messages[i].pop).worker; };
  const auto producer = [&](std::uint32_t i) { return messages.operation(messages[i].push).producer; };
  std::map<std::uint32_t, std::uint32_t> newest;  // of those out before, by producer
  std::uint32_t latest = kNoOperation;            // of those out before: whose push began last
  std::size_t out = 0;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const std::uint32_t x = begins[i];
    if (i == 0 || worker(x) != worker(begins[i - 1])) {
      newest.clear();
      latest = kNoOperation;
      out = i;
    }
    for (; out < ends.size() && worker(ends[out]) == worker(x); ++out) {
      const std::uint32_t y = ends[out];
      if (messages[y].pop_end >= messages[x].pop_begin) break;
      if (latest == kNoOperation || messages[y].push_begin > messages[latest].push_begin) latest = y;
      std::uint32_t& last = newest.try_emplace(producer(y), y).first->second;
      last = std::max(last, y);
    }
    const auto own = newest.find(producer(x));
    const bool passed = own != newest.end() && own->second > x;
    if (order == Order::fifo && latest != kNoOperation &&
        messages.precedes(messages[x].push_end, messages[latest].push_begin))
      disorder.add(messages, latest, x);
    else if (passed &&
             (sequential.count(producer(x)) != 0 || messages[x].push_end < messages[own->second].push_begin))
      disorder.add(messages, own->second, x);
  }
}

/// With everything that holds of each producer alone, which is a part of the promise.
Disorder judge_fifo(const Messages& messages, const std::vector<std::uint32_t>& by_push_begin,
                    const std::vector<std::uint32_t>& by_push_end) {
  const std::vector<ProducerRange> sequential = messages.sequential_producers();
  Disorder disorder = scan_fifo(messages, by_push_begin, by_push_end);
  disorder.add(scan_per_producer(messages, sequential));
  add_within_consumers(messages, Order::fifo, sequential, disorder);
  disorder.sort(messages);
  for (const ProducerRange& range : sequential)
    disorder.comparable += pairs_by_sequence_alone(messages, range);
  return disorder;
}

Disorder judge_per_producer(const Messages& messages) {
  Disorder disorder = scan_per_producer(messages, messages.producers());
  add_within_consumers(messages, Order::per_producer, messages.producers(), disorder);
  disorder.sort(messages);
  return disorder;
}

/// How often a producer's next message was popped by another consumer: order within one says nothing about
/// these.
std::uint64_t consumer_switches(const Messages& messages) {
  std::uint64_t switches = 0;
  for (const ProducerRange& range : messages.producers()) {
    std::optional<std::uint16_t> last;
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      if (!messages[i].popped()) continue;
      const std::uint16_t worker = messages.operation(messages[i].pop).worker;
      switches += last && *last != worker ? 1 : 0;
      last = worker;
    }
  }
  return switches;
}

}  // namespace

Verdict judge_history_order(const Messages& messages) {
  Verdict verdict;
  verdict.check = "order";
  const Order promised = messages.history().promises.order;
  const auto by_push_begin = messages.sorted_by([](const Message& m) { return m.push_begin; });
  const auto by_push_end = messages.sorted_by([](const Message& m) { return m.push_end; });
  const Disorder fifo = judge_fifo(messages, by_push_begin, by_push_end);
  const Disorder per_producer = judge_per_producer(messages);
  const Disorder& judged = promised == Order::per_producer ? per_producer : fifo;
  const Order kept = fifo.overtakers.empty()           ? Order::fifo
                     : per_producer.overtakers.empty() ? Order::per_producer
                                                       : Order::none;
  verdict.facts = {{"judged", std::string(name_of(promised))},
                   {"kept", std::string(name_of(kept))},
                   {"reordered", number(judged.overtakers.size())},
                   {"worst_lateness_ns", number(judged.worst_ns)},
                   {"comparable_pairs", number(judged.comparable)},
                   {"consumer_switches", number(consumer_switches(messages))}};
  if (!fifo.overtakers.empty()) {
    const Overtakes overtakes = count_overtakes(messages, fifo.overtakers, by_push_end);
    if (overtakes.max != 0) {  // else they did so by less than the times can tell
      verdict.facts.emplace_back("overtaken_max", number(overtakes.max));
      verdict.facts.emplace_back("overtaken", overtakes.histogram);
    }
  }
  if (promised != Order::fifo) verdict.facts.emplace_back("fifo_pairs", number(fifo.comparable));
  if (promised == Order::none) {
    verdict.reason = "no order is promised";
    return verdict;
  }
  if (!judged.overtakers.empty()) {
    const std::uint32_t y = judged.overtakers.front();
    fail(verdict, messages.example(y, fmt::format("{} overtook {}", messages.say(y),
                                                  messages.say(judged.overtaken.front()))));
    messages.involve(judged.overtaken.front(), *verdict.counter_example);
    verdict.reason = fmt::format("weaker than declared ({} is promised, {} was kept): {}", name_of(promised),
                                 name_of(kept), verdict.reason);
  }
  if (judged.comparable == 0) verdict.facts.emplace_back(kVacuous, true);
  return verdict;
}

}  // namespace pcbench
