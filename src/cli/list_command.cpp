// `bench list`: the registries, as tables for people and as JSON for machines.
#include <fmt/format.h>

#include <array>
#include <sstream>

#include "check/judge.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "codec/codec.h"
#include "model/names.h"
#include "report/json_parts.h"
#include "report/text.h"
#include "stop/registry.h"
#include "transport/registry.h"

namespace pcbench {
namespace {

struct WaitRow {
  WaitStrategy strategy;
  std::string_view help;
};
constexpr std::array kWaits = {
    WaitRow{WaitStrategy::spin, "pauses; yields now and then where workers outnumber CPUs"},
    WaitRow{WaitStrategy::yield, "gives the CPU away each time"},
    WaitRow{WaitStrategy::backoff, "pauses, then yields, then sleeps for growing times up to 1 ms"},
    WaitRow{WaitStrategy::park, "sleeps in the transport's own blocking call until it may proceed"},
};
static_assert(kWaits.size() == NamesOf<WaitStrategy>::table.size(), "each wait strategy has its line");

std::string limit(std::uint32_t most, char any) {
  return most == 0 ? std::string(1, any) : std::to_string(most);
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes % (1U << 20U) == 0) return fmt::format("{} MiB", bytes >> 20U);
  if (bytes % (1U << 10U) == 0) return fmt::format("{} KiB", bytes >> 10U);
  return fmt::format("{} B", bytes);
}

bool can_spawn(const Promises& promises) { return promises.processes && promises.spawn_refusal.empty(); }

void write_transport_notes(const TransportRow& row, const FormatOptions& options, std::ostream& out) {
  out << painted(row.name, Paint::strong, options.color) << '\n';
  const auto note = [&](std::string_view text) {
    out << wrapped("  " + std::string(text), 4, options.width);
  };
  note(row.help);
  if (const std::string why = why_unavailable(row); !why.empty()) note("unavailable: " + why);
  if (row.promises.capacity != CapacityRule::unbounded)
    note(fmt::format("capacity: {} to {} slots", row.promises.capacity_slots_min,
                     row.promises.capacity_slots_max));
  if (!row.promises.spawn_refusal.empty()) note(fmt::format("spawn refused: {}", row.promises.spawn_refusal));
  if (row.promises.at_least_once)
    note("at least once: what a dead consumer had not acknowledged is delivered again");
  if (!row.promises.survives.empty()) note(fmt::format("survives: {}", row.promises.survives));
  if (row.option == nullptr) return;
  std::string values;
  for (const std::string_view value : row.option->values)
    values += (values.empty() ? "" : ", ") + std::string(value);
  if (row.option->text != nullptr) values = row.option->text_form;
  note(fmt::format("transport_options.{}: {} ({})", row.option->key, row.option->help, values));
}

void write_transports(const FormatOptions& options, std::ostream& out) {
  Table table({{"transport"},
               {"PxC"},
               {"workers"},
               {"spawn"},
               {"order"},
               {"close"},
               {"payload"},
               {"capacity", false, 3},
               {"full/empty/occupancy", false, 2},
               {"timed", false, 1}});
  for (const TransportRow& row : transports()) {
    const Promises& p = row.promises;
    table.add_row({{std::string(row.name)},
                   {limit(p.producers_max, 'P') + "x" + limit(p.consumers_max, 'C')},
                   {p.threads && p.processes ? "both"
                    : p.threads              ? "thread"
                                             : "process"},
                   {can_spawn(p) ? "yes" : "no"},
                   {std::string(name_of(p.order)) + (p.lossless ? "" : ", lossy")},
                   {p.can_close ? "native" : "flag"},
                   {bytes_text(p.payload_bytes_max)},
                   {std::string(name_of(p.capacity))},
                   {fmt::format("{}/{}/{}", name_of(p.full), name_of(p.empty), name_of(p.occupancy))},
                   {p.timed ? "yes" : "no"}});
  }
  table.write(options, out);
  out << '\n';
  for (const TransportRow& row : transports()) write_transport_notes(row, options, out);
}

void write_stops(const FormatOptions& options, std::ostream& out) {
  for (const StopRow* row : stops()) {
    out << painted(row->name, row->known_bad ? Paint::bad : Paint::strong, options.color)
        << (row->known_bad ? "  (known bad)" : "") << '\n';
    out << wrapped(fmt::format("  {}", row->help), 4, options.width);
    out << wrapped(fmt::format("  {}: {}", row->known_bad ? "fails" : "right for", row->right_for), 4,
                   options.width);
    if (row->needs_messages) out << "  needs messages\n";
    if (row->needs_duration) out << "  needs duration_s\n";
  }
}

/// A row of a registry of which there is nothing more to say.
struct Line {
  std::string_view name;
  std::string_view help;
};

std::vector<Line> lines_of(const auto& rows) {
  std::vector<Line> lines;
  for (const auto& row : rows) lines.push_back({row.name, row.help});
  return lines;
}

std::vector<Line> wait_lines() {
  std::vector<Line> lines;
  for (const WaitRow& row : kWaits) lines.push_back({name_of(row.strategy), row.help});
  return lines;
}

void write_lines(const std::vector<Line>& lines, const FormatOptions& options, std::ostream& out) {
  std::size_t longest = 0;
  for (const Line& line : lines) longest = std::max(longest, line.name.size());
  for (const Line& line : lines) {
    const std::string text =
        wrapped(fmt::format("{:<{}}  {}", line.name, longest, line.help), longest + 2, options.width);
    out << painted(line.name, Paint::strong, options.color) << text.substr(line.name.size());
  }
}

OrderedJson transports_json() {
  OrderedJson json = OrderedJson::array();
  for (const TransportRow& row : transports()) {
    OrderedJson one = {{"name", row.name},
                       {"help", row.help},
                       {"floor", row.floor},
                       {"keeps_numbers", row.keeps_numbers},
                       {"option", nullptr}};
    one["program"] = row.program != nullptr;
    const std::string why = why_unavailable(row);
    one["available"] = why.empty();
    one["unavailable_reason"] = why.empty() ? OrderedJson() : OrderedJson(why);
    if (row.option != nullptr) {
      one["option"] = {{"key", row.option->key}, {"help", row.option->help}};
      for (const std::string_view value : row.option->values) one["option"]["values"].push_back(value);
      if (row.option->text != nullptr) one["option"]["text"] = row.option->text_form;
    }
    one.update(promises_json(row.promises));
    json.push_back(std::move(one));
  }
  return json;
}

OrderedJson stops_json() {
  OrderedJson json = OrderedJson::array();
  for (const StopRow* row : stops())
    json.push_back({{"name", row->name},
                    {"help", row->help},
                    {"right_for", row->right_for},
                    {"known_bad", row->known_bad},
                    {"needs_messages", row->needs_messages},
                    {"needs_duration", row->needs_duration}});
  return json;
}

OrderedJson lines_json(const std::vector<Line>& lines) {
  OrderedJson json = OrderedJson::array();
  for (const Line& line : lines) json.push_back({{"name", line.name}, {"help", line.help}});
  return json;
}

/// One thing that can be listed.
struct Topic {
  std::string_view name;
  OrderedJson (*json)();
  void (*write)(const FormatOptions&, std::ostream&);
};

constexpr std::array kTopics = {
    Topic{"transports", transports_json, write_transports},
    Topic{"stops", stops_json, write_stops},
    Topic{"waits", [] { return lines_json(wait_lines()); },
          [](const FormatOptions& options, std::ostream& out) { write_lines(wait_lines(), options, out); }},
    Topic{"codecs", [] { return lines_json(lines_of(codecs())); },
          [](const FormatOptions& options, std::ostream& out) {
            write_lines(lines_of(codecs()), options, out);
          }},
    Topic{"checks", [] { return lines_json(lines_of(checks())); },
          [](const FormatOptions& options, std::ostream& out) {
            write_lines(lines_of(checks()), options, out);
          }},
    Topic{"formats", [] { return lines_json(lines_of(formats())); },
          [](const FormatOptions& options, std::ostream& out) {
            write_lines(lines_of(formats()), options, out);
          }},
};

}  // namespace

ExitStatus list_command(const std::string& topic, bool as_json) {
  const FormatOptions options = format_options(Stream::out, true);
  OrderedJson all = OrderedJson::object();
  std::ostringstream text;
  for (const Topic& one : kTopics) {
    if (!topic.empty() && topic != one.name) continue;
    if (as_json) {
      all[std::string(one.name)] = one.json();
      continue;
    }
    if (topic.empty())
      text << (text.view().empty() ? "" : "\n") << painted(one.name, Paint::strong, options.color) << "\n\n";
    one.write(options, text);
  }
  return print_data(as_json ? pretty_json(topic.empty() ? all : all[topic]) : text.str());
}

}  // namespace pcbench
