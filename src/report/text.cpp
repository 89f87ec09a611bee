#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace pcbench {
namespace {

/// Three significant digits without an exponent; three digits are left of the point at most.
std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size < 9.995) return fmt::format("{:.2f}", value);
  if (size < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

std::string scaled(double value, std::array<std::string_view, 4> prefixes, double step) {
  std::size_t prefix = 0;
  while (prefix + 1 < prefixes.size() && std::abs(value) >= 999.5) {
    value /= step;
    ++prefix;
  }
  const bool whole = prefix == 0 && value == std::floor(value);
  const std::string number = whole ? fmt::format("{:.0f}", value) : three_digits(value);
  return prefixes[prefix].empty() ? number : fmt::format("{} {}", number, prefixes[prefix]);
}

constexpr std::size_t kGap = 2;
constexpr std::size_t kLabelColumnsLeast = 24;
constexpr int kDropLevels = 9;

}  // namespace

std::string human_count(double value) { return scaled(value, {"", "k", "M", "G"}, 1000); }

std::string human_ns(double ns) { return scaled(ns, {"ns", "us", "ms", "s"}, 1000); }

std::string value_text(double value, std::string_view unit) {
  return unit == "ns" ? human_ns(value) : fmt::format("{} {}", human_count(value), unit);
}

std::string human_s(double seconds) {
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string short_commit(const std::string& commit) {
  constexpr std::size_t kDigits = 12;
  if (commit.empty()) return "?";
  const std::size_t end = std::min(commit.find('-'), commit.size());
  return commit.substr(0, std::min(end, kDigits)) + commit.substr(end);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string result(text.substr(0, text.find_first_not_of(' ')));
  std::size_t column = result.size();
  bool first_word = true;
  for (std::size_t at = column; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!first_word && column + 1 + word.size() > width) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!first_word) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
    first_word = false;
    at = end + 1;
  }
  return result + "\n";
}

std::string painted(std::string_view text, Paint paint, bool color) {
  constexpr std::array<std::string_view, 6> kCodes = {"", "1", "2", "32", "1;31", "33"};
  const std::string_view code = kCodes[static_cast<std::size_t>(paint)];
  if (!color || code.empty()) return std::string(text);
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) result += fmt::format("\x1b[{}m{}\x1b[0m", code, text.substr(at, end - at));
    if (end < text.size()) result += '\n';  // unpainted: some terminals would paint the next line, too
    at = end + 1;
  }
  return result;
}

/// Width of each column, 0 for one left out. What still is too wide takes from the first column, the label.
std::vector<std::size_t> Table::widths(std::size_t limit) const {
  std::vector<std::size_t> result(columns_.size(), 0);
  for (const Row& row : rows_)
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      result[i] = std::max(result[i], row.cells[i].text.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    if (result[i] > 0) result[i] = std::max(result[i], columns_[i].title.size());
  const auto total = [&] {
    std::size_t sum = 0;
    for (const std::size_t width : result) sum += width == 0 ? 0 : width + kGap;
    return sum;
  };
  const std::size_t label_least = std::min(result.front(), kLabelColumnsLeast);
  const auto excess = [&] { return total() > limit + kGap ? total() - limit - kGap : 0; };
  for (int level = kDropLevels; level > 0 && excess() > result.front() - label_least; --level)
    for (std::size_t i = 0; i < result.size(); ++i)
      if (columns_[i].dropped_at == level) result[i] = 0;
  result.front() = std::max(label_least, result.front() - std::min(result.front(), excess()));
  return result;
}

void Table::write_line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths, bool color,
                       std::ostream& out) const {
  std::string line;
  std::size_t owed = 0;  // blanks are written only when something follows: no line ends with one
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == 0) continue;
    std::string text = cells[i].text;
    if (text.size() > widths[i]) text = text.substr(0, widths[i] - 2) + "..";
    const std::size_t blanks = widths[i] - text.size();
    const bool right = columns_[i].right_aligned;
    if (!text.empty()) {
      line += std::string(owed + (right ? blanks : 0), ' ') + painted(text, cells[i].paint, color);
      owed = (right ? 0 : blanks) + kGap;
    } else {
      owed += blanks + kGap;
    }
  }
  out << line << '\n';
}

void Table::write(const FormatOptions& options, std::ostream& out) const {
  if (rows_.empty()) return;
  const std::vector<std::size_t> columns = widths(options.width);
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.push_back({column.title, Paint::faint});
  const bool titled =
      std::any_of(titles.begin(), titles.end(), [](const Cell& cell) { return !cell.text.empty(); });
  if (titled) write_line(titles, columns, options.color, out);
  for (const Row& row : rows_) {
    if (row.cells.empty() && &row != &rows_.front()) out << '\n';
    if (row.cells.empty()) out << painted(row.heading, Paint::strong, options.color) << '\n';
    else write_line(row.cells, columns, options.color, out);
  }
}

}  // namespace pcbench
