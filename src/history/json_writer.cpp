#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "history/history_file.h"
#include "model/names.h"

namespace pcbench {
namespace {

constexpr std::size_t kFlushBytes = 1U << 18U;

std::string promises_json(const HistoryPromises& promises) {
  nlohmann::ordered_json json = {{"order", name_of(promises.order)}, {"lossless", promises.lossless}};
  if (promises.at_least_once) json["at_least_once"] = true;
  json["empty_exact"] = promises.empty_exact;
  json["full_exact"] = promises.full_exact;
  json["capacity_slots"] = nullptr;
  if (promises.capacity_slots) json["capacity_slots"] = *promises.capacity_slots;
  return json.dump();
}

}  // namespace

void write_history_json(const History& history, std::ostream& out) {
  std::vector<std::string> workers;
  for (const std::string& worker : history.workers)
    workers.push_back(nlohmann::json(worker).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  fmt::memory_buffer text;
  const auto append = fmt::appender(text);
  const auto flush = [&] {
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    text.clear();
  };
  fmt::format_to(append,
                 "{{\"schema\": \"pcbench/history\", \"schema_version\": \"1.0\",\n \"promises\": {},\n",
                 promises_json(history.promises));
  fmt::format_to(append, " \"clock_guard_ns\": {},\n", history.clock_guard_ns);
  if (!history.clock_trusted) fmt::format_to(append, " \"clock_trusted\": false,\n");
  if (history.truncated) fmt::format_to(append, " \"truncated\": true,\n");
  if (history.sampled) fmt::format_to(append, " \"sampled\": true,\n");
  fmt::format_to(append, " \"ops\": [");
  const char* separator = "\n";
  for (const Operation& op : history.operations) {
    fmt::format_to(append, "{}  {{\"op\": \"{}\", \"worker\": {}, ", separator, name_of(op.kind),
                   workers[op.worker]);
    if (op.producer != kNoProducer)
      fmt::format_to(append, "\"producer\": {}, \"sequence\": {}, ", op.producer, op.sequence);
    fmt::format_to(append, "\"invoked_ns\": {}, \"returned_ns\": ", op.invoked_ns);
    if (op.returned_ns == kNeverReturned) fmt::format_to(append, "null");
    else fmt::format_to(append, "{}", op.returned_ns);
    fmt::format_to(append, ", \"status\": \"{}\"}}", name_of(op.status));
    separator = ",\n";
    if (text.size() >= kFlushBytes) flush();
  }
  fmt::format_to(append, "\n]}}\n");
  flush();
  out.flush();
  if (!out) throw Error("the history could not be written", {}, "is the disk full?");
}

}  // namespace pcbench
