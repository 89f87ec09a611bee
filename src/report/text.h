// Text for people: numbers with three significant digits and a unit, wrapped lines, colour, aligned tables.
// ASCII only, so that a byte is a column on every terminal and in every log.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "report/formats.h"

namespace pcbench {

/// 4214000 → "4.21 M". Also "12.3", "980", "0".
[[nodiscard]] std::string human_count(double value);
/// 1234 → "1.23 us"; up to "12.3 s".
[[nodiscard]] std::string human_ns(double ns);
/// A value of a metric: "4.21 M msg/s", "1.23 us".
[[nodiscard]] std::string value_text(double value, std::string_view unit);
/// 75.4 → "1 min 15 s"; below a minute "23.4 s".
[[nodiscard]] std::string human_s(double seconds);
/// The first digits of a commit, and whether its source was changed: "0123456789ab-dirty"; "?" of none.
[[nodiscard]] std::string short_commit(const std::string& commit);
/// 1 → "1 case", 3 → "3 cases".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

/// TEXT in lines of at most WIDTH columns (a longer word keeps its line), each after the first indented by
/// INDENT. Ends with a newline. Requires: the first line's indentation is part of TEXT.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

enum class Paint : std::uint8_t { plain, strong, faint, good, bad, doubtful };
[[nodiscard]] std::string painted(std::string_view text, Paint paint, bool color);

struct Column {
  std::string title;
  bool right_aligned = false;
  /// A table too wide loses its columns with the highest number (1 to 9) first; 0: never.
  int dropped_at = 0;
};

struct Cell {
  std::string text;
  Paint paint = Paint::plain;
};

/// Rows aligned over the whole table, under headings that interrupt it.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add_heading(std::string text) { rows_.push_back({std::move(text), {}}); }
  /// Requires: as many cells as there are columns.
  void add_row(std::vector<Cell> cells) { rows_.push_back({{}, std::move(cells)}); }

  /// Columns in which no row says anything are left out. The title line is not written where all titles are
  /// empty.
  void write(const FormatOptions& options, std::ostream& out) const;

 private:
  struct Row {
    std::string heading;
    std::vector<Cell> cells;
  };
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t limit) const;
  void write_line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths, bool color,
                  std::ostream& out) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace pcbench
