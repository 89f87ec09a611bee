// Summary: what stats/ makes of a case's rounds.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/histogram.h"
#include "model/record.h"
#include "model/warning.h"

namespace pcbench {

/// One metric of one case; a sample is one round with fresh workers.
struct Metric {
  std::string name;  ///< "throughput_msgs_per_s"; the unit is its suffix
  std::string unit;  ///< "msg/s", "ns"
  bool higher_is_better = false;
  std::vector<double> samples;
  std::optional<double> median;               ///< nullopt: no samples
  std::optional<std::array<double, 2>> ci95;  ///< of the median, by order statistics; nullopt: too few
  std::string reason;                         ///< why a number is missing
};

/// Whether a case's rounds come from one steady state, or still warm up, drift or swing.
struct Steadiness {
  bool judged = false;  ///< false: too few samples, or all alike
  bool steady = true;
  double p = 1;         ///< of the test that spoke against it, corrected for there being two
  std::string finding;  ///< what speaks against it, in words; empty where steady
};

/// Per message, the median over the rounds.
struct MessageCost {
  double cpu_ns = 0;      ///< of all workers together
  double elapsed_ns = 0;  ///< of the round
};

/// What `verify: history` cost a case.
struct HistoryCost {
  std::optional<MessageCost> on;   ///< the case itself; nullopt: see reason
  std::optional<MessageCost> off;  ///< the case called AGAINST, which differs in verify: online alone
  std::string against;
  std::string reason;  ///< why a number is missing
};

/// What one round pushed and popped in each stretch of its time, from its history.
struct RoundSeries {
  std::uint32_t round = 0;            ///< its index
  std::uint64_t bucket_ns = 0;        ///< each stretch lasts so long; the first begins with the round
  std::vector<std::uint64_t> pushed;  ///< pushes that began in it
  std::vector<std::uint64_t> popped;  ///< pops that ended in it; never more so far than pushed
};

/// What the completed rounds of one placement class came to.
struct ClassSummary {
  PlacementClass kind = PlacementClass::unknown;
  std::size_t rounds = 0;
  std::optional<double> lines_per_s = {};  ///< median of their probes; nullopt: there were none
  std::vector<Metric> metrics = {};  ///< empty where the case has no other class: they are the case's own
};

struct Summary {
  std::vector<Metric> metrics;
  Histogram service_ns;                     ///< of all completed rounds
  Histogram response_ns;                    ///< open loop: of those whose generator was valid
  Histogram generator_lag_ns;               ///< open loop: of all completed rounds
  Histogram round_trip_ns;                  ///< ping_pong: of all completed rounds
  Steadiness steadiness;                    ///< of the throughput
  std::optional<HistoryCost> history_cost;  ///< nullopt: nothing was logged
  std::optional<RoundSeries> series;        ///< nullopt: there is no whole history
  std::vector<ClassSummary> classes;        ///< those that completed rounds were in
  std::optional<PlacementClass> shown;      ///< whose rounds alone gave the numbers; nullopt: all rounds did
  std::vector<Warning> warnings;
};

}  // namespace pcbench
