// history_trend: how each metric of each case moved over the sessions of one machine and config, and what
// alike sessions tell of false alarms there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compare/history_store.h"
#include "stats/gate.h"

namespace pcbench {

struct TrendRule {
  double alpha = 0.01;  ///< chance of any change point where nothing changed, over all series together
  double min_effect = 0.03;
};

/// A step from one level to the next.
struct LevelShift {
  std::size_t session = 0;  ///< of the trend's sessions: the first on the new level
  double change = 0;        ///< of the median, relative, in the metric's own direction
  bool worse = false;
  double p = 1;
};

struct MetricSeries {
  std::string case_id;
  std::string metric;
  std::string unit;
  std::vector<std::size_t> sessions;  ///< those that have a value, by index in the trend
  std::vector<double> medians;        ///< one each
  std::vector<LevelShift> shifts;
  bool regressed = false;  ///< its last step was for the worse, by the least effect or more
};

/// Pairs of sessions of one clean commit and one setting that measured something both: whatever differs
/// between them is noise.
struct AlikeSessions {
  std::size_t pairs = 0;
  std::size_t alarms = 0;     ///< pairs in which `compare` would have found a change
  double largest_scaled = 0;  ///< change, in standard errors, of any claim of any pair
  std::size_t controls = 0;   ///< `ab` reports of this machine, of any config
  std::size_t control_alarms = 0;
};

struct Trend {
  std::vector<Session> sessions;  ///< the oldest first
  std::vector<MetricSeries> series;
  AlikeSessions alike;
  std::size_t left_out = 0;  ///< sessions of another machine, config or build
};

/// Follows METRICS over the last LAST sessions that are like the newest one called NAME (empty: the newest of
/// all), in cases whose id contains CASE_PART. Errors: Error when there is no such session.
[[nodiscard]] Trend follow_trend(HistoryStore& store, const std::string& name, const std::string& case_part,
                                 const std::vector<std::string>& metrics, std::size_t last,
                                 const TrendRule& rule);

/// What the sessions in STORE of LIKE's setting that ought to be alike tell.
[[nodiscard]] AlikeSessions alike_sessions(HistoryStore& store, const Session& like,
                                           const std::vector<std::string>& metrics);

/// The largest change between two reports over METRICS of all cases that a history keeps, each in units of
/// its standard error: one number for the whole family, to be compared with that of sessions known to be
/// alike. nullopt: they share none.
[[nodiscard]] std::optional<double> largest_scaled_change(const StoredReport& base, const StoredReport& next,
                                                          const std::vector<std::string>& metrics);

}  // namespace pcbench
