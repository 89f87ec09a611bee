#include "plan/workload_rule.h"

#include <fmt/format.h>

#include "check/judge.h"
#include "model/names.h"

namespace pcbench {
namespace {

constexpr FixedKey kOfSharedState[] = {
    {"stop", R"("close")", "it is over when the last worker has made its updates"},
    {"payload_bytes", "8", "a number has 8 bytes"},
    {"batch_messages", "1", "updates are made one at a time"},
    {"load", R"({"mode":"closed"})", "updates are made as fast as they can be"},
    {"codec", R"("raw")", "a number is no document"},
    {"verify", R"("online")", "what is judged is what the numbers came to"},
    {"integrity", R"("off")", "there are no payload bytes to compare"},
    {"latency", R"("off")", "an update is handed to nobody who could time it"},
    {"faults", "[]", "faults strike pipelines only"},
};

void check_ping_pong(const Combination& it, Ruling& ruling) {
  const Case& config = it.config;
  const auto refuse = [&](std::string_view other, std::string rule, std::string remedy) {
    ruling.refusals.push_back({{other, "workload"}, std::move(rule), std::move(remedy)});
  };
  if (config.producers != 1 || config.consumers != 1)
    refuse("topology", "ping_pong is between two workers: one asks, the other answers",
           R"(use "topology": "1x1")");
  if (config.load.mode == LoadMode::open)
    refuse("load", "ping_pong sends a message when the last one is answered, not at a rate",
           "leave load out");
  if (!config.faults.empty())
    refuse("faults", "faults strike pipelines only", R"(leave faults out, or use "workload": "pipeline")");
  if (config.verify == Verify::history)
    refuse("verify", "ping_pong has two channels, and a history is one channel's", R"(use "exact")");
}

void check_carrier(const Combination& it, Ruling& ruling) {
  const bool wants_numbers = it.config.workload == Workload::shared_state;
  if (wants_numbers == it.transport.keeps_numbers) return;
  if (wants_numbers)
    ruling.refusals.push_back(
        {{"workload", "transport"},
         fmt::format("{} carries messages; it has no numbers to update", it.transport.name),
         R"(take "shm_numbers" or "manager_numbers", or use "workload": "pipeline")"});
  else
    ruling.refusals.push_back({{"transport", "workload"},
                               fmt::format("{} keeps numbers; it carries no messages", it.transport.name),
                               R"(use "workload": "shared_state", or take another transport)"});
}

void check_expected(const Combination& it, Ruling& ruling) {
  for (const CheckRow& check : checks())
    if (it.config.expect.contains(std::string(check.name)) && !asks(check, it.config.workload))
      ruling.refusals.push_back(
          {{"expect", "workload"},
           fmt::format("a case of {} has no verdict called {}", name_of(it.config.workload), check.name),
           "expect one that `bench list checks` names for it"});
}

}  // namespace

std::span<const FixedKey> fixed_keys(Workload workload) noexcept {
  return workload == Workload::shared_state ? std::span<const FixedKey>(kOfSharedState)
                                            : std::span<const FixedKey>();
}

void check_workload(const Combination& it, Ruling& ruling) {
  check_carrier(it, ruling);
  check_expected(it, ruling);
  if (it.config.workload == Workload::ping_pong) check_ping_pong(it, ruling);
  for (const FixedKey& fixed : fixed_keys(it.config.workload))
    if (it.resolved[std::string(fixed.key)] != Json::parse(fixed.value))
      ruling.refusals.push_back(
          {{fixed.key, "workload"},
           fmt::format("with {} it is {}: {}", name_of(it.config.workload), fixed.value, fixed.rule),
           fmt::format("leave {} out", fixed.key)});
  if (it.config.workload == Workload::shared_state && it.config.work.consumer_ns != 0)
    ruling.refusals.push_back({{"work", "workload"},
                               "the consumer of shared_state only reads what the numbers came to",
                               "leave consumer_ns out"});
}

}  // namespace pcbench
