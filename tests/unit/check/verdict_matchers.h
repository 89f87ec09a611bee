// Short ways to ask a verdict.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "base/error.h"
#include "check/history/judge_history.h"
#include "check/judge.h"
#include "model/names.h"

namespace pcbench {

inline std::ostream& operator<<(std::ostream& out, Outcome outcome) { return out << name_of(outcome); }

inline Verdict verdict_of(const std::vector<Verdict>& verdicts, std::string_view check) {
  const auto found =
      std::find_if(verdicts.begin(), verdicts.end(), [&](const Verdict& v) { return v.check == check; });
  if (found == verdicts.end()) throw Error("no such check: " + std::string(check));
  return *found;
}
inline Verdict verdict_of(const CaseRecord& record, std::string_view check) {
  return verdict_of(judge(record), check);
}

/// Judges a history alone.
inline Verdict judged(const History& history, std::string_view check) {
  return verdict_of(recheck(history), check);
}
inline bool passes(const History& history) {
  const std::vector<Verdict> verdicts = recheck(history);
  return std::all_of(verdicts.begin(), verdicts.end(),
                     [](const Verdict& verdict) { return verdict.outcome == Outcome::pass; });
}

/// Judges RECORD with this one round.
inline Verdict verdict_of(CaseRecord record, const RoundRecord& round, std::string_view check) {
  record.rounds = {round};
  return verdict_of(record, check);
}

inline Fact fact_of(const Verdict& verdict, std::string_view name) {
  for (const auto& [key, value] : verdict.facts)
    if (key == name) return value;
  throw Error("no such fact: " + std::string(name));
}

inline Fact n(std::int64_t number) { return number; }
inline const Fact kNull{};

inline bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace pcbench
