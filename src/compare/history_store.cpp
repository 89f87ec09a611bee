#include "compare/history_store.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/mix.h"

namespace pcbench {
namespace {

constexpr std::int64_t kVersion = 2;

constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS sessions (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  started_at TEXT NOT NULL,
  name TEXT NOT NULL,
  config_hash TEXT NOT NULL,
  machine TEXT NOT NULL,
  git_commit TEXT NOT NULL,
  cases INTEGER NOT NULL,
  control_alarm INTEGER,
  build TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS metrics (
  session_id INTEGER NOT NULL REFERENCES sessions (id),
  case_id TEXT NOT NULL,
  metric TEXT NOT NULL,
  unit TEXT NOT NULL,
  higher_is_better INTEGER NOT NULL,
  samples TEXT NOT NULL,
  PRIMARY KEY (session_id, case_id, metric)
) WITHOUT ROWID;
)";

/// 128 bits of a text, as hexadecimal digits. Against chance, not against malice.
std::string digest_of(std::string_view text) {
  std::uint64_t a = 1, b = 2;
  for (const char c : text) {
    a = mix64(a ^ static_cast<unsigned char>(c));
    b = mix64(b + static_cast<unsigned char>(c));
  }
  return fmt::format("{:016x}{:016x}", a, b);
}

/// Everything of REPORT that is stored: the same report gives the same, two runs of one second do not.
std::string identity_of(const StoredReport& report) {
  std::string text =
      fmt::format("{}|{}|{}|{}|", report.started_at, report.config_hash, report.git_commit, report.host_id);
  for (const StoredCase& one : report.cases)
    for (const StoredMetric& metric : one.metrics)
      text += fmt::format("{}|{}|{}|", one.id, metric.name, fmt::join(metric.samples, ","));
  return text;
}

/// Whether a session with DIGEST was added now; false: it was there.
bool insert_session(Database& database, const std::string& digest, const Session& session) {
  Statement statement = database.prepare(
      "INSERT INTO sessions (digest, kind, started_at, name, config_hash, machine, git_commit, cases, "
      "control_alarm, build) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING "
      "RETURNING id");
  statement.bind(digest)
      .bind(session.kind)
      .bind(session.started_at)
      .bind(session.name)
      .bind(session.config_hash);
  statement.bind(session.machine).bind(session.git_commit).bind(session.cases);
  if (session.control_alarm) statement.bind(std::int64_t{*session.control_alarm});
  else statement.bind_null();
  return statement.bind(session.build).step();
}

/// The version of the history in DATABASE; 0: it is empty. Changes nothing. Errors: Error for any other
/// database, and for a newer program's.
std::int64_t require_history(Database& database, const std::string& path) {
  Statement version_row = database.prepare("PRAGMA user_version");
  version_row.step();
  const std::int64_t version = version_row.integer(0);
  Statement tables = database.prepare(
      "SELECT count(*), count(*) FILTER (WHERE name IN ('sessions', 'metrics')) FROM sqlite_master "
      "WHERE type = 'table'");
  tables.step();
  if (version == 0 ? tables.integer(0) != 0 : tables.integer(1) != 2)
    throw Error("this SQLite database is no history", path, "give a file that `bench history add` wrote");
  if (version > kVersion)
    throw Error(fmt::format("the history has version {}, this program knows {}", version, kVersion), path,
                "use the program that wrote it, or another file");
  return version;
}

}  // namespace

std::string machine_digest(const std::vector<std::pair<std::string, std::string>>& fingerprint) {
  std::string text;
  for (const auto& [pointer, value] : fingerprint) text.append(pointer).append("=").append(value).append("|");
  return digest_of(text).substr(0, 16);
}

bool is_history(const StoredCase& one) noexcept { return one.outcome == Outcome::pass && !one.floor; }

Session session_of(const StoredReport& report) {
  Session session;
  session.kind = "run";
  session.started_at = report.started_at;
  session.name = report.name;
  session.config_hash = report.config_hash;
  session.machine = machine_digest(report.fingerprint);
  session.git_commit = report.git_commit;
  for (const auto& [pointer, value] : report.build)
    if (value != "null") session.build += (session.build.empty() ? "" : " ") + value;
  session.cases = std::ssize(report.cases);
  return session;
}

bool same_setting(const Session& a, const Session& b) noexcept {
  return a.machine == b.machine && a.config_hash == b.config_hash &&
         (a.build.empty() || b.build.empty() || a.build == b.build);
}

HistoryStore::HistoryStore(const std::string& path) : database_(path) {
  std::int64_t version = 0;
  database_.transact([&] { version = require_history(database_, path); });
  if (version == kVersion) return;
  database_.log_ahead();
  database_.transact([&] {
    // Again, as another writer may have come first.
    version = require_history(database_, path);
    if (version == 0) database_.run(kTables);
    if (version == 1) database_.run("ALTER TABLE sessions ADD COLUMN build TEXT NOT NULL DEFAULT ''");
    if (version < kVersion) database_.run(fmt::format("PRAGMA user_version = {}", kVersion));
  });
}

HistoryStore open_history(const std::string& path) {
  if (!std::filesystem::exists(path))
    throw Error("there is no history", path, "bench history add --db FILE REPORT.json creates it");
  return HistoryStore(path);
}

bool HistoryStore::add(const StoredReport& report) {
  bool added = false;
  database_.transact([&] {
    added = insert_session(database_, digest_of(identity_of(report)), session_of(report));
    if (!added) return;
    const std::int64_t id = database_.last_row_id();
    Statement statement = database_.prepare("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)");
    for (const StoredCase& one : report.cases) {
      if (!is_history(one)) continue;
      for (const StoredMetric& metric : one.metrics) {
        statement.bind(id).bind(one.id).bind(metric.name).bind(metric.unit);
        statement.bind(std::int64_t{metric.higher_is_better}).bind(nlohmann::json(metric.samples).dump());
        statement.step();
        statement.reset();
      }
    }
  });
  return added;
}

bool HistoryStore::add(const ControlReport& report) {
  bool added = false;
  database_.transact([&] {
    Session session;
    session.kind = "ab";
    session.started_at = report.started_at;
    session.name = report.name;
    session.config_hash = report.config_hash;
    session.machine = report.machine;
    session.git_commit = report.git_commit;
    session.cases = report.cases;
    session.control_alarm = report.control_alarm;
    added = insert_session(
        database_, digest_of(report.started_at + "|ab|" + report.config_hash + "|" + report.git_commit),
        session);
  });
  return added;
}

std::vector<Session> HistoryStore::sessions() {
  std::vector<Session> sessions;
  Statement statement = database_.prepare(
      "SELECT id, kind, started_at, name, config_hash, machine, git_commit, build, cases, control_alarm "
      "FROM sessions ORDER BY started_at, id");
  while (statement.step()) {
    Session session{statement.integer(0), statement.text(1), statement.text(2), statement.text(3),
                    statement.text(4),    statement.text(5), statement.text(6), statement.text(7),
                    statement.integer(8), std::nullopt};
    if (!statement.is_null(9)) session.control_alarm = statement.integer(9) != 0;
    sessions.push_back(std::move(session));
  }
  return sessions;
}

StoredReport HistoryStore::report_of(const Session& session) {
  StoredReport report;
  report.path = fmt::format("session {}", session.id);
  report.name = session.name;
  report.config_hash = session.config_hash;
  report.git_commit = session.git_commit;
  report.started_at = session.started_at;
  report.complete = true;
  Statement statement = database_.prepare(
      "SELECT case_id, metric, unit, higher_is_better, samples FROM metrics WHERE session_id = ? "
      "ORDER BY case_id, metric");
  statement.bind(session.id);
  while (statement.step()) {
    const std::string case_id = statement.text(0);
    if (report.cases.empty() || report.cases.back().id != case_id) report.cases.emplace_back().id = case_id;
    StoredMetric& metric = report.cases.back().metrics.emplace_back();
    metric.name = statement.text(1);
    metric.unit = statement.text(2);
    metric.higher_is_better = statement.integer(3) != 0;
    const nlohmann::json samples = nlohmann::json::parse(statement.text(4), nullptr, false);
    if (samples.is_array())
      for (const auto& sample : samples)
        if (sample.is_number()) metric.samples.push_back(sample.get<double>());
  }
  return report;
}

}  // namespace pcbench
