#include "cli/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string_view>
#include <utility>

#include "check/judge.h"
#include "report/text.h"
#include "run/execute.h"
#include "stats/open_load.h"
#include "stats/rate_search.h"
#include "stats/rounds.h"
#include "stats/summarize.h"

namespace pcbench {
namespace {

constexpr const char* kInterrupted = "the run was interrupted";
const std::string kTooFew = "too few messages for ";
constexpr double kStartOverLeast = 1024;
constexpr std::uint32_t kSearchRounds = 3;  // a rate is tried in so many

std::optional<double> median_of(const Summary& summary, std::string_view name) {
  for (const Metric& metric : summary.metrics)
    if (metric.name == name) return metric.median;
  return std::nullopt;
}

/// Runs the case of PLAN at RATE.
CaseRecord try_rate(Plan plan, double rate, bool& interrupted) {
  plan.cases.front().load.rate_msgs_per_s = rate;
  plan.rounds = kSearchRounds;
  plan.warmup_rounds = 0;
  RunObserver nobody;
  RunRecord run = execute(plan, nobody);
  interrupted = run.interrupted;
  return std::move(run.cases.front());
}

SearchRecord search_rate(const Plan& plan, bool quiet) {
  const Case& config = plan.cases.front();
  SearchRecord record;
  record.start_msgs_per_s = config.load.rate_msgs_per_s;
  // A round of so many messages must end in time even at the lowest rate.
  const double in_time = 2 * static_cast<double>(config.messages.value_or(0)) / plan.timeout_s;
  RateSearch search(record.start_msgs_per_s,
                    std::clamp(in_time, record.start_msgs_per_s / kStartOverLeast, record.start_msgs_per_s));
  bool interrupted = false;
  while (search.next() && !interrupted) {
    const CaseRecord tried = try_rate(plan, *search.next(), interrupted);
    SearchPoint point = search_point(*config.search, tried);
    point.rate_msgs_per_s = *search.next();
    if (!quiet)
      fmt::print(stderr, "search {}: {} msg/s{}: {} {}{}\n", config.id, human_count(point.rate_msgs_per_s),
                 search.confirming() ? " once more" : "", config.search->metric,
                 point.value ? human_ns(*point.value) : "-", point.kept ? ", kept" : ", " + point.reason);
    if (interrupted) record.reason = kInterrupted;
    else if (point.reason.starts_with(kTooFew)) search.give_up();  // at lower rates there are no more
    else search.add(point.kept);
    record.points.push_back(std::move(point));
  }
  record.found_msgs_per_s = search.found();
  if (!record.found_msgs_per_s && record.reason.empty()) record.reason = why_none_was_found(record.points);
  return record;
}

}  // namespace

SearchPoint search_point(const Search& search, const CaseRecord& record) {
  SearchPoint point;
  point.rate_msgs_per_s = record.config.load.rate_msgs_per_s;
  const CaseReport report = judge_case(record);
  const Summary summary = summarize(record);
  point.value = median_of(summary, search.metric);
  point.throughput_msgs_per_s = median_of(summary, kThroughput);
  const auto rounds = completed_rounds(record);
  const auto count = [&](auto&& holds) {
    return std::count_if(rounds.begin(), rounds.end(),
                         [&](const RoundRecord* round) { return holds(generator_fit(*round)); });
  };
  const auto in_most = [&](auto&& holds) {
    return 2 * static_cast<std::size_t>(count(holds)) > rounds.size();
  };
  const bool all_timed = count([](const GeneratorFit& fit) { return fit.lagged() || fit.unsent != 0; }) == 0;
  if (report.outcome != Outcome::pass) point.reason = "a verdict did not pass";
  else if (rounds.size() < record.rounds.size() || rounds.empty()) point.reason = "a round was not completed";
  else if (!point.value && (all_timed || search.metric.starts_with("service")))
    point.reason = kTooFew + search.metric;
  else if (in_most([](const GeneratorFit& fit) { return !fit.kept_rate(); }))
    point.reason = "the rate was not kept";
  else if (!point.value || in_most([](const GeneratorFit& fit) { return fit.lagged(); }))
    point.reason = "the generator lagged";
  else if (*point.value > search.at_most) point.reason = "above the limit";
  point.kept = point.reason.empty();
  return point;
}

std::string why_none_was_found(const std::vector<SearchPoint>& points) {
  std::vector<std::pair<std::string_view, std::size_t>> reasons;
  for (const SearchPoint& point : points) {
    const std::string_view reason = point.kept ? "kept only once" : std::string_view(point.reason);
    const auto known =
        std::find_if(reasons.begin(), reasons.end(), [&](const auto& one) { return one.first == reason; });
    if (known == reasons.end()) reasons.emplace_back(reason, 1);
    else ++known->second;
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text = "no rate kept it twice";
  for (const auto& [reason, count] : reasons)
    text += fmt::format("{} {} ({} of {} tries)", text.ends_with("twice") ? ":" : ",", reason, count,
                        points.size());
  return text;
}

std::vector<SearchedCase> search_rates(Plan& plan, bool quiet) {
  std::vector<SearchedCase> searches;
  for (Case& config : plan.cases) {
    if (!config.search) continue;
    Plan alone = plan;
    alone.cases = {config};
    SearchedCase& searched = searches.emplace_back(SearchedCase{config.id, search_rate(alone, quiet)});
    config.load.rate_msgs_per_s = searched.record.found_msgs_per_s.value_or(config.load.rate_msgs_per_s);
    if (searched.record.reason == kInterrupted) {
      std::raise(SIGINT);  // it was taken; the run itself must end by it as well
      break;
    }
  }
  return searches;
}

void add_searches(const std::vector<SearchedCase>& searches, RunRecord& run) {
  for (CaseRecord& record : run.cases) {
    const auto searched = std::find_if(searches.begin(), searches.end(), [&](const SearchedCase& one) {
      return one.case_id == record.config.id;
    });
    if (searched == searches.end()) continue;
    record.search = searched->record;
    const Search& search = *record.config.search;
    if (!record.search->found_msgs_per_s) {
      record.warnings.push_back(
          {"search_failed",
           fmt::format("no rate keeps {} within {:g}: {}; the rounds offer the rate it began with",
                       search.metric, search.at_most, record.search->reason),
           "another limit or first rate, longer rounds, a quieter machine (bench doctor)", record.config.id});
    } else if (const SearchPoint run_point = search_point(search, record); !run_point.kept) {
      record.warnings.push_back(
          {"search_unconfirmed",
           fmt::format("at the rate that the search found the rounds did not keep {} within {:g}: {}",
                       search.metric, search.at_most, run_point.reason),
           "a quieter machine, longer rounds; the rate is too high by that", record.config.id});
    }
  }
}

}  // namespace pcbench
