// capacity: never are more messages certainly inside than promised, and a push says full only if at some
// instant of the call so many were possibly inside. Both find only what is certain: neither finds all.
#include <fmt/format.h>

#include "check/history/checks.h"
#include "check/registry.h"

namespace pcbench {
namespace {

/// The most messages that were certainly inside at once, and a time when they were. Ends before begins: at a
/// touching instant one may have made room for the other.
struct Peak {
  std::uint64_t messages = 0;
  std::uint64_t time_ns = 0;
};
Peak peak_of(const Messages& messages) {
  std::vector<std::uint64_t> begins;
  std::vector<std::uint64_t> ends;
  for (std::uint32_t i = 0; i < messages.all().size(); ++i) {
    const Messages::Inside inside = messages.inside(i);
    if (!inside.certain()) continue;
    begins.push_back(inside.lo);
    ends.push_back(inside.hi);
  }
  std::sort(begins.begin(), begins.end());
  std::sort(ends.begin(), ends.end());
  Peak peak;
  std::size_t gone = 0;
  for (std::size_t come = 1; come <= begins.size(); ++come) {
    while (ends[gone] <= begins[come - 1]) ++gone;
    if (come - gone > peak.messages) peak = {come - gone, begins[come - 1]};
  }
  return peak;
}

/// Too many were inside at PEAK: names the first and the last to come, and shows the first few and the last.
CounterExample too_many(const Messages& messages, const Peak& peak, std::uint64_t capacity) {
  constexpr std::size_t kShown = 3;  // besides the last: a ring of a million has no need of all
  std::vector<std::pair<std::uint64_t, std::uint32_t>> inside;  // since when, and which
  for (std::uint32_t i = 0; i < messages.all().size(); ++i) {
    const Messages::Inside span = messages.inside(i);
    if (span.certain() && span.lo <= peak.time_ns && peak.time_ns < span.hi) inside.emplace_back(span.lo, i);
  }
  std::sort(inside.begin(), inside.end());
  const std::uint32_t last = inside.back().second;
  CounterExample example = messages.example(
      last,
      fmt::format("{} messages were inside at {}, but there is room for {}: from {} to {}", peak.messages,
                  peak.time_ns, capacity, messages.say(inside.front().second), messages.say(last)));
  for (std::size_t i = 0; i < std::min(kShown, inside.size() - 1); ++i)
    messages.involve(inside[i].second, example);
  example.time_ns = peak.time_ns;
  return example;
}

struct Span {
  std::uint64_t lo, hi;
};

/// The closed spans in which at least K messages may have been inside: from the begin of a push to the end of
/// its pop.
std::vector<Span> possibly_full(const Messages& messages, std::uint64_t k) {
  const std::uint64_t guard = messages.history().clock_guard_ns;
  std::vector<std::uint64_t> begins;
  std::vector<std::uint64_t> ends;
  for (const Message& message : messages.all()) {
    const std::uint64_t begin = message.push_begin < guard ? 0 : message.push_begin - guard;
    begins.push_back(begin);
    if (message.pop_end < kNever - guard) ends.push_back(std::max(begin, message.pop_end + guard));
  }
  std::sort(begins.begin(), begins.end());
  std::sort(ends.begin(), ends.end());
  std::vector<Span> spans;
  std::size_t gone = 0;
  bool full = false;
  for (std::size_t come = 0; come < begins.size() || (full && gone < ends.size());) {
    const bool begin_next = come < begins.size() && (gone == ends.size() || begins[come] <= ends[gone]);
    const std::uint64_t time_ns = begin_next ? begins[come++] : ends[gone++];
    const bool was_full = full;
    full = come - gone >= k;
    if (full && !was_full) spans.push_back({time_ns, kNever});
    if (!full && was_full) spans.back().hi = time_ns;
  }
  return spans;
}

bool meets(const std::vector<Span>& spans, const Operation& op) {
  const auto after = std::upper_bound(spans.begin(), spans.end(), op.returned_ns,
                                      [](std::uint64_t t, const Span& span) { return t < span.lo; });
  return after != spans.begin() && std::prev(after)->hi >= op.invoked_ns;
}

}  // namespace

Verdict judge_history_capacity(const Messages& messages) {
  Verdict verdict;
  verdict.check = "capacity";
  const HistoryPromises& promises = messages.history().promises;
  const std::vector<Operation>& operations = messages.history().operations;
  std::vector<std::uint32_t> fulls;
  for (std::uint32_t k = 0; k < operations.size(); ++k)
    if (operations[k].kind == OperationKind::push && operations[k].status == OperationStatus::full)
      fulls.push_back(k);
  if (!promises.capacity_slots) {
    verdict.reason = "no capacity is promised";
    verdict.facts = {{"capacity_slots", {}}, {"fulls", number(fulls.size())}};
    return verdict;
  }
  const std::uint64_t capacity = *promises.capacity_slots;
  const Peak peak = peak_of(messages);
  if (peak.messages > capacity) fail(verdict, too_many(messages, peak, capacity));
  std::uint64_t false_fulls = 0;
  const bool whole = !messages.history().truncated && !messages.history().sampled;
  if (!fulls.empty() && whole) {  // an incomplete log says nothing about what was inside
    const std::vector<Span> spans = possibly_full(messages, capacity);
    for (const std::uint32_t k : fulls) {
      if (meets(spans, operations[k])) continue;
      ++false_fulls;
      if (promises.full_exact)
        fail(verdict, messages.example_of_operation(
                          k, fmt::format("{} said full, but fewer than {} messages can have been inside",
                                         messages.say_operation(k), capacity)));
    }
  }
  verdict.facts = {{"capacity_slots", number(capacity)},
                   {"max_inside", number(peak.messages)},
                   {"fulls", number(fulls.size())},
                   {"false_fulls", number(false_fulls)}};
  if (fulls.empty() && peak.messages < capacity) verdict.facts.emplace_back(kVacuous, true);
  return verdict;
}

const CheckRow kCapacityCheck = {
    .name = "capacity",
    .help = "verify history: never more inside than there is room, and full is said only when it is so",
    .judge = nullptr,
};

}  // namespace pcbench
