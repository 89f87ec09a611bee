#include <fmt/format.h>

#include <array>
#include <map>

#include "compare/comparison_writers.h"
#include "report/text.h"

namespace pcbench {
namespace {

Paint paint_of(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::regression:
      return Paint::bad;
    case GateVerdict::improvement:
      return Paint::good;
    case GateVerdict::equivalent:
      return Paint::plain;
    case GateVerdict::inconclusive:
      return Paint::doubtful;
  }
  return Paint::plain;
}

std::string p_text(double p) { return p < 0.0001 ? "<0.0001" : fmt::format("{:.2g}", p); }

/// What a claim that found nothing could have found.
std::string power_text(const Claim& claim) {
  if (claim.verdict == GateVerdict::regression || claim.verdict == GateVerdict::improvement) return "";
  return claim.detectable ? fmt::format("{:.1f} %", 100 * *claim.detectable) : "nothing";
}

void write_pair(const Comparison& comparison, const FormatOptions& options, std::ostream& out) {
  Table table({{"metric"},
               {"base", true},
               {"new", true},
               {"change", true},
               {"95 % interval", true, 3},
               {"p (Holm)", true, 2},
               {"verdict"},
               {"would see", true, 1}});
  std::string_view last;
  for (const Claim& claim : comparison.claims) {
    if (claim.case_id != last) table.add_heading(claim.case_id);
    last = claim.case_id;
    table.add_row({{"  " + claim.metric},
                   {value_text(claim.median_base, claim.unit)},
                   {value_text(claim.median_new, claim.unit)},
                   {percent_text(claim.change)},
                   {interval_text(claim.change_ci95)},
                   {p_text(claim.p_holm)},
                   {std::string(name_of(claim.verdict)), paint_of(claim.verdict)},
                   {power_text(claim)}});
  }
  table.write(options, out);
}

/// All of them side by side: the base's median and each other's change with its verdict.
void write_side_by_side(std::span<const Comparison> comparisons, const FormatOptions& options,
                        std::ostream& out) {
  std::vector<Column> columns = {{"metric"}, {"base", true}};
  std::map<std::pair<std::string, std::string>, std::vector<const Claim*>> rows;
  std::vector<std::pair<std::string, std::string>> order;
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    columns.push_back({fmt::format("({})", i + 1), true});
    columns.push_back({"verdict"});
    for (const Claim& claim : comparisons[i].claims) {
      const std::pair key{claim.case_id, claim.metric};
      const auto [row, is_new] = rows.emplace(key, comparisons.size());
      if (is_new) order.push_back(key);
      row->second[i] = &claim;
    }
  }
  Table table(columns);
  std::string_view last;
  for (const auto& key : order) {
    if (key.first != last) table.add_heading(key.first);
    last = key.first;
    std::vector<Cell> cells(2 + 2 * comparisons.size());
    cells[0].text = "  " + key.second;
    for (std::size_t i = 0; i < comparisons.size(); ++i) {
      const Claim* const claim = rows[key][i];
      if (claim == nullptr) continue;
      cells[1].text = value_text(claim->median_base, claim->unit);
      cells[2 + 2 * i].text = percent_text(claim->change);
      cells[3 + 2 * i] = {std::string(name_of(claim->verdict)), paint_of(claim->verdict)};
    }
    table.add_row(std::move(cells));
  }
  table.write(options, out);
}

/// Each text once, however many claims it is said of.
void write_notes(std::span<const Comparison> comparisons, const FormatOptions& options, std::ostream& out) {
  std::map<std::string, std::vector<std::string>> notes;
  for (const Comparison& comparison : comparisons) {
    for (const Claim& claim : comparison.claims)
      for (const std::string& note : claim.notes) notes[note].push_back(claim.case_id + " " + claim.metric);
    for (const NotCompared& one : comparison.not_compared)
      notes["not compared, " + one.why].push_back(one.case_id);
  }
  for (const auto& [note, places] : notes) {
    const std::string others = places.size() > 1 ? fmt::format(" and {} more", places.size() - 1) : "";
    out << wrapped(fmt::format("note: {}{}: {}", places.front(), others, note), 6, options.width);
  }
  std::map<std::string, bool> said;
  for (const Comparison& comparison : comparisons)
    for (const std::string& caveat : comparison.caveats)
      if (!std::exchange(said[caveat], true)) out << wrapped("caveat: " + caveat, 8, options.width);
}

}  // namespace

std::string percent_text(double change) { return fmt::format("{:+.1f} %", 100 * change); }

std::string interval_text(const std::optional<Interval>& interval) {
  return interval ? fmt::format("[{}, {}]", percent_text((*interval)[0]), percent_text((*interval)[1])) : "";
}

std::string finding_text(const Claim& claim) {
  return fmt::format("{} {}{}{}, p {:.2g}", claim.metric, percent_text(claim.change),
                     claim.change_ci95 ? " " : "", interval_text(claim.change_ci95), claim.p_holm);
}

std::string counts_text(std::span<const Comparison> comparisons) {
  std::array<std::size_t, 4> counts{};
  std::size_t left_out = 0;
  for (const Comparison& comparison : comparisons) {
    for (const Claim& claim : comparison.claims) ++counts[static_cast<std::size_t>(claim.verdict)];
    left_out += comparison.not_compared.size();
  }
  std::string text = fmt::format("{}, {}, {} equivalent, {} inconclusive", counted(counts[0], "regression"),
                                 counted(counts[1], "improvement"), counts[2], counts[3]);
  if (left_out != 0) text += fmt::format("; {} not compared", counted(left_out, "case"));
  return text;
}

void write_comparison_console(std::span<const Comparison> comparisons, const FormatOptions& options,
                              std::ostream& out) {
  const Comparison& first = comparisons.front();
  out << "base: " << first.label_base << '\n';
  for (std::size_t i = 0; i < comparisons.size(); ++i)
    out << (comparisons.size() == 1 ? "new:  " : fmt::format("({}):  ", i + 1)) << comparisons[i].label_new
        << '\n';
  out << '\n';
  if (comparisons.size() == 1) write_pair(first, options, out);
  else write_side_by_side(comparisons, options, out);
  for (const Comparison& one : comparisons)
    if (compared_nothing(one)) out << "nothing of " << one.label_new << " could be compared\n";
  out << '\n';
  write_notes(comparisons, options, out);
  const GateRule& rule = first.rule;
  out << wrapped(
      fmt::format(
          "rule: regression if p (Holm over {}) <= {:g} and the change is at least {:g} %; equivalent "
          "if surely within {:g} %",
          counted(first.family, "claim"), rule.alpha, 100 * rule.min_effect, 100 * rule.margin),
      6, options.width);
  out << counts_text(comparisons) << '\n';
}

}  // namespace pcbench
