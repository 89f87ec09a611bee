// By class: where the machine's placement changed between the rounds of a case, the same program is several
// times as fast in some as in others, and a median over all of them is nobody's. Then numbers are of one
// class.
#pragma once

#include <optional>
#include <vector>

#include "model/record.h"
#include "model/summary.h"

namespace pcbench {

/// A class with fewer rounds has no interval, and is not shown instead of all rounds together.
inline constexpr std::size_t kRoundsOfShownClass = 6;

/// How many completed rounds of RECORD each class has, and what the probes around them said; without metrics.
/// In the order unknown, near, far, mixed; classes without rounds are left out.
[[nodiscard]] std::vector<ClassSummary> classes_of(const CaseRecord& record);

/// The class that RECORD's numbers are of: its only one, or the one of near and far with more rounds, if they
/// are enough. nullopt: none, its numbers are of all rounds together.
[[nodiscard]] std::optional<PlacementClass> shown_class(const std::vector<ClassSummary>& classes);

/// RECORD with its rounds of class KIND alone.
[[nodiscard]] CaseRecord of_class(const CaseRecord& record, PlacementClass kind);

}  // namespace pcbench
