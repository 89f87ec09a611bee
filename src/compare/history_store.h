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
  std::string build;       ///< type, compiler and flags of the program; empty: unknown, as in old stores
  std::int64_t cases = 0;
  std::optional<bool> control_alarm;  ///< ab only
};

/// How a stored REPORT looks, but for its id.
[[nodiscard]] Session session_of(const StoredReport& report);

/// Whether numbers of A and B may differ by noise only, whatever their commits: same machine, config and
/// build, as far as is known.
[[nodiscard]] bool same_setting(const Session& a, const Session& b) noexcept;

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

/// Whether the numbers of ONE are kept: a wrong one, or the harness's own cost, is no history.
[[nodiscard]] bool is_history(const StoredCase& one) noexcept;

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

/// The history at PATH, for reading: that never creates one. Errors: Error, also where there is none.
[[nodiscard]] HistoryStore open_history(const std::string& path);

}  // namespace pcbench
