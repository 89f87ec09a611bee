// The console report: what ran where, one line a case grouped by workload, what failed and why, what to
// distrust.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "model/names.h"
#include "report/case_counts.h"
#include "report/console_parts.h"
#include "report/equal_work.h"
#include "report/writers.h"

namespace pcbench {
namespace {

const Metric* throughput_of(const CaseReport& report) { return number_of(report, "throughput_msgs_per_s"); }

std::vector<std::string> parts_of(const std::string& id) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= id.size();) {
    const std::size_t end = std::min(id.find('/', at), id.size());
    parts.push_back(id.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts, const auto& wanted) {
  std::string text;
  for (const std::string& part : parts)
    if (wanted(part)) text += (text.empty() ? "" : "/") + part;
  return text;
}

/// The parts that the ids of all cases share: said once above the table, not in each line.
std::set<std::string> shared_parts(const Report& report) {
  std::map<std::string, std::size_t> seen;
  for (const CaseRecord& one : report.record.cases) {
    const std::vector<std::string> parts = parts_of(one.config.id);
    for (const std::string& part : std::set<std::string>(parts.begin(), parts.end())) ++seen[part];
  }
  std::set<std::string> shared;
  for (const auto& [part, count] : seen)
    if (count == report.record.cases.size() && report.record.cases.size() > 1) shared.insert(part);
  return shared;
}

std::string label_of(const Case& config, const std::set<std::string>& shared) {
  const std::vector<std::string> parts = parts_of(config.id);
  const std::string topology = topology_of(config);
  return joined(parts, [&](const std::string& part) {
    return &part == &parts.front() || (part != topology && !shared.contains(part));
  });
}

void write_header(const Report& report, const std::set<std::string>& shared, const FormatOptions& options,
                  std::ostream& out) {
  const RunRecord& run = report.record;
  const auto fact = [&](std::string_view section, std::string_view name) -> std::string {
    const Fact* found = run.environment.find(section, name);
    if (found == nullptr) return "?";
    if (const auto* text = std::get_if<std::string>(found)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(found)) return std::to_string(*number);
    return "?";
  };
  out << painted(run.plan.name, Paint::strong, options.color) << '\n';
  if (!run.plan.comment.empty()) out << wrapped(run.plan.comment, 0, options.width);
  out << wrapped(
      fmt::format("pcbench {} ({}, {}) on {}, {} CPUs, {}; seed {}", fact("build", "version"),
                  short_commit(fact("build", "git_commit")), fact("build", "type"), fact("cpu", "model"),
                  fact("cpu", "logical_cpus"), fact("kernel", ""), run.plan.seed),
      0, options.width);
  if (run.cases.empty()) return;
  const auto& first = run.cases.front().config;
  const std::string topology = topology_of(first);
  const std::vector<std::string> parts = parts_of(first.id);
  const std::string common = joined(parts, [&](const std::string& part) {
    return &part != &parts.front() && part != topology && shared.contains(part);
  });
  if (!common.empty()) out << "every case: " << common << '\n';
}

/// The case of GROUP with the highest median among those that count: passed, moving something, and shown with
/// rounds of class SHOWN; nullptr: none.
const CaseReport* best_of(const Report& report, const std::vector<std::size_t>& group,
                          std::optional<PlacementClass> shown) {
  const CaseReport* best = nullptr;
  for (const std::size_t i : group) {
    const CaseReport& one = report.cases[i];
    if (report.record.cases[i].floor || one.outcome != Outcome::pass || throughput_of(one) == nullptr ||
        one.summary.shown != shown)
      continue;
    if (best == nullptr || *throughput_of(one)->median > *throughput_of(*best)->median) best = &one;
  }
  return best;
}

std::string ratio_text(double ratio) { return fmt::format("{:.{}f}", ratio, ratio < 10 ? 2 : 1); }

/// How much slower than BEST, and the interval of that: from the least that those of the two medians allow to
/// the most. Both hold at once in at least 90 % of all runs, so it covers the true ratio at least as often.
std::array<Cell, 2> rank_cells(const CaseRecord& record, const CaseReport& report, const CaseReport* best) {
  const Metric* rate = throughput_of(report);
  if (best == nullptr || record.floor || report.outcome != Outcome::pass || rate == nullptr) return {};
  if (&report == best) return {Cell{"best", Paint::good}, {}};
  const Metric* best_rate = throughput_of(*best);
  const std::string ratio = ratio_text(*best_rate->median / *rate->median) + "x slower";
  if (!rate->ci95 || !best_rate->ci95 || (*rate->ci95)[0] <= 0) return {Cell{ratio}, {}};
  const double least = (*best_rate->ci95)[0] / (*rate->ci95)[1];
  const double most = (*best_rate->ci95)[1] / (*rate->ci95)[0];
  return {Cell{(least <= 1 ? "~" : "") + ratio},
          Cell{fmt::format("[{}, {}]", ratio_text(least), ratio_text(most))}};
}

/// CPU seconds of all workers per million messages.
Cell cpu_cell(const CaseReport& report) {
  const Metric* cpu = number_of(report, "cpu_ns_per_msg");
  if (cpu == nullptr) return {};
  const double seconds = *cpu->median / 1000;
  return {seconds < 1 ? fmt::format("{:.3f}", seconds) : human_count(seconds)};
}

std::vector<Cell> row_of(const CaseRecord& record, const CaseReport& report, const CaseReport* best,
                         const std::set<std::string>& shared) {
  const Metric* rate = throughput_of(report);
  const auto latency = [&](std::string_view name) -> Cell {
    const Metric* metric = number_of(report, name);
    return metric == nullptr ? Cell{} : Cell{human_ns(*metric->median)};
  };
  Cell interval;
  if (rate != nullptr && rate->ci95)
    interval.text = fmt::format("[{}, {}]", human_count((*rate->ci95)[0]), human_count((*rate->ci95)[1]));
  const auto rank = rank_cells(record, report, best);
  return {{"  " + label_of(record.config, shared), record.floor ? Paint::faint : Paint::plain},
          verdict_cell(record, report),
          {rate == nullptr ? "-" : human_count(*rate->median)},
          interval,
          {rate == nullptr ? "" : std::to_string(rate->samples.size())},
          latency(latency_metric(record.config, "p50")),
          latency(latency_metric(record.config, "p99")),
          cpu_cell(report),
          rank[0],
          rank[1]};
}

Table case_table(const Report& report, const std::set<std::string>& shared) {
  Table table({{"  case"},
               {"verdict"},
               {"msg/s", true},
               {"95 % interval", true, 2},
               {"n", true, 4},
               {"p50", true, 3},
               {"p99", true, 3},
               {"CPU s/M", true, 5},
               {"vs best", true, 1},
               {"at least 90 %", true, 6}});
  std::vector<std::pair<EqualWork, std::vector<std::size_t>>> groups;  // in the order of the config
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const EqualWork work = work_of(report.record.cases[i].config);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == work; });
    if (group == groups.end()) group = groups.insert(group, {work, {}});
    group->second.push_back(i);
  }
  for (const auto& [work, group] : groups) {
    table.add_heading(heading_of(report.record.cases[group.front()].config));
    const bool ranked = group.size() > 1 && !is_open(report.record.cases[group.front()].config);
    for (const std::size_t i : group) {
      const CaseReport& one = report.cases[i];
      const CaseReport* best = ranked ? best_of(report, group, one.summary.shown) : nullptr;
      table.add_row(row_of(report.record.cases[i], one, best, shared));
    }
  }
  return table;
}

/// What the signs and the latencies of the table mean, where it has any.
void write_legend(const Report& report, const FormatOptions& options, std::ostream& out) {
  const auto any = [&](const auto& holds) {
    for (std::size_t i = 0; i < report.cases.size(); ++i)
      if (holds(report.record.cases[i], report.cases[i])) return true;
    return false;
  };
  std::string text;
  if (any([](const CaseRecord&, const CaseReport& one) { return throughput_of(one) != nullptr; }))
    text +=
        "msg/s is the median of n rounds. vs best: the ratio of the medians, and how far both intervals let "
        "it range; ~ where that holds 1, so that nobody knows which is faster.";
  if (any([](const CaseRecord&, const CaseReport& one) {
        return number_of(one, "cpu_ns_per_msg") != nullptr;
      }))
    text += " CPU s/M: seconds of CPU, all workers together, per million messages.";
  if (any([](const CaseRecord& record, const CaseReport& one) {
        return !is_open(record.config) && number_of(one, "service_ns_p50") != nullptr;
      }))
    text +=
        " p50 and p99 are service times, push began to popped, under saturation: mostly the depth of the "
        "queue.";
  if (any([](const CaseRecord& record, const CaseReport& one) {
        return is_open(record.config) && number_of(one, "response_ns_p50") != nullptr;
      }))
    text += " Where a rate is offered, p50 and p99 are response times: meant to be pushed to popped.";
  if (any([](const CaseRecord& record, const CaseReport&) { return is_ping_pong(record.config); }))
    text += " Of ping pong msg/s are round trips a second, and p50 and p99 what one takes.";
  if (any([](const CaseRecord& record, const CaseReport&) { return shares_state(record.config); }))
    text += " Of shared numbers msg/s are updates a second.";
  if (any([](const CaseRecord& one, const CaseReport&) { return one.floor; }))
    text += " The floor moves nothing: what is left is the harness itself.";
  if (!text.empty()) out << '\n' << painted(wrapped(text, 0, options.width), Paint::faint, options.color);
}

/// What the log cost, where the run has the same case without it.
void write_history_costs(const Report& report, const std::set<std::string>& shared,
                         const FormatOptions& options, std::ostream& out) {
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const std::optional<HistoryCost>& cost = report.cases[i].summary.history_cost;
    if (!cost || !cost->on || !cost->off) continue;
    out << '\n'
        << wrapped(
               fmt::format("{}: {} of CPU a message with the log, {} without; {} and {} of the round's time",
                           label_of(report.record.cases[i].config, shared), human_ns(cost->on->cpu_ns),
                           human_ns(cost->off->cpu_ns), human_ns(cost->on->elapsed_ns),
                           human_ns(cost->off->elapsed_ns)),
               0, options.width);
  }
}

/// What the searches found.
void write_searches(const Report& report, const std::set<std::string>& shared, const FormatOptions& options,
                    std::ostream& out) {
  for (const CaseRecord& record : report.record.cases) {
    if (!record.search) continue;
    const Search& search = *record.config.search;
    const std::string goal = fmt::format("{} within {}", search.metric, human_ns(search.at_most));
    const std::string answer =
        record.search->found_msgs_per_s
            ? fmt::format("{} msg/s is the highest rate that keeps {} ({} tried)",
                          human_count(*record.search->found_msgs_per_s), goal,
                          counted(record.search->points.size(), "rate"))
            : fmt::format("no rate was found that keeps {}: {}", goal, record.search->reason);
    out << '\n' << wrapped(label_of(record.config, shared) + ": " + answer, 0, options.width);
  }
}

}  // namespace

void write_console(const Report& report, const FormatOptions& options, std::ostream& out) {
  const std::set<std::string> shared = shared_parts(report);
  write_header(report, shared, options, out);
  out << '\n';
  case_table(report, shared).write(options, out);
  write_legend(report, options, out);
  write_placement(report, [&](const Case& config) { return label_of(config, shared); }, options, out);
  write_history_costs(report, shared, options, out);
  write_searches(report, shared, options, out);
  write_failures(report, options, out);
  write_warnings(report, options, out);
  out << '\n';
  write_summary_line(report, options, out);
}

}  // namespace pcbench
