#include "report/equal_work.h"

#include <fmt/format.h>

#include <string_view>

#include "model/names.h"
#include "report/text.h"

namespace pcbench {
namespace {

/// 0: the case has none.
std::uint64_t numbers_of(const Case& config) {
  return shares_state(config) ? config.capacity_slots.value_or(1) : 0;
}

}  // namespace

EqualWork work_of(const Case& config) {
  return {config.workload,      numbers_of(config),      config.producers,        config.consumers,
          config.payload_bytes, config.work.producer_ns, config.work.consumer_ns, config.load};
}

std::string topology_of(const Case& config) {
  return fmt::format("{}x{}", config.producers, config.consumers);
}

std::string heading_of(const Case& config) {
  std::string text = fmt::format("{}  {} B payload", topology_of(config), config.payload_bytes);
  if (shares_state(config))
    text = fmt::format("{} updated by {}", counted(numbers_of(config), "shared number"),
                       counted(config.producers, "worker"));
  if (is_ping_pong(config)) text += ", ping pong";
  const auto add_work = [&](std::uint64_t ns, std::string_view call) {
    if (ns > 0) text += fmt::format(", {} of work a {}", human_ns(static_cast<double>(ns)), call);
  };
  add_work(config.work.producer_ns, shares_state(config) ? "update" : "push");
  add_work(config.work.consumer_ns, "pop");
  if (is_open(config))
    text += fmt::format(", {} msg/s offered ({})", human_count(mean_rate(config.load)),
                        config.load.steps.empty() ? name_of(config.load.arrival) : "mean of its steps");
  return text;
}

}  // namespace pcbench
