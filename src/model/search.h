// Search: a case that asks for the highest rate at which a metric stays within a limit, and its outcome.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace pcbench {

struct Search {
  std::string metric;  ///< "response_ns_p99"
  double at_most = 0;  ///< in its unit

  friend bool operator==(const Search&, const Search&) = default;
};

/// One rate that was tried, in a few rounds.
struct SearchPoint {
  double rate_msgs_per_s = 0;
  std::optional<double> value;  ///< the metric's median; nullopt: it had none
  std::optional<double> throughput_msgs_per_s;
  bool kept = false;
  std::string reason;  ///< why not kept; empty: it was
};

struct SearchRecord {
  double start_msgs_per_s = 0;
  std::vector<SearchPoint> points;         ///< as they were tried: latency against offered load
  std::optional<double> found_msgs_per_s;  ///< what the case's rounds offer; nullopt: see reason
  std::string reason;                      ///< why there is none
};

}  // namespace pcbench
