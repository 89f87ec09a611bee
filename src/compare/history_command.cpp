#include "compare/history_command.h"

#include <fmt/format.h>

#include <boost/math/distributions/binomial.hpp>
#include <filesystem>
#include <variant>

#include "base/error.h"
#include "compare/ab_report.h"
#include "compare/comparison_writers.h"
#include "report/json_file.h"
#include "report/json_parts.h"
#include "report/text.h"

namespace pcbench {
namespace {

using AnyReport = std::variant<StoredReport, ControlReport>;

AnyReport read_any(const std::string& path) {
  const nlohmann::json json = read_json_file(path, kUnreadKeys);
  const JsonView view(json, path);
  if (view.at("schema").string() == "pcbench/ab") return control_report_of(json, path);
  return report_of(json, path);
}

/// The largest rate that ALARMS of COUNT do not speak against with 95 % confidence (Clopper and Pearson).
double rate_at_most(std::size_t alarms, std::size_t count) {
  if (alarms >= count) return 1;
  return boost::math::binomial::find_upper_bound_on_p(static_cast<double>(count), static_cast<double>(alarms),
                                                      0.05);
}

std::string rate_text(std::size_t alarms, std::size_t count) {
  return fmt::format("{} of {} ({:.1f} %, with 95 % confidence at most {:.1f} %)", alarms, count,
                     100.0 * static_cast<double>(alarms) / static_cast<double>(count),
                     100 * rate_at_most(alarms, count));
}

void write_alike(const AlikeSessions& alike, const FormatOptions& options, std::ostream& out) {
  if (alike.pairs == 0 && alike.controls == 0) {
    out << wrapped(
        "false alarms: unknown here; add several reports of one commit, and reports of `bench ab`, to learn "
        "them",
        2, options.width);
    return;
  }
  if (alike.pairs != 0)
    out << wrapped(
        fmt::format("false alarms: `compare` found a change between alike sessions in {}; a session that "
                    "moves further than all of them (`compare --history`) is a false alarm in {:.1f} %",
                    rate_text(alike.alarms, alike.pairs), 100.0 / static_cast<double>(alike.pairs + 1)),
        2, options.width);
  if (alike.controls != 0)
    out << wrapped(fmt::format("false alarms: the control of `ab` in {}",
                               rate_text(alike.control_alarms, alike.controls)),
                   2, options.width);
}

void write_trend(const Trend& trend, const FormatOptions& options, std::ostream& out) {
  const Session &first = trend.sessions.front(), &newest = trend.sessions.back();
  out << fmt::format("{}: {}, {} to {}\n\n", newest.name, counted(trend.sessions.size(), "session"),
                     first.started_at, newest.started_at);
  Table table({{"metric"},
               {"first", true},
               {"newest", true},
               {"change", true},
               {"at commit"},
               {"since"},
               {"p", true, 1}});
  std::string_view last;
  for (const MetricSeries& series : trend.series) {
    if (series.case_id != last) table.add_heading(series.case_id);
    last = series.case_id;
    const std::string first_text = value_text(series.medians.front(), series.unit);
    const std::string newest_text = value_text(series.medians.back(), series.unit);
    if (series.shifts.empty())
      table.add_row({{"  " + series.metric}, {first_text}, {newest_text}, {"steady"}, {}, {}, {}});
    for (std::size_t i = 0; i < series.shifts.size(); ++i) {
      const LevelShift& shift = series.shifts[i];
      const bool is_last = i + 1 == series.shifts.size();
      const Session& session = trend.sessions[shift.session];
      const Paint paint = !shift.worse                  ? Paint::good
                          : is_last && series.regressed ? Paint::bad
                                                        : Paint::plain;
      table.add_row({{i == 0 ? "  " + series.metric : ""},
                     {i == 0 ? first_text : ""},
                     {is_last ? newest_text : ""},
                     {percent_text(shift.change), paint},
                     {short_commit(session.git_commit)},
                     {session.started_at},
                     {fmt::format("{:.2g}", shift.p)}});
    }
  }
  table.write(options, out);
  out << '\n';
  if (trend.left_out != 0)
    out << wrapped(
        fmt::format("note: {} of other machines, configs or builds left out; --name chooses a config",
                    counted(trend.left_out, "session")),
        6, options.width);
  write_alike(trend.alike, options, out);
  std::size_t regressed = 0;
  for (const MetricSeries& series : trend.series) regressed += series.regressed ? 1 : 0;
  out << fmt::format("{} of {} regressed\n", regressed, trend.series.size());
}

OrderedJson session_json(const Session& session) {
  return {{"id", session.id},
          {"kind", session.kind},
          {"started_at", session.started_at},
          {"name", session.name},
          {"config_hash", session.config_hash},
          {"machine", session.machine},
          {"git_commit", session.git_commit},
          {"build", session.build},
          {"cases", session.cases},
          {"control_alarm", or_null(session.control_alarm)}};
}

OrderedJson trend_json(const Trend& trend) {
  OrderedJson json = {{"schema", "pcbench/trend"},
                      {"schema_version", "1.0"},
                      {"sessions", OrderedJson::array()},
                      {"series", OrderedJson::array()}};
  for (const Session& session : trend.sessions) json["sessions"].push_back(session_json(session));
  for (const MetricSeries& series : trend.series) {
    OrderedJson shifts = OrderedJson::array();
    for (const LevelShift& shift : series.shifts)
      shifts.push_back({{"session", trend.sessions[shift.session].id},
                        {"git_commit", trend.sessions[shift.session].git_commit},
                        {"change", shift.change},
                        {"worse", shift.worse},
                        {"p", shift.p}});
    OrderedJson sessions = OrderedJson::array();
    for (const std::size_t index : series.sessions) sessions.push_back(trend.sessions[index].id);
    json["series"].push_back({{"case", series.case_id},
                              {"metric", series.metric},
                              {"unit", series.unit},
                              {"sessions", std::move(sessions)},
                              {"medians", series.medians},
                              {"shifts", std::move(shifts)},
                              {"regressed", series.regressed}});
  }
  json["alike_sessions"] = {{"pairs", trend.alike.pairs},
                            {"alarms", trend.alike.alarms},
                            {"largest_scaled_change", trend.alike.largest_scaled},
                            {"controls", trend.alike.controls},
                            {"control_alarms", trend.alike.control_alarms}};
  json["left_out"] = trend.left_out;
  return json;
}

}  // namespace

int history_add(const HistoryOptions& options, std::ostream& out, std::ostream& err) {
  std::vector<AnyReport> reports;
  for (const std::string& path : options.reports) reports.push_back(read_any(path));
  try {
    const std::filesystem::path folder = std::filesystem::path(options.database).parent_path();
    std::error_code ignored;  // what is wrong with it shows when the file is opened
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    HistoryStore store(options.database);
    for (std::size_t i = 0; i < reports.size(); ++i) {
      const bool added = std::visit([&store](const auto& report) { return store.add(report); }, reports[i]);
      out << fmt::format("{}: {}\n", options.reports[i], added ? "added" : "was there already");
    }
  } catch (const Error& error) {
    err << fmt::format("error: {} ({})\n", error.message, error.where);
    if (!error.hint.empty()) err << "  hint: " << error.hint << '\n';
    return 7;
  }
  return 0;
}

int history_list(const HistoryOptions& options, std::ostream& out) {
  HistoryStore store = open_history(options.database);
  const std::vector<Session> sessions = store.sessions();
  if (options.as_json) {
    OrderedJson json = OrderedJson::array();
    for (const Session& session : sessions) json.push_back(session_json(session));
    out << pretty_json(
        {{"schema", "pcbench/sessions"}, {"schema_version", "1.0"}, {"sessions", std::move(json)}});
    return 0;
  }
  Table table({{"id", true},
               {"kind"},
               {"started"},
               {"config"},
               {"commit"},
               {"cases", true},
               {"machine", false, 2},
               {"config hash", false, 1}});
  for (const Session& session : sessions)
    table.add_row({{std::to_string(session.id)},
                   {session.kind},
                   {session.started_at},
                   {session.name},
                   {short_commit(session.git_commit)},
                   {std::to_string(session.cases)},
                   {session.machine},
                   {session.config_hash}});
  table.write(options.text, out);
  return 0;
}

int history_trend(const HistoryOptions& options, std::ostream& out) {
  HistoryStore store = open_history(options.database);
  const Trend trend = follow_trend(store, options.name, options.case_part, gated_metrics(options.metrics),
                                   options.last, options.rule);
  if (options.as_json) out << pretty_json(trend_json(trend));
  else write_trend(trend, options.text, out);
  return std::any_of(trend.series.begin(), trend.series.end(),
                     [](const MetricSeries& series) { return series.regressed; })
             ? 4
             : 0;
}

}  // namespace pcbench
