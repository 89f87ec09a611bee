#include "compare/history_trend.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/order_statistics.h"
#include "compare/compare_reports.h"
#include "stats/change_points.h"
#include "stats/moments.h"

namespace pcbench {
namespace {

/// How far NEXT's logarithms lie from BASE's, in standard errors; nullopt: single values have none.
std::optional<double> scaled_change(const StoredMetric& base, const StoredMetric& next) {
  const std::vector<double> a = base.logarithms(), b = next.logarithms();
  const Moments before = moments_of(a), after = moments_of(b);
  const double error = std::sqrt(before.variance / static_cast<double>(a.size()) +
                                 after.variance / static_cast<double>(b.size()));
  if (error <= 0) return std::nullopt;
  return std::abs(after.mean - before.mean) / error;
}

bool clean(const std::string& commit) { return !commit.empty() && !commit.ends_with("-dirty"); }

/// A session that still waits for one like it.
struct Unpaired {
  Session session;
  StoredReport report;
};

bool any_alarm(const Comparison& comparison) {
  return std::any_of(comparison.claims.begin(), comparison.claims.end(), [](const Claim& claim) {
    return claim.verdict == GateVerdict::regression || claim.verdict == GateVerdict::improvement;
  });
}

struct Builder {
  MetricSeries series;
  bool higher_is_better = false;
};

void find_shifts(Builder& builder, double alpha, double min_effect) {
  MetricSeries& series = builder.series;
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

std::optional<double> largest_scaled_change(const StoredReport& base, const StoredReport& next,
                                            const std::vector<std::string>& metrics) {
  std::optional<double> largest;
  for (const StoredCase& a : base.cases) {
    const StoredCase* const b = next.find(a.id);
    if (b == nullptr || !is_history(a) || !is_history(*b)) continue;
    for (const std::string& name : metrics) {
      const StoredMetric *const x = a.find(name), *const y = b->find(name);
      if (x == nullptr || y == nullptr || !x->comparable() || !y->comparable()) continue;
      if (const auto change = scaled_change(*x, *y)) largest = std::max(largest.value_or(0), *change);
    }
  }
  return largest;
}

AlikeSessions alike_sessions(HistoryStore& store, const Session& like,
                             const std::vector<std::string>& metrics) {
  AlikeSessions alike;
  // By commit. Each session is in one pair at most, so that pairs are independent.
  std::map<std::string, std::vector<Unpaired>> unpaired;
  for (const Session& session : store.sessions()) {
    if (session.machine != like.machine) continue;
    if (session.control_alarm) {
      ++alike.controls;
      alike.control_alarms += *session.control_alarm ? 1 : 0;
      continue;
    }
    if (!same_setting(session, like) || !clean(session.git_commit)) continue;
    std::vector<Unpaired>& others = unpaired[session.git_commit];
    Unpaired now{session, store.report_of(session)};
    std::optional<double> change;  // runs of other cases (--filter) tell nothing of each other
    const auto other = std::find_if(others.begin(), others.end(), [&](const Unpaired& before) {
      if (same_setting(before.session, session))
        change = largest_scaled_change(before.report, now.report, metrics);
      return change.has_value();
    });
    if (other == others.end()) {
      others.push_back(std::move(now));
      continue;
    }
    ++alike.pairs;
    alike.largest_scaled = std::max(alike.largest_scaled, *change);
    alike.alarms += any_alarm(compare_reports(other->report, {now.report}, metrics, {}).front()) ? 1 : 0;
    others.erase(other);
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
  // A copy: its place is moved from below. NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  const Session like = *newest;
  for (Session& session : all)
    if (same_setting(session, like)) trend.sessions.push_back(std::move(session));
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
        if (metric == nullptr || !metric->comparable()) continue;
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
  trend.alike = alike_sessions(store, like, metrics);
  return trend;
}

}  // namespace pcbench
