// database: one SQLite file and statements on it, closed when they go.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace pcbench {

/// A prepared statement. Parameters are bound in their order; columns count from 0.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);

  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind_null();

  /// Whether there is a row (more).
  bool step();
  /// Ready to be bound and run once more.
  void reset();

  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

/// Writers wait for each other. What a transaction has committed survives a killed process, a full disk and a
/// power cut. Errors of all members: Error with SQLite's words and the path.
class Database {
 public:
  /// Opens PATH, or creates it, and changes nothing.
  explicit Database(const std::string& path);

  /// From now on, and whoever opens it: write-ahead logging, by which readers and a writer do not wait for
  /// each other.
  void log_ahead();

  void run(const std::string& sql);
  [[nodiscard]] Statement prepare(std::string_view sql) { return {database_.get(), sql}; }
  /// Runs WORK as one transaction: all of it, or nothing when it throws.
  void transact(const std::function<void()>& work);
  [[nodiscard]] std::int64_t last_row_id() const noexcept {
    return sqlite3_last_insert_rowid(database_.get());
  }

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace pcbench
