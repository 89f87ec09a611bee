// history_store: past reports, kept so that a later one can be seen beside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/database.h"
#include "compare/report_reader.h"

namespace pcbench {

/// One stored report, without its samples.
struct Session {
  std::int64_t id = 0;
  std::string kind;  ///< "run" or "ab"
  std::string started_at;
  std::string name;  ///< of the config
  std::string config_hash;
  std::string machine;     ///< digest of the fingerprint
  std::string git_commit;  ///< empty: unknown
  std::int64_t cases = 0;
  std::optional<bool> control_alarm;  ///< ab only
};

/// What an `ab` report tells of the machine: whether alike programs looked unlike.
struct ControlReport {
  std::string started_at;
  std::string name;
  std::string config_hash;
  std::string git_commit;
  std::string machine;
  std::int64_t cases = 0;
  bool control_alarm = false;
};

/// A digest of the facts by which reports of one machine are told.
[[nodiscard]] std::string machine_digest(const std::vector<std::pair<std::string, std::string>>& fingerprint);

class HistoryStore {
 public:
  /// Opens PATH, or creates it. Errors: Error when it is no history, or a newer program's.
  explicit HistoryStore(const std::string& path);

  /// Adds REPORT with its passed cases in one transaction. False: it was there already. Errors: Error when it
  /// could not be written; nothing of it was.
  bool add(const StoredReport& report);
  bool add(const ControlReport& report);

  /// All sessions, the oldest first.
  [[nodiscard]] std::vector<Session> sessions();

  /// The samples of SESSION, as if its report was read again.
  [[nodiscard]] StoredReport report_of(const Session& session);

 private:
  Database database_;
};

}  // namespace pcbench
