// The one spelling of every enumeration, in configs, reports and messages alike.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "model/history.h"
#include "model/record.h"

namespace pcbench {

/// NamesOf<E>::table lists {value, name} of every enumerator of E, in the order it is documented.
template <class E>
struct NamesOf;

#define PCBENCH_NAMES(E, ...)                                                                 \
  template <>                                                                                 \
  struct NamesOf<E> {                                                                         \
    static constexpr auto table = std::to_array<std::pair<E, std::string_view>>(__VA_ARGS__); \
  }

PCBENCH_NAMES(Workload, {{Workload::pipeline, "pipeline"},
                         {Workload::ping_pong, "ping_pong"},
                         {Workload::shared_state, "shared_state"}});
PCBENCH_NAMES(WorkerKind, {{WorkerKind::thread, "thread"}, {WorkerKind::process, "process"}});
PCBENCH_NAMES(StartMethod, {{StartMethod::fork, "fork"}, {StartMethod::spawn, "spawn"}});
PCBENCH_NAMES(WaitStrategy, {{WaitStrategy::spin, "spin"},
                             {WaitStrategy::yield, "yield"},
                             {WaitStrategy::backoff, "backoff"},
                             {WaitStrategy::park, "park"}});
PCBENCH_NAMES(
    Codec, {{Codec::raw, "raw"}, {Codec::cbor, "cbor"}, {Codec::msgpack, "msgpack"}, {Codec::json, "json"}});
PCBENCH_NAMES(LoadMode, {{LoadMode::closed, "closed"}, {LoadMode::open, "open"}});
PCBENCH_NAMES(Arrival,
              {{Arrival::constant, "constant"}, {Arrival::poisson, "poisson"}, {Arrival::burst, "burst"}});
PCBENCH_NAMES(PinMode, {{PinMode::none, "none"},
                        {PinMode::compact, "compact"},
                        {PinMode::spread, "spread"},
                        {PinMode::list, "list"}});
PCBENCH_NAMES(Verify, {{Verify::none, "none"},
                       {Verify::online, "online"},
                       {Verify::exact, "exact"},
                       {Verify::history, "history"}});
PCBENCH_NAMES(Integrity, {{Integrity::all, "all"}, {Integrity::off, "off"}});
PCBENCH_NAMES(LatencyMode,
              {{LatencyMode::off, "off"}, {LatencyMode::sampled, "sampled"}, {LatencyMode::every, "every"}});
PCBENCH_NAMES(FaultKind, {{FaultKind::kill, "kill"},
                          {FaultKind::stop, "stop"},
                          {FaultKind::takeover, "takeover"},
                          {FaultKind::delay, "delay"},
                          {FaultKind::exit, "exit"},
                          {FaultKind::leak, "leak"}});
PCBENCH_NAMES(FaultPhase, {{FaultPhase::before_push, "before_push"},
                           {FaultPhase::holding_slot, "holding_slot"},
                           {FaultPhase::payload_half, "payload_half"},
                           {FaultPhase::in_push, "in_push"},
                           {FaultPhase::holding_lock, "holding_lock"},
                           {FaultPhase::blocked_full, "blocked_full"},
                           {FaultPhase::in_pop, "in_pop"},
                           {FaultPhase::after_pop, "after_pop"},
                           {FaultPhase::blocked_empty, "blocked_empty"}});
PCBENCH_NAMES(Outcome, {{Outcome::pass, "pass"}, {Outcome::fail, "fail"}, {Outcome::unknown, "unknown"}});
PCBENCH_NAMES(Order, {{Order::fifo, "fifo"}, {Order::per_producer, "per_producer"}, {Order::none, "none"}});
PCBENCH_NAMES(Exactness,
              {{Exactness::exact, "exact"}, {Exactness::guess, "guess"}, {Exactness::none, "none"}});
PCBENCH_NAMES(CapacityRule, {{CapacityRule::any, "any"},
                             {CapacityRule::power_of_two, "power_of_two"},
                             {CapacityRule::kernel, "kernel"},
                             {CapacityRule::unbounded, "unbounded"}});
PCBENCH_NAMES(Role, {{Role::producer, "producer"}, {Role::consumer, "consumer"}});
PCBENCH_NAMES(OperationKind, {{OperationKind::push, "push"}, {OperationKind::pop, "pop"}});
PCBENCH_NAMES(OperationStatus, {{OperationStatus::ok, "ok"},
                                {OperationStatus::full, "full"},
                                {OperationStatus::empty, "empty"},
                                {OperationStatus::closed, "closed"},
                                {OperationStatus::pending, "pending"}});
PCBENCH_NAMES(ExitKind, {{ExitKind::returned, "returned"},
                         {ExitKind::exited, "exited"},
                         {ExitKind::signaled, "signaled"},
                         {ExitKind::hung, "hung"}});
PCBENCH_NAMES(RoundEnd, {{RoundEnd::completed, "completed"},
                         {RoundEnd::hung, "hung"},
                         {RoundEnd::worker_died, "worker_died"},
                         {RoundEnd::interrupted, "interrupted"}});
PCBENCH_NAMES(HangKind, {{HangKind::none, "none"},
                         {HangKind::deadlock, "deadlock"},
                         {HangKind::livelock, "livelock"},
                         {HangKind::starved, "starved"},
                         {HangKind::stopped, "stopped"},
                         {HangKind::slow, "slow"}});
PCBENCH_NAMES(PlacementClass, {{PlacementClass::unknown, "unknown"},
                               {PlacementClass::near, "near"},
                               {PlacementClass::far, "far"},
                               {PlacementClass::mixed, "mixed"}});
PCBENCH_NAMES(Phase, {{Phase::starting, "starting"},
                      {Phase::at_gate, "at_gate"},
                      {Phase::producing, "producing"},
                      {Phase::consuming, "consuming"},
                      {Phase::blocked_full, "blocked_full"},
                      {Phase::blocked_empty, "blocked_empty"},
                      {Phase::waiting_lock, "waiting_lock"},
                      {Phase::stopping, "stopping"},
                      {Phase::done, "done"}});

#undef PCBENCH_NAMES

/// The name of VALUE; "?" for a value outside the table (memory of a crashed worker may hold one).
template <class E>
[[nodiscard]] constexpr std::string_view name_of(E value) noexcept {
  for (const auto& [candidate, name] : NamesOf<E>::table)
    if (candidate == value) return name;
  return "?";
}

/// The value called NAME, if there is one.
template <class E>
[[nodiscard]] constexpr std::optional<E> value_of(std::string_view name) noexcept {
  for (const auto& [value, candidate] : NamesOf<E>::table)
    if (candidate == name) return value;
  return std::nullopt;
}

}  // namespace pcbench
