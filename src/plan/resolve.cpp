#include "plan/resolve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "model/names.h"
#include "plan/keys.h"
#include "plan/workload_rule.h"
#include "transport/registry.h"

namespace pcbench {
namespace {

Json make_defaults() {
  Json all = Json::object();
  for (const KeyRow& row : case_keys())
    all[std::string(row.key)] = row.fallback.empty() ? Json() : Json::parse(row.fallback);
  return all;
}

template <class E>
E enum_at(const Json& resolved, const char* key) {
  return value_of<E>(resolved[key].get_ref<const std::string&>()).value();
}

template <class T>
std::optional<T> optional_at(const Json& resolved, const char* key) {
  return resolved[key].is_number() ? std::optional(resolved[key].get<T>()) : std::nullopt;
}

Pin pin_of(const Json& value) {
  if (value.is_array()) return {PinMode::list, value.get<std::vector<std::uint32_t>>()};
  return {value_of<PinMode>(value.get_ref<const std::string&>()).value(), {}};
}

std::vector<Outcome> outcomes_of(const Json& value) {
  if (value == "any") return {Outcome::pass, Outcome::unknown, Outcome::fail};
  std::vector<Outcome> outcomes;
  for (const Json& name : value.is_array() ? value : Json::array({value})) {
    const Outcome outcome = value_of<Outcome>(name.get_ref<const std::string&>()).value();
    if (std::find(outcomes.begin(), outcomes.end(), outcome) == outcomes.end()) outcomes.push_back(outcome);
  }
  return outcomes;
}

FaultSpec fault_of(const Json& value) {
  FaultSpec fault;
  fault.kind = enum_at<FaultKind>(value, "kind");
  fault.consumer = enum_at<Role>(value, "role") == Role::consumer;
  fault.index = value.value("index", 0U);
  fault.phase = enum_at<FaultPhase>(value, "phase");
  fault.after_messages = value.value("after_messages", std::uint64_t{0});
  fault.duration_ns = static_cast<std::uint64_t>(value.value("duration_s", 0.1) * 1e9);
  return fault;
}

Load load_of(const Json& value) {
  Load load;
  load.mode = enum_at<LoadMode>(value, "mode");
  if (value.contains("arrival")) load.arrival = enum_at<Arrival>(value, "arrival");
  load.burst_messages = value.value("burst_messages", kBurstMessagesDefault);
  load.rate_msgs_per_s = value.value("rate_msgs_per_s", 0.0);
  load.catch_up = value.value("catch_up", kCatchUpDefault);
  for (const Json& step : value.value("steps", Json::array()))
    load.steps.push_back(
        {step["rate_msgs_per_s"], static_cast<std::uint64_t>(step["duration_s"].get<double>() * 1e9)});
  return load;
}

/// VALUE without JSON's punctuation.
std::string plain_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (!value.is_structured()) return value.dump();
  std::vector<std::string> parts;
  for (const Json& element : value) parts.push_back(plain_text(element));
  return fmt::format("{}", fmt::join(parts, value.is_array() ? "," : ":"));
}

}  // namespace

Json resolve(const Json& given) {
  static const Json defaults = make_defaults();
  Json all = defaults;
  for (const auto& [key, value] : given.items()) {
    if (value.is_object()) all[key].update(value);
    else all[key] = value;
  }
  for (const FixedKey& fixed : fixed_keys(enum_at<Workload>(all, "workload")))
    if (!given.contains(fixed.key)) all[std::string(fixed.key)] = Json::parse(fixed.value);
  if (given.contains("producers") || given.contains("consumers")) {
    for (const char* role : {"producers", "consumers"})
      if (!given.contains(role)) all[role] = 1;
    all["topology"] =
        fmt::format("{}x{}", all["producers"].get<std::uint32_t>(), all["consumers"].get<std::uint32_t>());
  } else {
    std::tie(all["producers"], all["consumers"]) =
        parse_topology(all["topology"].get_ref<const std::string&>()).value();
  }
  if (given.contains("duration_s")) all["messages"] = nullptr;
  const TransportRow* transport =
      all["transport"].is_null() ? nullptr : find_transport(all["transport"].get<std::string>());
  if (transport != nullptr && transport->option != nullptr) {
    Json& option = all["transport_options"][std::string(transport->option->key)];
    if (option.is_null())
      option = transport->option->text != nullptr ? "" : transport->option->values.front();
  }
  return all;
}

Case case_of(const Json& resolved) {
  Case config;
  config.transport = resolved["transport"];
  config.transport_options = resolved["transport_options"];
  config.workload = enum_at<Workload>(resolved, "workload");
  config.producers = resolved["producers"];
  config.consumers = resolved["consumers"];
  config.workers = enum_at<WorkerKind>(resolved, "workers");
  config.start = enum_at<StartMethod>(resolved, "start");
  config.messages = optional_at<std::uint64_t>(resolved, "messages");
  config.duration_s = optional_at<double>(resolved, "duration_s");
  config.payload_bytes = resolved["payload_bytes"];
  config.capacity_slots = optional_at<std::uint64_t>(resolved, "capacity_slots");
  config.batch_messages = resolved["batch_messages"];
  config.stop = resolved["stop"];
  config.wait = enum_at<WaitStrategy>(resolved, "wait");
  config.load = load_of(resolved["load"]);
  if (const Json& search = resolved["search"]; search.is_object())
    config.search = Search{search["metric"], search["at_most"]};
  config.work = {resolved["work"]["producer_ns"], resolved["work"]["consumer_ns"]};
  config.codec = enum_at<Codec>(resolved, "codec");
  config.pin = pin_of(resolved["pin"]);
  config.verify = enum_at<Verify>(resolved, "verify");
  config.history_operations = optional_at<std::uint64_t>(resolved, "history_operations");
  config.history_burst_every_ms = optional_at<std::uint64_t>(resolved, "history_burst_every_ms");
  config.series_every_ms = optional_at<std::uint64_t>(resolved, "series_every_ms");
  config.integrity = enum_at<Integrity>(resolved, "integrity");
  config.latency = enum_at<LatencyMode>(resolved, "latency");
  for (const Json& fault : resolved["faults"]) config.faults.push_back(fault_of(fault));
  for (const auto& [check, outcomes] : resolved["expect"].items())
    config.expect[check] = outcomes_of(outcomes);
  return config;
}

std::vector<std::pair<std::string, std::string>> flat_values(const Json& resolved) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const KeyRow& row : case_keys()) {
    const Json& value = resolved[std::string(row.key)];
    if (row.key == "expect" || value.is_null()) continue;
    if (!value.is_object()) values.emplace_back(row.key, plain_text(value));
    else
      for (const auto& [member, inner] : value.items()) values.emplace_back(member, plain_text(inner));
  }
  return values;
}

std::string case_id(const Json& resolved, const Json& base, const std::set<std::string_view>& swept) {
  static constexpr std::array<std::string_view, 6> kAlways = {"transport", "topology",      "workers",
                                                              "stop",      "payload_bytes", "capacity_slots"};
  std::map<std::string, std::string> usual;
  for (auto& [key, text] : flat_values(base)) usual[key] = text;
  std::map<std::string, std::string, std::less<>> own;
  std::string others;
  const std::span<const FixedKey> fixed = fixed_keys(enum_at<Workload>(resolved, "workload"));
  const auto is_fixed = [&](std::string_view key) {
    return std::any_of(fixed.begin(), fixed.end(), [&](const FixedKey& one) { return one.key == key; });
  };
  for (const auto& [key, text] : flat_values(resolved)) {
    own[key] = text;
    const bool told = std::find(kAlways.begin(), kAlways.end(), key) != kAlways.end() || key == "producers" ||
                      key == "consumers" || is_fixed(key);
    if (!told && (swept.contains(key) || usual[key] != text)) others += fmt::format("/{}={}", key, text);
  }
  return fmt::format("{}/{}/{}/{}/{}B/{}{}", own["transport"], own["topology"], own["workers"], own["stop"],
                     own["payload_bytes"], own["capacity_slots"], others);
}

}  // namespace pcbench
