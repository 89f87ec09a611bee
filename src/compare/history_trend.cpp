#include "compare/history_trend.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/order_statistics.h"
#include "compare/compare_reports.h"
#include "stats/change_points.h"

namespace pcbench {
namespace {

bool usable(const StoredMetric& metric) {
  return !metric.samples.empty() &&
         std::all_of(metric.samples.begin(), metric.samples.end(), [](double x) { return x > 0; });
}

/// Of the logarithms: mean and squared standard error.
struct Moments {
  double mean = 0;
  double squared_error = 0;
};

Moments log_moments(const std::vector<double>& samples) {
  const auto count = static_cast<double>(samples.size());
  Moments moments;
  for (const double sample : samples) moments.mean += std::log(sample) / count;
  double squares = 0;
  for (const double sample : samples) squares += std::pow(std::log(sample) - moments.mean, 2);
  if (count > 1) moments.squared_error = squares / (count - 1) / count;
  return moments;
}

bool clean(const std::string& commit) { return !commit.empty() && !commit.ends_with("-dirty"); }

struct Builder {
  Series series;
  bool higher_is_better = false;
};

void find_shifts(Builder& builder, double alpha, double min_effect) {
  Series& series = builder.series;
  std::vector<double> logs;
  for (const double value : series.medians) logs.push_back(std::log(value));
  ChangePointRule rule;
  rule.alpha = alpha;
  const std::vector<ChangePoint> points = change_points(logs, rule);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : points[i - 1].index, at = points[i].index;
    const std::size_t end = i + 1 < points.size() ? points[i + 1].index : logs.size();
    const double shift =
        median(std::span(logs).subspan(at, end - at)) - median(std::span(logs).subspan(begin, at - begin));
    series.shifts.push_back(
        {series.sessions[at], std::expm1(shift), (shift < 0) == builder.higher_is_better, points[i].p});
  }
  if (series.shifts.empty()) return;
  const LevelShift& last = series.shifts.back();
  const double worse_log = std::abs(std::log1p(last.change));
  series.regressed = last.worse && worse_log >= std::log1p(min_effect);
}

}  // namespace

double largest_scaled_change(const StoredReport& base, const StoredReport& next,
                             const std::vector<std::string>& metrics) {
  double largest = 0;
  for (const StoredCase& a : base.cases) {
    const StoredCase* const b = next.find(a.id);
    if (b == nullptr) continue;
    for (const std::string& name : metrics) {
      const StoredMetric *const x = a.find(name), *const y = b->find(name);
      if (x == nullptr || y == nullptr || !usable(*x) || !usable(*y)) continue;
      const Moments before = log_moments(x->samples), after = log_moments(y->samples);
      const double error = std::sqrt(before.squared_error + after.squared_error);
      if (error > 0) largest = std::max(largest, std::abs(after.mean - before.mean) / error);
    }
  }
  return largest;
}

AlikeSessions alike_sessions(HistoryStore& store, const std::string& machine, const std::string& config_hash,
                             const std::vector<std::string>& metrics) {
  AlikeSessions alike;
  std::map<std::string, Session>
      unpaired;  // by commit; each session is in one pair at most, so that pairs are independent
  for (const Session& session : store.sessions()) {
    if (session.machine != machine) continue;
    if (session.control_alarm) {
      ++alike.controls;
      alike.control_alarms += *session.control_alarm ? 1 : 0;
      continue;
    }
    if (session.config_hash != config_hash || !clean(session.git_commit)) continue;
    const auto [other, is_first] = unpaired.emplace(session.git_commit, session);
    if (is_first) continue;
    const StoredReport before = store.report_of(other->second), after = store.report_of(session);
    unpaired.erase(other);
    ++alike.pairs;
    alike.largest_scaled = std::max(alike.largest_scaled, largest_scaled_change(before, after, metrics));
    const auto comparisons = compare_reports(before, {after}, metrics, {});
    const auto& claims = comparisons.front().claims;
    alike.alarms += std::any_of(claims.begin(), claims.end(), [](const Claim& claim) {
      return claim.verdict == GateVerdict::regression || claim.verdict == GateVerdict::improvement;
    });
  }
  return alike;
}

Trend follow_trend(HistoryStore& store, const std::string& name, const std::string& case_part,
                   const std::vector<std::string>& metrics, std::size_t last, const TrendRule& rule) {
  Trend trend;
  std::vector<Session> all = store.sessions();
  std::erase_if(all, [](const Session& session) { return session.kind != "run"; });
  const auto newest = std::find_if(
      all.rbegin(), all.rend(), [&](const Session& session) { return name.empty() || session.name == name; });
  if (newest == all.rend())
    throw Error(name.empty() ? "the history holds no report of `bench run`"
                             : "the history holds no report named " + name,
                "history trend", "bench history add REPORT.json; bench history list");
  Session like = *newest;  // a copy: its place is moved from below
  for (Session& session : all)
    if (session.machine == like.machine && session.config_hash == like.config_hash)
      trend.sessions.push_back(std::move(session));
  trend.left_out = all.size() - trend.sessions.size();
  if (trend.sessions.size() > last)
    trend.sessions.erase(trend.sessions.begin(), trend.sessions.end() - static_cast<std::ptrdiff_t>(last));

  std::map<std::pair<std::string, std::string>, Builder> builders;
  for (std::size_t i = 0; i < trend.sessions.size(); ++i) {
    const StoredReport report = store.report_of(trend.sessions[i]);
    for (const StoredCase& one : report.cases) {
      if (one.id.find(case_part) == std::string::npos) continue;
      for (const std::string& wanted : metrics) {
        const StoredMetric* const metric = one.find(wanted);
        if (metric == nullptr || !usable(*metric)) continue;
        Builder& builder = builders[{one.id, wanted}];
        builder.series.case_id = one.id;
        builder.series.metric = wanted;
        builder.series.unit = metric->unit;
        builder.series.sessions.push_back(i);
        builder.series.medians.push_back(median(metric->samples));
        builder.higher_is_better = metric->higher_is_better;
      }
    }
  }
  for (auto& [key, builder] : builders) {
    find_shifts(builder, rule.alpha / static_cast<double>(builders.size()), rule.min_effect);
    trend.series.push_back(std::move(builder.series));
  }
  trend.alike = alike_sessions(store, like.machine, like.config_hash, metrics);
  return trend;
}

}  // namespace pcbench
