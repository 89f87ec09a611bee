#include "plan/program_rule.h"

#include <fmt/format.h>

namespace pcbench {

/// What only our own workers can do is refused, never left out.
void check_program(const Combination& it, Ruling& ruling) {
  if (it.transport.program == nullptr) return;
  const Case& config = it.config;
  const auto refuse_if = [&](bool wanted, std::string_view key, std::string_view rule, std::string remedy) {
    if (wanted)
      ruling.refusals.push_back(
          {{key, "transport"},
           fmt::format("{} is a program with workers of its own: {}", it.transport.name, rule),
           std::move(remedy)});
  };
  refuse_if(!config.faults.empty(), "faults", "their phases are unknown here", "leave faults out");
  refuse_if(config.verify == Verify::history, "verify", "it tells what it popped, not each operation",
            R"(use "exact")");
  refuse_if(config.workload != Workload::pipeline, "workload", "it is asked for pipelines only",
            R"(use "pipeline")");
  refuse_if(config.codec != Codec::raw, "codec", "it serializes as it does", R"(use "raw")");
  refuse_if(config.load.mode == LoadMode::open, "load", "it keeps no schedule", "leave load out");
  refuse_if(!config.messages, "duration_s", "it is given a number of messages", "give messages instead");
  refuse_if(config.stop != "pill" && config.stop != "count", "stop", "it is asked for pills or a count only",
            R"(use "pill" or "count")");
  refuse_if(config.wait == WaitStrategy::spin || config.wait == WaitStrategy::yield, "wait",
            "it waits as it does", "leave wait out");
  refuse_if(config.pin.mode != PinMode::none, "pin", "it places its workers itself", "leave pin out");
  refuse_if(config.work != Work{}, "work", "its workers do nothing else", "leave work out");
  refuse_if(config.series_every_ms.has_value(), "series_every_ms", "its workers show no heartbeat",
            "leave series_every_ms out");
}

}  // namespace pcbench
