#include "cli/dry_run.h"

#include <fmt/format.h>

#include <limits>
#include <sstream>

#include "cli/estimate.h"
#include "report/text.h"

namespace pcbench {
namespace {

std::string rounds_text(const Plan& plan) {
  const std::string timed = plan.rounds ? counted(*plan.rounds, "round")
                                        : fmt::format("rounds until {:.3g} % precision or {}",
                                                      plan.precision * 100, human_s(plan.max_time_s));
  return timed + (plan.warmup_rounds == 0 ? "" : fmt::format(" after {} to warm up", plan.warmup_rounds));
}

}  // namespace

std::string dry_run_text(const Plan& plan) {
  Table table({{"case"}, {"messages", true}, {"guessed", true}});
  for (const Case& config : plan.cases) {
    const std::string amount =
        config.messages ? std::to_string(*config.messages) : human_s(config.duration_s.value_or(0));
    table.add_row(
        {{config.id}, {amount}, {human_s(guessed_round_s(config, plan.timeout_s) * rounds_of(plan))}});
  }
  std::ostringstream text;
  text << fmt::format("{}: {}, each {}; seed {}\n", plan.name, counted(plan.cases.size(), "case"),
                      rounds_text(plan), plan.seed);
  table.write({false, std::numeric_limits<std::uint32_t>::max()}, text);
  text << fmt::format("about {}, if a message takes {} or its own work; nothing was run\n",
                      human_s(guessed_plan_s(plan)), human_ns(kGuessedNsPerMessage));
  return text.str();
}

}  // namespace pcbench
