// check/history: from a log of all operations to verdicts, exactly: a fifo history passes if and only if it
// is linearizable with each producer's messages going in by their sequence (pending operations aside, where
// it never fails a good one).
// Verdicts    delivery: lost, doubled, invented · causality: popped before its push began · order · empty:
//             said empty while something was inside · capacity: more inside than promised, or said full with
//             room
// Cost        O(n log P) time for n messages of P producers; 48 bytes a message beside the history
// Source      the five bad patterns of Henzinger, Sezgin and Vafeiadis, "Aspect-oriented linearizability
//             proofs" (CONCUR 2013) and Bouajjani, Emmi, Enea and Hamza (ICALP 2015), found by two sorted
//             scans
#pragma once

#include <vector>

#include "model/history.h"
#include "model/verdict.h"

namespace pcbench {

/// Judges a history that somebody hands in. A check that nothing in it exercised passes and has the fact
/// `vacuous`. Errors: Error when a message is pushed twice, which no verdict could make sense of.
[[nodiscard]] std::vector<Verdict> recheck(const History& history);

/// Judges the history of a run of our own: as recheck, but a check that was never exercised is `unknown:
/// vacuous`, and nothing passes unless the checks notice the damage in a damaged copy of this very log
/// (`unknown: canary_missed`). A check that this log left no way to put to the test is `unknown:
/// canary_not_tried`, and has the fact of that name.
[[nodiscard]] std::vector<Verdict> judge_history(const History& history);

/// Whether the checks find each kind of damage that its promises forbid, done to a part of HISTORY: a message
/// dropped, doubled, invented, two swapped, a false empty, one too many inside, a false full. False also
/// where a kind cannot be done. Requires: recheck(HISTORY) passes.
[[nodiscard]] bool canary_detected(const History& history);

}  // namespace pcbench
