#include "report/console_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/order_statistics.h"
#include "model/names.h"
#include "report/case_counts.h"
#include "report/different_warnings.h"
#include "report/timeline.h"
#include "stats/by_class.h"

namespace pcbench {
namespace {

constexpr std::size_t kBlocksShown = 20;
constexpr std::size_t kWorkersShown = 8;

/// The checks with OUTCOME, "delivery, order".
std::string checks_with(const CaseReport& report, Outcome outcome) {
  std::string names;
  for (const Verdict& verdict : report.verdicts)
    if (verdict.outcome == outcome) names += (names.empty() ? "" : ", ") + verdict.check;
  return names;
}

void write_rounds(const CaseRecord& record, const FormatOptions& options, std::ostream& out) {
  for (const RoundRecord& round : record.rounds) {
    if (round.end == RoundEnd::completed) continue;
    std::string text = fmt::format("  round {}: {}", round.index, name_of(round.end));
    if (round.hang != HangKind::none) text += fmt::format(" ({})", name_of(round.hang));
    for (const WorkerRecord& worker : round.workers) {
      const std::string name = fmt::format("{}{}", worker.role == Role::producer ? 'p' : 'c', worker.index);
      if (worker.exit.kind == ExitKind::signaled)
        text += fmt::format("; {} by signal {}", name, worker.exit.code);
      if (!worker.error.empty()) text += fmt::format("; {} says: {}", name, worker.error);
    }
    out << wrapped(text, 4, options.width);
  }
}

void write_blocked(const std::vector<BlockedWorker>& blocked, const FormatOptions& options,
                   std::ostream& out) {
  Table table({{"    worker"},
               {"phase"},
               {"state", false, 2},
               {"waits for"},
               {"holds", false, 1},
               {"moved", true, 4},
               {"last progress", true, 3}});
  for (std::size_t i = 0; i < std::min(blocked.size(), kWorkersShown); ++i) {
    const BlockedWorker& worker = blocked[i];
    table.add_row({{"    " + worker.worker},
                   {worker.phase},
                   {worker.state},
                   {worker.waits_for},
                   {worker.holds},
                   {std::to_string(worker.messages)},
                   {human_ns(static_cast<double>(worker.last_progress_ns))}});
  }
  table.write(options, out);
  if (blocked.size() > kWorkersShown) out << fmt::format("    and {} more\n", blocked.size() - kWorkersShown);
}

/// REASON is what was said already.
void write_counter_example(const CounterExample& example, const std::string& reason,
                           const FormatOptions& options, std::ostream& out) {
  std::string place;
  const auto add = [&](std::string_view name, const auto& value) {
    if (value) place += fmt::format("{}{} {}", place.empty() ? "" : ", ", name, *value);
  };
  add("producer", example.producer);
  add("sequence", example.sequence);
  add("consumer", example.consumer);
  add("round", example.round);
  if (example.time_ns)
    place += fmt::format("{}{} after the start", place.empty() ? "" : ", ",
                         human_ns(static_cast<double>(*example.time_ns)));
  const bool said = example.what == reason;
  if (said && place.empty()) return;
  const std::string text = said ? place : example.what + (place.empty() ? "" : " (" + place + ")");
  out << wrapped(fmt::format("    first: {}", text), 11, options.width);
}

void write_block(const CaseRecord& record, const CaseReport& report, const FormatOptions& options,
                 std::ostream& out) {
  const Cell verdict = verdict_cell(record, report);
  out << '\n' << painted(verdict.text, verdict.paint, options.color) << "  " << record.config.id << '\n';
  write_rounds(record, options, out);
  for (const Verdict& one : report.verdicts) {
    if (one.outcome == Outcome::pass) continue;
    out << wrapped(fmt::format("  {} {}: {}", one.check, name_of(one.outcome), one.reason), 4, options.width);
    if (one.counter_example) write_counter_example(*one.counter_example, one.reason, options, out);
    write_blocked(one.blocked, options, out);
    if (one.counter_example) write_operations(*one.counter_example, options, out);
  }
  write_round_timeline(record, report, options, out);
}

/// "far in 123 rounds (98.1 M lines/s), near in 21 (204 M lines/s)"; empty: no probe said anything.
std::string say_classes(const Report& report) {
  std::string text;
  bool known = false;
  for (const PlacementClass kind :
       {PlacementClass::near, PlacementClass::far, PlacementClass::mixed, PlacementClass::unknown}) {
    std::size_t rounds = 0;
    std::vector<double> lines_per_s;
    for (const CaseReport& one : report.cases)
      for (const ClassSummary& part : one.summary.classes) {
        if (part.kind != kind) continue;
        rounds += part.rounds;
        if (part.lines_per_s) lines_per_s.push_back(*part.lines_per_s);
      }
    if (rounds == 0) continue;
    text += fmt::format("{}{} in {}", text.empty() ? "" : ", ", name_of(kind), counted(rounds, "round"));
    if (lines_per_s.empty()) continue;
    text += fmt::format(" ({} lines/s)", human_count(median(lines_per_s)));
    known = true;
  }
  return known ? text : "";
}

}  // namespace

void write_placement(const Report& report, const std::function<std::string(const Case&)>& label,
                     const FormatOptions& options, std::ostream& out) {
  std::string text = say_classes(report);
  if (text.empty()) return;
  Table table({{"  case"}, {"CPUs"}, {"n", true}, {"msg/s", true}, {"above", false}});
  bool several = false;
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const CaseReport& one = report.cases[i];
    if (one.summary.classes.size() < 2 || number_of(one, "throughput_msgs_per_s") == nullptr) continue;
    several = true;
    for (const ClassSummary& part : one.summary.classes) {
      const Metric& rate = part.metrics.front();
      table.add_row({{"  " + label(report.record.cases[i].config)},
                     {std::string(name_of(part.kind))},
                     {std::to_string(part.rounds)},
                     {rate.median ? human_count(*rate.median) : "-"},
                     {part.kind == one.summary.shown ? "shown" : ""}});
    }
  }
  text = "How near the CPUs were: " + text + '.';
  if (several)
    text += fmt::format(
        " Numbers above are of each case's class with most rounds, where these are at least {}; "
        "by class:",
        kRoundsOfShownClass);
  out << '\n' << painted(wrapped(text, 0, options.width), Paint::faint, options.color);
  if (several) table.write(options, out);
}

Cell verdict_cell(const CaseRecord& record, const CaseReport& report) {
  if (record.floor && report.as_expected) return {"floor", Paint::faint};
  const std::string checks = checks_with(report, report.outcome);
  switch (report.outcome) {
    case Outcome::pass:
      return report.as_expected ? Cell{"pass", Paint::good} : Cell{"PASS, not as expected", Paint::bad};
    case Outcome::fail:
      return report.as_expected ? Cell{"fail as expected: " + checks, Paint::doubtful}
                                : Cell{"FAIL " + checks, Paint::bad};
    case Outcome::unknown:
      return report.as_expected ? Cell{"unknown: " + checks, Paint::faint}
                                : Cell{"UNKNOWN " + checks, Paint::doubtful};
  }
  return {};
}

void write_failures(const Report& report, const FormatOptions& options, std::ostream& out) {
  std::size_t blocks = 0;
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    if (report.cases[i].as_expected && report.cases[i].outcome != Outcome::fail) continue;
    if (++blocks <= kBlocksShown) write_block(report.record.cases[i], report.cases[i], options, out);
  }
  if (blocks > kBlocksShown)
    out << fmt::format("\nand {} more; the JSON report has them all\n", blocks - kBlocksShown);
}

void write_warnings(const Report& report, const FormatOptions& options, std::ostream& out) {
  const std::vector<Warning> different = different_warnings(report);
  if (!different.empty()) out << '\n';
  for (const Warning& warning : different) {
    const std::string text = "warning: " + warning.text;
    out << painted(wrapped(text, 9, options.width), Paint::doubtful, options.color);
    if (!warning.remedy.empty()) out << wrapped("  remedy: " + warning.remedy, 10, options.width);
  }
}

void write_summary_line(const Report& report, const FormatOptions& options, std::ostream& out) {
  const CaseCounts counts = count_cases(report);
  std::string text = counted(counts.cases, "case");
  if (counts.passed == counts.cases) text += ": all as expected";
  else
    text +=
        fmt::format(": {} as expected, {} FAILED, {} UNKNOWN", counts.passed, counts.failed, counts.unknown);
  text += ", in " + human_s(static_cast<double>(report.record.elapsed_ns) / 1e9);
  if (!report.record.complete) text += "; INCOMPLETE, it was ended early";
  if (const std::size_t planned = report.record.plan.cases.size(); planned > counts.cases)
    text += fmt::format(" and {} never began", counted(planned - counts.cases, "case"));
  const bool good = counts.passed == counts.cases && report.record.complete;
  out << painted(text, good ? Paint::good : Paint::bad, options.color) << '\n';
}

}  // namespace pcbench
