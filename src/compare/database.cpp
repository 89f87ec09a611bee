#include "compare/database.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"

namespace pcbench {
namespace {

constexpr int kBusyMs = 20'000;  ///< how long one writer waits for others

std::string remedy_for(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return "free some space; what was added before is untouched";
    case SQLITE_BUSY:
      return "another writer holds it for long: end that one, or try again";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return "give a file that `bench history add` wrote";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return "give a file in an existing directory you may write to";
    default:
      return {};
  }
}

[[noreturn]] void fail(sqlite3* database) {
  const char* const path = sqlite3_db_filename(database, "main");
  throw Error(fmt::format("the history cannot be used: {}", sqlite3_errmsg(database)),
              path == nullptr ? "" : path, remedy_for(sqlite3_extended_errcode(database)));
}

}  // namespace

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) !=
      SQLITE_OK)
    fail(database);
  statement_.reset(statement);
}

Statement& Statement::bind(std::string_view text) {
  if (sqlite3_bind_text(statement_.get(), ++bound_, text.data(), static_cast<int>(text.size()),
                        SQLITE_TRANSIENT) != SQLITE_OK)
    fail(database_);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  if (sqlite3_bind_int64(statement_.get(), ++bound_, number) != SQLITE_OK) fail(database_);
  return *this;
}

Statement& Statement::bind_null() {
  if (sqlite3_bind_null(statement_.get(), ++bound_) != SQLITE_OK) fail(database_);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(database_);
  return code == SQLITE_ROW;
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  bound_ = 0;
}

std::string Statement::text(int column) const {
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return bytes == nullptr
             ? std::string()
             : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Database::Database(const std::string& path) {
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK)
    throw Error(fmt::format("the history cannot be opened: {}", sqlite3_errstr(code)), path,
                remedy_for(code));
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, kBusyMs);
  run("PRAGMA synchronous = FULL");
  run("PRAGMA foreign_keys = ON");
}

void Database::log_ahead() {
  // To change the mode SQLite does not wait for others, so this does: two first writers may arrive together.
  const std::uint64_t deadline_ns = now_ns() + std::uint64_t{kBusyMs} * 1'000'000;
  while (sqlite3_exec(database_.get(), "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr) != SQLITE_OK) {
    if ((sqlite3_errcode(database_.get()) & 0xff) != SQLITE_BUSY || now_ns() > deadline_ns)
      fail(database_.get());
    sqlite3_sleep(1);
  }
}

void Database::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(database_.get());
}

void Database::transact(const std::function<void()>& work) {
  run("BEGIN IMMEDIATE");
  try {
    work();
    run("COMMIT");
  } catch (...) {
    // Fails harmlessly where SQLite has rolled back by itself, as it does when the disk is full.
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

}  // namespace pcbench
