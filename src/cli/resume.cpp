#include "cli/resume.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "report/json_parts.h"

namespace pcbench {
namespace {

/// What must be the same for rounds of two sessions to be one sample.
struct SameFact {
  const char* section;
  const char* name;
};
constexpr SameFact kSameFacts[] = {{"host", "id"},     {"cpu", "model"},        {"cpu", "usable_cpus"},
                                   {"kernel", ""},     {"build", "git_commit"}, {"build", "type"},
                                   {"build", "flags"}, {"build", "compiler"},   {"build", "sanitizers"}};

void require_same(const Environment& past, const Environment& here) {
  for (const auto& [section, name] : kSameFacts) {
    const Fact* const before = past.find(section, name);
    const Fact* const now = here.find(section, name);
    const auto text = [](const Fact* fact) { return fact == nullptr ? "null" : fact_json(*fact).dump(); };
    if (text(before) == text(now)) continue;
    throw Error(
        fmt::format("the record's rounds are of another {} ({} there, {} here)",
                    std::string_view(section) == "build" ? "program" : "machine", text(before), text(now)),
        fmt::format("environment {} {}", section, name), "run the config again, with --config");
  }
}

bool needs_rounds(const CaseRecord& record) { return record.stop_reason.empty(); }

/// Leaves of RECORD what can be gone on with. False: nothing is left of it.
bool keep_finished_rounds(CaseRecord& record) {
  if (record.config.verify == Verify::history && !record.floor) return false;
  std::erase_if(record.rounds, [](const RoundRecord& round) { return round.end == RoundEnd::interrupted; });
  if (record.stop_reason == "interrupted") record.stop_reason.clear();
  return !record.rounds.empty() || !needs_rounds(record);
}

std::size_t kept_rounds(const RunRecord& past) {
  std::size_t rounds = 0;
  for (const CaseRecord& record : past.cases) rounds += record.rounds.size();
  return rounds;
}

/// Cases of the plan that need rounds.
std::size_t open_cases(const RunRecord& past) {
  const auto finished = std::count_if(past.cases.begin(), past.cases.end(),
                                      [](const CaseRecord& record) { return !needs_rounds(record); });
  return past.plan.cases.size() - static_cast<std::size_t>(finished);
}

}  // namespace

RunRecord taken_over(RunRecord past, const Environment& here) {
  require_same(past.environment, here);
  for (const Case& config : past.plan.cases)
    if (config.search)
      throw Error("a search cannot be gone on with: its rate and its rounds are of one session", config.id,
                  "run the config again, with --config");
  std::erase_if(past.cases, [](CaseRecord& record) { return !keep_finished_rounds(record); });
  past.complete = false;
  past.interrupted = false;
  if (kept_rounds(past) != 0 && open_cases(past) != 0)
    past.warnings.push_back(
        {"resumed",
         fmt::format("{} rounds are of the session begun {}, the others of a later one", kept_rounds(past),
                     past.started_at),
         "two sessions differ more than rounds of one do: for a close comparison run all in "
         "one go",
         ""});
  return past;
}

std::string resumed_text(const RunRecord& past) {
  if (open_cases(past) == 0) return fmt::format("resume: all {} rounds are there\n", kept_rounds(past));
  return fmt::format("resume: {} rounds are there, {} of {} cases need more\n", kept_rounds(past),
                     open_cases(past), past.plan.cases.size());
}

}  // namespace pcbench
