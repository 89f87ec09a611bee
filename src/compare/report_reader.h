// report_reader: what comparing needs of a report that `bench run` wrote, today or some versions ago.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "compare/json_view.h"
#include "model/verdict.h"

namespace pcbench {

struct StoredMetric {
  std::string name;
  std::string unit;
  bool higher_is_better = false;
  std::vector<double> samples;  ///< one a round

  /// Whether there are samples, all positive: only those have logarithms, on which everything here is done.
  [[nodiscard]] bool comparable() const noexcept;
  /// Requires: comparable.
  [[nodiscard]] std::vector<double> logarithms() const;
};

struct StoredCase {
  std::string id;
  Outcome outcome = Outcome::pass;
  bool as_expected = true;
  bool stuck = false;                   ///< a round hung, or a worker of it died
  bool floor = false;                   ///< its transport moves nothing: the harness's own cost
  std::string problem;                  ///< checks that did not pass, with their reasons
  std::vector<StoredMetric> metrics;    ///< in alphabetical order
  std::vector<std::string> placements;  ///< the hand-over probe's class of each round
  std::vector<double> elapsed_ns;       ///< of each round

  [[nodiscard]] const StoredMetric* find(std::string_view metric) const noexcept;
};

struct StoredReport {
  std::string path;
  std::string name;  ///< of the config
  std::string config_hash;
  std::string git_commit;  ///< empty: unknown
  std::string started_at;
  std::string host_id;  ///< empty: unknown
  bool complete = false;
  /// What must be alike for two reports to speak of one machine, as {JSON pointer, value}.
  std::vector<std::pair<std::string, std::string>> fingerprint;
  /// How its program was built, in the same form.
  std::vector<std::pair<std::string, std::string>> build;
  std::vector<StoredCase> cases;

  [[nodiscard]] const StoredCase* find(std::string_view id) const noexcept;
};

/// Errors: Error naming file and JSON pointer of what is wrong; a schema of another major version is refused.
[[nodiscard]] StoredReport read_report(const std::string& path);

/// What must be alike for two reports to speak of one machine, as {JSON pointer, value}; of a report or an
/// `ab` report.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> fingerprint_of(const nlohmann::json& json);

/// As read_report, of JSON that was read already; PATH is for messages.
[[nodiscard]] StoredReport report_of(const nlohmann::json& json, const std::string& path);

/// The keys of a report that no reader here needs and that are most of its bytes.
inline constexpr std::array<std::string_view, 8> kUnreadKeys = {
    "workers", "histograms", "params", "promises", "effective", "config", "blocked", "counter_example"};

/// Requires that JSON says schema WANTED in major version 1. Errors: Error.
void require_schema(const JsonView& view, std::string_view wanted);

}  // namespace pcbench
