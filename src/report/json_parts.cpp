#include "report/json_parts.h"

#include <fmt/format.h>

#include <variant>

#include "model/names.h"

namespace pcbench {
namespace {

/// 0 stands for "any number" in the registry; JSON says so with null.
OrderedJson limit_json(std::uint32_t most) { return most == 0 ? OrderedJson(nullptr) : OrderedJson(most); }

/// Empty words are "there is none".
OrderedJson words_json(std::string_view words) {
  return words.empty() ? OrderedJson(nullptr) : OrderedJson(words);
}

OrderedJson pin_json(const Pin& pin) {
  return pin.mode == PinMode::list ? OrderedJson(pin.cpus) : OrderedJson(std::string(name_of(pin.mode)));
}

OrderedJson faults_json(const std::vector<FaultSpec>& faults) {
  OrderedJson json = OrderedJson::array();
  for (const FaultSpec& fault : faults) json.push_back(fault_json(fault));
  return json;
}

OrderedJson expectation_json(const Expectation& expect) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [check, outcomes] : expect) {
    json[check] = OrderedJson::array();
    for (const Outcome outcome : outcomes) json[check].push_back(name_of(outcome));
  }
  return json;
}

constexpr std::size_t kLineColumns = 118;

std::string one_line(const OrderedJson& json) {
  return json.dump(-1, ' ', false, nlohmann::detail::error_handler_t::replace);
}

void append_pretty(const OrderedJson& json, std::size_t depth, std::size_t prefix, std::string& out) {
  const std::string line = one_line(json);
  if (json.empty() || !json.is_structured() || (depth > 0 && depth + prefix + line.size() < kLineColumns)) {
    out += line;
    return;
  }
  const std::string indent(depth + 1, ' ');
  out += json.is_object() ? "{" : "[";
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    out += first ? "\n" : ",\n";
    out += indent;
    const std::string name = json.is_object() ? one_line(key) + ": " : std::string();
    out += name;
    append_pretty(value, depth + 1, name.size(), out);
    first = false;
  }
  out += "\n" + std::string(depth, ' ') + (json.is_object() ? "}" : "]");
}

}  // namespace

std::string pretty_json(const OrderedJson& json) {
  std::string text;
  append_pretty(json, 0, 0, text);
  return text + "\n";
}

OrderedJson fact_json(const Fact& fact) {
  return std::visit(
      []<class T>(const T& value) {
        if constexpr (std::is_same_v<T, std::monostate>) return OrderedJson(nullptr);
        else return OrderedJson(value);
      },
      fact);
}

OrderedJson warning_json(const Warning& warning) {
  OrderedJson json = {{"id", warning.id}, {"text", warning.text}, {"remedy", warning.remedy}};
  if (!warning.case_id.empty()) json["case"] = warning.case_id;
  return json;
}

OrderedJson promises_json(const Promises& promises) {
  OrderedJson workers = OrderedJson::array();
  if (promises.threads) workers.push_back("thread");
  if (promises.processes) workers.push_back("process");
  return {{"producers_max", limit_json(promises.producers_max)},
          {"consumers_max", limit_json(promises.consumers_max)},
          {"workers", std::move(workers)},
          {"spawn", promises.processes && promises.spawn_refusal.empty()},
          {"spawn_refusal", words_json(promises.spawn_refusal)},
          {"order", name_of(promises.order)},
          {"lossless", promises.lossless},
          {"at_least_once", promises.at_least_once},
          {"can_close", promises.can_close},
          {"payload_bytes_max", promises.payload_bytes_max},
          {"capacity", name_of(promises.capacity)},
          {"capacity_slots_min", promises.capacity_slots_min},
          {"capacity_slots_max", promises.capacity_slots_max},
          {"batch", promises.batch},
          {"full", name_of(promises.full)},
          {"empty", name_of(promises.empty)},
          {"occupancy", name_of(promises.occupancy)},
          {"timed", promises.timed},
          {"survives", words_json(promises.survives)}};
}

OrderedJson fault_json(const FaultSpec& fault) {
  return {{"kind", name_of(fault.kind)},
          {"role", fault.consumer ? "consumer" : "producer"},
          {"index", fault.index},
          {"phase", name_of(fault.phase)},
          {"after_messages", fault.after_messages},
          {"duration_ns", fault.duration_ns}};
}

OrderedJson load_json(const Load& load) {
  OrderedJson json = {{"mode", name_of(load.mode)}};
  if (load.mode == LoadMode::closed) return json;
  json["arrival"] = name_of(load.arrival);
  if (load.arrival == Arrival::burst) json["burst_messages"] = load.burst_messages;
  json["rate_msgs_per_s"] = mean_rate(load);
  json["catch_up"] = load.catch_up;
  for (const RateStep& step : load.steps)
    json["steps"].push_back({{"rate_msgs_per_s", step.rate_msgs_per_s},
                             {"duration_s", static_cast<double>(step.duration_ns) / 1e9}});
  return json;
}

OrderedJson params_json(const Case& config) {
  OrderedJson options = OrderedJson::object();
  for (const auto& [key, value] : config.transport_options) options[key] = value;
  const auto messages = config.messages ? OrderedJson(*config.messages) : OrderedJson(nullptr);
  const auto duration = config.duration_s ? OrderedJson(*config.duration_s) : OrderedJson(nullptr);
  return {
      {"transport", config.transport},
      {"transport_options", std::move(options)},
      {"workload", name_of(config.workload)},
      {"topology", fmt::format("{}x{}", config.producers, config.consumers)},
      {"producers", config.producers},
      {"consumers", config.consumers},
      {"workers", name_of(config.workers)},
      {"start", name_of(config.start)},
      {"messages", messages},
      {"duration_s", duration},
      {"payload_bytes", config.payload_bytes},
      {"capacity_slots", config.capacity_slots ? OrderedJson(*config.capacity_slots) : OrderedJson("auto")},
      {"batch_messages", config.batch_messages},
      {"stop", config.stop},
      {"wait", name_of(config.wait)},
      {"load", load_json(config.load)},
      {"search", config.search
                     ? OrderedJson{{"metric", config.search->metric}, {"at_most", config.search->at_most}}
                     : OrderedJson(nullptr)},
      {"work", {{"producer_ns", config.work.producer_ns}, {"consumer_ns", config.work.consumer_ns}}},
      {"codec", name_of(config.codec)},
      {"pin", pin_json(config.pin)},
      {"verify", name_of(config.verify)},
      {"history_operations",
       config.history_operations ? OrderedJson(*config.history_operations) : OrderedJson("auto")},
      {"history_burst_every_ms",
       config.history_burst_every_ms ? OrderedJson(*config.history_burst_every_ms) : OrderedJson("off")},
      {"integrity", name_of(config.integrity)},
      {"latency", name_of(config.latency)},
      {"series_every_ms", config.series_every_ms ? OrderedJson(*config.series_every_ms) : OrderedJson("off")},
      {"faults", faults_json(config.faults)},
      {"expect", expectation_json(config.expect)}};
}

}  // namespace pcbench
