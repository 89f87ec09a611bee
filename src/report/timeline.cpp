#include "report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "model/names.h"
#include "report/text.h"

namespace pcbench {
namespace {

constexpr std::size_t kWorkersDrawn = 8;
constexpr std::size_t kBarMost = 40;
constexpr std::size_t kBarLeast = 12;

/// A line of characters that stands for [begin, end] of a clock, in ns.
class Bar {
 public:
  Bar(std::uint64_t begin_ns, std::uint64_t end_ns, std::size_t columns)
      : begin_ns_(begin_ns), span_ns_(std::max<std::uint64_t>(end_ns - begin_ns, 1)), text_(columns, ' ') {}

  /// At least one column, so that nothing is too short to be seen.
  void draw(std::uint64_t from_ns, std::uint64_t to_ns, char mark) {
    const std::size_t first = column_of(from_ns);
    const std::size_t last = std::max(first, column_of(std::max(from_ns, to_ns)));
    std::fill(text_.begin() + static_cast<std::ptrdiff_t>(first),
              text_.begin() + static_cast<std::ptrdiff_t>(last) + 1, mark);
  }
  [[nodiscard]] std::string text() const { return "|" + text_ + "|"; }

 private:
  [[nodiscard]] std::size_t column_of(std::uint64_t ns) const {
    const double share =
        static_cast<double>(std::max(ns, begin_ns_) - begin_ns_) / static_cast<double>(span_ns_);
    const auto column = static_cast<std::size_t>(share * static_cast<double>(text_.size()));
    return std::min(column, text_.size() - 1);
  }

  std::uint64_t begin_ns_;
  std::uint64_t span_ns_;
  std::string text_;
};

std::size_t bar_columns(const FormatOptions& options) {
  return std::clamp<std::size_t>(options.width / 5, kBarLeast, kBarMost);
}

std::string span_title(std::uint64_t begin_ns, std::uint64_t end_ns) {
  return fmt::format("{} to {}", human_ns(static_cast<double>(begin_ns)),
                     human_ns(static_cast<double>(end_ns)));
}

/// The first counter-example that says which round it is of; nullptr: none does.
const CounterExample* example_in(const CaseReport& report) {
  for (const Verdict& verdict : report.verdicts)
    if (verdict.outcome == Outcome::fail && verdict.counter_example && verdict.counter_example->round)
      return &*verdict.counter_example;
  return nullptr;
}

const RoundRecord* round_to_blame(const CaseRecord& record, const CounterExample* example) {
  for (const RoundRecord& round : record.rounds)
    if (example != nullptr ? round.index == *example->round : round.end != RoundEnd::completed) return &round;
  return nullptr;
}

std::uint64_t last_event_ns(const RoundRecord& round) {
  std::uint64_t last = round.elapsed_ns;
  for (const WorkerRecord& worker : round.workers)
    last = std::max({last, worker.last_at_ns, worker.end_at_ns.value_or(0)});
  for (const FaultRecord& fault : round.faults) last = std::max(last, fault.struck_at_ns.value_or(0));
  return last;
}

std::string life_in_words(const WorkerRecord& worker, Workload workload) {
  const bool numbers = workload == Workload::shared_state;
  const char* const made = numbers ? "updates" : "pushed";
  const char* const got = numbers ? "found" : "popped";
  std::string text = fmt::format("{} {}", worker.messages, worker.role == Role::producer ? made : got);
  if (worker.end_at_ns)
    return text + fmt::format(", left at {}", human_ns(static_cast<double>(*worker.end_at_ns)));
  text += fmt::format(", last at {}", human_ns(static_cast<double>(worker.last_at_ns)));
  if (worker.exit.kind == ExitKind::signaled)
    return text + fmt::format(", killed by signal {}", worker.exit.code);
  return text + fmt::format(", then {}", name_of(worker.phase));
}

/// What is marked in the line of WORKER on top of its life.
void mark_events(const WorkerRecord& worker, const RoundRecord& round, const CounterExample* example,
                 Bar& bar) {
  for (const FaultRecord& one : round.faults)
    if (one.struck_at_ns && one.fault.consumer == (worker.role == Role::consumer) &&
        one.fault.index == worker.index)
      bar.draw(*one.struck_at_ns, *one.struck_at_ns, 'x');
  if (example != nullptr && example->time_ns && worker.role == Role::consumer &&
      example->consumer == worker.index)
    bar.draw(*example->time_ns, *example->time_ns, '!');
}

}  // namespace

void write_operations(const CounterExample& example, const FormatOptions& options, std::ostream& out) {
  if (example.operations.empty()) return;
  std::uint64_t begin_ns = UINT64_MAX, end_ns = 0;
  for (const ExampleOperation& one : example.operations) {
    begin_ns = std::min(begin_ns, one.invoked_ns);
    end_ns = std::max({end_ns, one.invoked_ns, one.returned_ns == UINT64_MAX ? 0 : one.returned_ns});
  }
  Table table({{"    worker"}, {"operation"}, {span_title(begin_ns, end_ns), false, 2}, {"took", true, 3}});
  for (const ExampleOperation& one : example.operations) {
    const bool returned = one.returned_ns != UINT64_MAX;
    Bar bar(begin_ns, end_ns, bar_columns(options));
    bar.draw(one.invoked_ns, returned ? one.returned_ns : end_ns, returned ? '=' : '>');
    table.add_row({{"    " + one.worker},
                   {one.what},
                   {bar.text()},
                   {returned ? human_ns(static_cast<double>(one.returned_ns - one.invoked_ns)) : "no end"}});
  }
  table.write(options, out);
}

void write_round_timeline(const CaseRecord& record, const CaseReport& report, const FormatOptions& options,
                          std::ostream& out) {
  const CounterExample* example = example_in(report);
  const RoundRecord* round = round_to_blame(record, example);
  if (round == nullptr || report.outcome != Outcome::fail || last_event_ns(*round) == 0) return;
  const std::uint64_t last_ns = last_event_ns(*round);
  const bool completed = round->end == RoundEnd::completed;
  const std::uint64_t end_ns = completed ? last_ns : last_ns + last_ns / 4;  // room for those who wait on
  Table table({{"    worker"},
               {fmt::format("0 to {}", human_ns(static_cast<double>(end_ns)))},
               {"what became of it", false, 1}});
  for (std::size_t i = 0; i < std::min(round->workers.size(), kWorkersDrawn); ++i) {
    const WorkerRecord& worker = round->workers[i];
    Bar bar(0, end_ns, bar_columns(options));
    const bool dead = worker.exit.kind == ExitKind::signaled;
    if (!dead || worker.end_at_ns) bar.draw(worker.last_at_ns, worker.end_at_ns.value_or(end_ns), '.');
    if (worker.messages > 0) bar.draw(0, worker.last_at_ns, '=');
    mark_events(worker, *round, example, bar);
    table.add_row({{"    " + worker_name(worker.role, worker.index)},
                   {bar.text()},
                   {life_in_words(worker, record.config.workload)}});
  }
  out << wrapped(
      fmt::format(
          "  round {}: = moved messages until, . waited, blank: gone{}{}", round->index,
          round->faults.empty() ? "" : ", x fault",
          example != nullptr && example->time_ns && example->consumer ? ", ! first counter-example" : ""),
      4, options.width);
  table.write(options, out);
  if (round->workers.size() > kWorkersDrawn)
    out << fmt::format("    and {} more\n", round->workers.size() - kWorkersDrawn);
}

}  // namespace pcbench
