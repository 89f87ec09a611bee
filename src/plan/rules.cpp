#include "plan/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/frame.h"
#include "model/history.h"
#include "model/message.h"
#include "model/names.h"
#include "model/round_spec.h"
#include "plan/load_rule.h"
#include "plan/program_rule.h"
#include "plan/suggest.h"
#include "plan/workload_rule.h"
#include "transport/parts/capacity.h"

namespace pcbench {
namespace {

/// Of one channel, of the bitmap of verify exact, of all logs of verify history.
constexpr std::uint64_t kRegionBytesMax = std::uint64_t{8} << 30U;

/// Names of the transports of which TEST holds, for remedies.
template <class Test>
std::string transports_that(Test&& test) {
  std::vector<std::string_view> names;
  for (const TransportRow& row : transports())
    if (!row.floor && test(row.promises) && why_unavailable(row).empty()) names.push_back(row.name);
  return names.empty() ? "" : fmt::format(" or take one of {}", fmt::join(names, ", "));
}

std::uint64_t frame_bytes(const Case& config) {
  return message_bytes(frame_payload_bytes(config.codec, config.payload_bytes));
}

void check_available(const Combination& it, Ruling& ruling) {
  std::string why = why_unavailable(it.transport);
  if (!why.empty())
    ruling.refusals.push_back({{"transport"},
                               fmt::format("{} cannot be used here: {}", it.transport.name, why),
                               "do what it asks for, or take another of `bench list transports`"});
}

bool reaches(std::uint32_t most, std::uint32_t wanted) { return most == 0 || wanted <= most; }

void check_topology(const Combination& it, Ruling& ruling) {
  const Promises& promises = it.transport.promises;
  const std::uint32_t p = it.config.producers, c = it.config.consumers;
  const auto side = [&](std::string_view role, std::uint32_t most) {
    ruling.refusals.push_back(
        {{role, "transport"},
         fmt::format("{} takes at most {} {}", it.transport.name, most, most == 1 ? role.substr(0, 8) : role),
         fmt::format("use {}{}", most, transports_that([&](const Promises& other) {
                       return reaches(other.producers_max, p) && reaches(other.consumers_max, c);
                     }))});
  };
  if (!reaches(promises.producers_max, p)) side("producers", promises.producers_max);
  if (!reaches(promises.consumers_max, c)) side("consumers", promises.consumers_max);
}

void check_workers(const Combination& it, Ruling& ruling) {
  const Promises& promises = it.transport.promises;
  if (it.config.workers == WorkerKind::thread && !promises.threads)
    ruling.refusals.push_back(
        {{"workers", "transport"},
         fmt::format("{} does not work between threads", it.transport.name),
         "use \"process\"" + transports_that([](const Promises& other) { return other.threads; })});
  if (it.config.workers == WorkerKind::process && !promises.processes)
    ruling.refusals.push_back(
        {{"workers", "transport"},
         fmt::format("{} works between threads of one process only", it.transport.name),
         "use \"thread\"" + transports_that([](const Promises& other) { return other.processes; })});
}

void check_start(const Combination& it, Ruling& ruling) {
  if (it.config.start != StartMethod::spawn) return;
  if (it.config.workers == WorkerKind::thread) {
    ruling.refusals.push_back({{"start", "workers"},
                               "threads are not spawned: start is about processes",
                               "use \"workers\": \"process\" or leave start out"});
    return;
  }
  const std::string_view reason = it.transport.promises.spawn_refusal;
  if (reason.empty() && (it.transport.attach != nullptr || it.transport.program != nullptr)) return;
  ruling.refusals.push_back(
      {{"start", "transport"},
       fmt::format("{} cannot be used by a spawned image: {}", it.transport.name,
                   reason.empty() ? "it cannot be attached by an inherited descriptor" : reason),
       "use \"fork\""});
}

void check_payload(const Combination& it, Ruling& ruling) {
  const std::uint64_t most = it.transport.promises.payload_bytes_max;
  const std::uint64_t needed = frame_payload_bytes(it.config.codec, it.config.payload_bytes);
  if (it.config.codec != Codec::raw && it.transport.floor)
    ruling.refusals.push_back(
        {{"codec", "transport"},
         fmt::format("{} moves nothing: there is no document to read", it.transport.name),
         "use \"raw\""});
  if (it.config.codec != Codec::raw && needed > most)
    ruling.refusals.push_back({{"payload_bytes", "transport", "codec"},
                               fmt::format("as {} the payload may take {} bytes, and {} carries at most {}",
                                           name_of(it.config.codec), needed, it.transport.name, most),
                               "use a smaller payload, another codec or another transport"});
  else if (it.config.payload_bytes > most)
    ruling.refusals.push_back({{"payload_bytes", "transport"},
                               fmt::format("{} carries at most {} payload bytes", it.transport.name, most),
                               fmt::format("the most is {}", most)});
}

void check_capacity(const Combination& it, Ruling& ruling) {
  const Promises& promises = it.transport.promises;
  if (!it.config.capacity_slots) return;
  const std::uint64_t wanted = *it.config.capacity_slots;
  if (promises.capacity == CapacityRule::unbounded) {
    if (!it.transport.floor)
      ruling.warnings.push_back(
          {"capacity_ignored",
           fmt::format("{} is unbounded: capacity_slots {} has no effect", it.transport.name, wanted),
           "use \"auto\"", ""});
    return;
  }
  if (wanted > promises.capacity_slots_max) {
    ruling.refusals.push_back(
        {{"capacity_slots", "transport"},
         fmt::format("{} has at most {} slots", it.transport.name, promises.capacity_slots_max),
         fmt::format("the most is {}; \"auto\" is its own best", promises.capacity_slots_max)});
    return;
  }
  const std::uint64_t given = effective_capacity(promises, wanted, frame_bytes(it.config));
  const std::uint64_t slots_max = kRegionBytesMax / frame_bytes(it.config);
  if (given > slots_max)
    ruling.refusals.push_back(
        {{"capacity_slots", "payload_bytes"},
         fmt::format("the channel would take more than {} GiB of memory", kRegionBytesMax >> 30U),
         fmt::format("with {} payload bytes the most is {} slots", it.config.payload_bytes, slots_max)});
  else if (given != wanted)
    ruling.warnings.push_back(
        {"capacity_rounded",
         fmt::format("{} gives {} slots where {} are asked for", it.transport.name, given, wanted),
         fmt::format("ask for {}", given), ""});
}

void check_amount(const Combination& it, Ruling& ruling) {
  const Case& config = it.config;
  if (it.stop.needs_messages && !config.messages)
    ruling.refusals.push_back(
        {{"stop", "duration_s"},
         fmt::format("{} needs to know the number of messages", it.stop.name),
         "give messages instead of duration_s, or use \"pill\", \"close\" or \"deadline\""});
  if (it.stop.needs_duration && !config.duration_s)
    ruling.refusals.push_back({{"stop", "duration_s"},
                               fmt::format("{} needs duration_s", it.stop.name),
                               "give duration_s instead of messages, for example 0.5"});
  if (config.verify == Verify::exact && !config.messages)
    ruling.refusals.push_back({{"verify", "duration_s"},
                               "exact needs to know the number of messages: a bit for each",
                               "give messages instead of duration_s, or use \"online\""});
  if (config.verify == Verify::exact && config.messages.value_or(0) / 8 > kRegionBytesMax)
    ruling.refusals.push_back({{"messages", "verify"},
                               fmt::format("the bitmap of verify exact would take more than {} GiB of memory",
                                           kRegionBytesMax >> 30U),
                               fmt::format("the most is {}, or use \"online\"", kRegionBytesMax * 8)});
  if (config.duration_s.value_or(0) >= it.timeout_s)
    ruling.refusals.push_back({{"duration_s"},
                               fmt::format("every round would end at timeout_s, which is {}", it.timeout_s),
                               "use a shorter duration_s or a longer timeout_s"});
}

void check_log(const Combination& it, Ruling& ruling) {
  const Case& config = it.config;
  if (config.verify != Verify::history) {
    if (config.history_operations)
      ruling.refusals.push_back({{"history_operations", "verify"},
                                 "only verify history logs operations",
                                 "use \"verify\": \"history\", or leave history_operations out"});
    if (config.history_burst_every_ms)
      ruling.refusals.push_back({{"history_burst_every_ms", "verify"},
                                 "only verify history logs operations",
                                 "use \"verify\": \"history\", or leave history_burst_every_ms out"});
    return;
  }
  const LogRoom room = log_room(config);
  const std::uint64_t operations =
      config.producers * room.producer_operations + (config.consumers + 1) * room.consumer_operations;
  if (operations > kRegionBytesMax / sizeof(Operation))
    ruling.refusals.push_back(
        {{"history_operations", "messages", "verify"},
         fmt::format("the logs of {} workers would take more than {} GiB of memory",
                     config.producers + config.consumers, kRegionBytesMax >> 30U),
         fmt::format("the most is {} operations a worker; a full log ends as unknown: history_truncated",
                     kRegionBytesMax / sizeof(Operation) / (config.producers + config.consumers + 1))});
}

void check_options(const Combination& it, Ruling& ruling) {
  const OptionRow* option = it.transport.option;
  for (const auto& [key, value] : it.config.transport_options) {
    if (option == nullptr || option->key != key) {
      const std::string own =
          option == nullptr ? "leave transport_options out" : fmt::format("its option is {}", option->key);
      ruling.refusals.push_back({{"transport_options", "transport"},
                                 fmt::format("{} has no option {}", it.transport.name, key),
                                 own});
      continue;
    }
    if (option->text != nullptr) continue;  // any that holds was let through as a value
    const std::vector<std::string_view> names(option->values.begin(), option->values.end());
    if (std::find(names.begin(), names.end(), value) == names.end())
      ruling.refusals.push_back({{"transport_options", "transport"},
                                 fmt::format("{} of {} cannot be \"{}\"", key, it.transport.name, value),
                                 did_you_mean(value, names)});
  }
}

/// Whose loop passes PHASE.
bool passes(bool consumer, FaultPhase phase) {
  return phase == FaultPhase::holding_lock || is_consumer_phase(phase) == consumer;
}

void check_faults(const Combination& it, Ruling& ruling) {
  const std::vector<FaultSpec>& faults = it.config.faults;
  const auto refuse = [&](std::string_view other, std::string rule, std::string remedy) {
    ruling.refusals.push_back({{"faults", other}, std::move(rule), std::move(remedy)});
  };
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const FaultSpec& fault = faults[i];
    const std::string_view role = fault.consumer ? "consumers" : "producers";
    const std::uint32_t workers = fault.consumer ? it.config.consumers : it.config.producers;
    if (fault.index >= workers)
      refuse(role, fmt::format("fault {} is for number {} of {} {}", i, fault.index, workers, role),
             fmt::format("index counts from 0: the most is {}", workers - 1));
    if (!passes(fault.consumer, fault.phase))
      refuse("faults", fmt::format("fault {}: {} are never in {}", i, role, name_of(fault.phase)),
             "change its role or its phase");
    if (it.config.workers == WorkerKind::thread && fault.kind != FaultKind::delay)
      refuse("workers", fmt::format("fault {}: {} strikes a whole process", i, name_of(fault.kind)),
             "use \"workers\": \"process\", or \"delay\"");
    for (std::size_t j = 0; j < i; ++j)
      if (faults[j].consumer == fault.consumer && faults[j].index == fault.index)
        refuse("faults", fmt::format("faults {} and {} are for the same worker", j, i), "keep one a worker");
  }
}

void check_own_refusal(const Combination& it, Ruling& ruling) {
  if (!ruling.refusals.empty()) return;  // it may rely on its promises being respected
  std::string reason = it.transport.refuse(framed(it.config));
  if (!reason.empty())
    ruling.refusals.push_back(
        {{"transport", "producers", "workers", "payload_bytes", "capacity_slots", "batch_messages"},
         std::move(reason),
         "take another transport, or change what it names"});
}

void warn_of_stop(const Combination& it, Ruling& ruling) {
  if (it.stop.known_bad && it.config.consumers > 1 && it.config.expect.empty())
    ruling.warnings.push_back(
        {"known_bad_stop", fmt::format("{} is known to fail: right for {}", it.stop.name, it.stop.right_for),
         R"(use "count_locked", or add "expect": {"termination": "fail"})", ""});
  if (&it.stop == &kPillStop && it.transport.promises.order == Order::none)
    ruling.warnings.push_back(
        {"pill_unordered",
         fmt::format("{} promises no order: a pill may overtake messages, which then stay inside",
                     it.transport.name),
         "use \"close\" or \"count\"", ""});
}

void warn_of_effect(const Combination& it, Ruling& ruling) {
  const Case& config = it.config;
  if (config.batch_messages > 1 && !it.transport.promises.batch)
    ruling.warnings.push_back({"batch_ignored",
                               fmt::format("{} has no batch call: batch_messages {} takes effect as 1",
                                           it.transport.name, config.batch_messages),
                               "use 1", ""});
  const auto messages = static_cast<double>(config.messages.value_or(0));
  const double busy_s = messages * 1e-9 *
                        std::max(static_cast<double>(config.work.producer_ns) / config.producers,
                                 static_cast<double>(config.work.consumer_ns) / config.consumers);
  if (busy_s > it.timeout_s)
    ruling.warnings.push_back(
        {"work_exceeds_timeout",
         fmt::format("its work alone takes {:.0f} s a round, and timeout_s is {}", busy_s, it.timeout_s),
         "use fewer messages, less work or a longer timeout_s", ""});
}

constexpr void (*kRules[])(const Combination&, Ruling&) = {
    check_available, check_topology, check_workload, check_workers,    check_start,   check_payload,
    check_capacity,  check_amount,   check_log,      check_load,       check_options, check_faults,
    check_program,   warn_of_stop,   warn_of_effect, check_own_refusal};

}  // namespace

Ruling judge_combination(const Combination& combination) {
  Ruling ruling;
  for (const auto rule : kRules) rule(combination, ruling);
  return ruling;
}

}  // namespace pcbench
