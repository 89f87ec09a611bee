#include "plan/load_rule.h"

#include <fmt/format.h>

namespace pcbench {

void check_load(const Combination& it, Ruling& ruling) {
  const Json& load = it.resolved["load"];
  const auto refuse = [&](std::string_view other, std::string rule, std::string remedy) {
    ruling.refusals.push_back({{"load", other}, std::move(rule), std::move(remedy)});
  };
  if (it.config.search && !load.contains("rate_msgs_per_s"))
    ruling.refusals.push_back({{"search", "load"},
                               "a search needs an open load with one rate, at which it begins",
                               R"(add "load": {"mode": "open", "rate_msgs_per_s": 10000})"});
  if (it.config.search && it.config.latency == LatencyMode::off)
    ruling.refusals.push_back(
        {{"search", "latency"}, "a search needs latencies", R"(use "latency": "sampled")"});
  if (load["mode"] == "closed") {
    if (load.size() > 1)
      refuse("load", "a rate and its arrival are for mode open: closed is as fast as the channel takes them",
             "leave them out");
    return;
  }
  if (load.contains("rate_msgs_per_s") == load.contains("steps"))
    return refuse("load", "mode open needs a rate: either one or steps",
                  R"(give "rate_msgs_per_s", for example 100000, or "steps")");
  if (load.contains("burst_messages") && it.config.load.arrival != Arrival::burst)
    refuse("load", "burst_messages is for arrival burst", R"(use "arrival": "burst", or leave it out)");
  if (const double catch_up = it.config.load.catch_up; catch_up > 0 && catch_up < 1)
    refuse("load", fmt::format("with catch_up {} who is behind would fall behind further", catch_up),
           "use 1 or more (1: what is behind stays so), or 0: as fast as it can");
  const double schedule_s = static_cast<double>(it.config.messages.value_or(0)) / mean_rate(it.config.load);
  if (schedule_s >= it.timeout_s)
    refuse("messages",
           fmt::format("at that rate its messages take {:.0f} s a round, and timeout_s is {}", schedule_s,
                       it.timeout_s),
           "use fewer messages, a higher rate or a longer timeout_s");
}

}  // namespace pcbench
