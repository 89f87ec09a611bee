#include "plan/workload_rule.h"

namespace pcbench {

void check_workload(const Combination& it, Ruling& ruling) {
  const Case& config = it.config;
  if (config.workload != Workload::ping_pong) return;
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

}  // namespace pcbench
