#include "check/fate.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/names.h"

namespace pcbench {
namespace {

std::int64_t lost_in_flight(const CaseReport& report) {
  for (const Verdict& verdict : report.verdicts)
    for (const auto& [name, fact] : verdict.facts)
      if (const auto* number = std::get_if<std::int64_t>(&fact);
          number != nullptr && name == "lost_in_flight")
        return *number;
  return 0;
}

/// The first verdict of the worst outcome, by its check's name.
std::string worst_check(const CaseReport& report) {
  for (const Verdict& verdict : report.verdicts)
    if (verdict.outcome == report.outcome) return verdict.check;
  return "?";
}

/// Whether the channel refused to go on after a fault had struck, a survivor was told so and everybody left.
bool stopped_visibly(const RoundRecord& round) {
  const bool struck = std::any_of(round.faults.begin(), round.faults.end(),
                                  [](const FaultRecord& fault) { return fault.struck_at_ns.has_value(); });
  const bool told = std::any_of(round.workers.begin(), round.workers.end(), [](const WorkerRecord& worker) {
    return !worker.exit.asked && !worker.error.empty();
  });
  return round.end == RoundEnd::completed && struck && told;
}

/// Nothing but that is wrong.
bool is_fail_stop(const CaseRecord& record, const CaseReport& report) {
  return report.outcome == Outcome::fail &&
         std::any_of(record.rounds.begin(), record.rounds.end(), stopped_visibly) &&
         std::all_of(report.verdicts.begin(), report.verdicts.end(), [](const Verdict& verdict) {
           return verdict.outcome != Outcome::fail || verdict.check == "termination";
         });
}

}  // namespace

std::string fate_of(const CaseRecord& record, const CaseReport& report) {
  const auto hung = std::find_if(record.rounds.begin(), record.rounds.end(),
                                 [](const RoundRecord& round) { return round.end == RoundEnd::hung; });
  if (hung != record.rounds.end()) return fmt::format("hang({})", name_of(hung->hang));
  if (is_fail_stop(record, report)) return "fail-stop";
  if (report.outcome != Outcome::pass)
    return fmt::format("{} {}", name_of(report.outcome), worst_check(report));
  const std::int64_t lost = lost_in_flight(report);
  return lost == 0 ? "conserved" : fmt::format("degraded({})", lost);
}

}  // namespace pcbench
