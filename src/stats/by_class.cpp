#include "stats/by_class.h"

#include <algorithm>

#include "base/order_statistics.h"
#include "stats/rounds.h"

namespace pcbench {

std::vector<ClassSummary> classes_of(const CaseRecord& record) {
  std::vector<ClassSummary> classes;
  for (const PlacementClass kind :
       {PlacementClass::unknown, PlacementClass::near, PlacementClass::far, PlacementClass::mixed}) {
    ClassSummary one{.kind = kind};
    std::vector<double> probes;
    for (const RoundRecord* round : completed_rounds(record)) {
      const Placement& placement = round->placement;
      if (placement.kind != kind) continue;
      ++one.rounds;
      for (const std::optional<double>& probe : {placement.before_lines_per_s, placement.after_lines_per_s})
        if (probe) probes.push_back(*probe);
    }
    if (!probes.empty()) one.lines_per_s = median(probes);
    if (one.rounds != 0) classes.push_back(std::move(one));
  }
  return classes;
}

std::optional<PlacementClass> shown_class(const std::vector<ClassSummary>& classes) {
  if (classes.size() == 1) return classes.front().kind;
  const ClassSummary* most = nullptr;
  for (const ClassSummary& one : classes) {
    if (one.kind != PlacementClass::near && one.kind != PlacementClass::far) continue;
    if (most == nullptr || one.rounds > most->rounds) most = &one;
  }
  if (most == nullptr || most->rounds < kRoundsOfShownClass) return std::nullopt;
  return most->kind;
}

CaseRecord of_class(const CaseRecord& record, PlacementClass kind) {
  CaseRecord some = record;
  std::erase_if(some.rounds, [kind](const RoundRecord& round) { return round.placement.kind != kind; });
  return some;
}

}  // namespace pcbench
