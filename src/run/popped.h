// Popped: from a log of what one taker popped, what our own consumers note while they pop (worker/inspector).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/mix.h"
#include "model/record.h"
#include "model/round_spec.h"
#include "worker/control.h"

namespace pcbench {

/// Requires: what it is given outlives it; the messages are added in the order they were popped.
class Popped {
 public:
  Popped(const RoundSpec& spec, RoundRecord& round, WorkerRecord& taker)
      : spec_(spec), round_(round), taker_(taker), next_(spec.producers, 0) {}

  /// COUNT messages that said PRODUCER and the sequences from FIRST on.
  void add(std::uint32_t producer, std::uint64_t first, std::uint64_t count) {
    taker_.messages += count;
    if (producer >= spec_.producers) return found(Finding::unexpected, {first, first, 0, producer, 0}, count);
    if (first < next_[producer]) found(Finding::reordered, {first, next_[producer], 0, producer, 0}, 1);
    const std::uint64_t end = next_[producer] = first + count;
    TallyRecord& tally = taker_.tallies[producer];
    tally.count += count;
    tally.sum += run_sum(producer_key(spec_.seed, producer), first, end);
    tally.end_sequence = std::max(tally.end_sequence, end);
    if (round_.bitmap) mark(producer, first, end);
  }
  void found(Finding kind, const FirstFinding& first, std::uint64_t count) {
    FindingRecord& finding = taker_.findings[static_cast<std::size_t>(kind)];
    if (finding.count == 0) finding.first = first;
    finding.count += count;
  }

 private:
  /// Sets a bit for each; what is set already came twice. Beyond the producer's share its tally tells.
  void mark(std::uint32_t producer, std::uint64_t first, std::uint64_t end) {
    const std::uint64_t base = bitmap_index(spec_, producer, 0);
    end = std::min(end, share_of(spec_.messages, producer, spec_.producers));
    for (std::uint64_t sequence = first; sequence < end; ++sequence) {
      std::uint64_t& word = (*round_.bitmap)[(base + sequence) / 64];
      const std::uint64_t bit = std::uint64_t{1} << ((base + sequence) % 64);
      if ((word & bit) != 0) found(Finding::duplicated, {sequence, sequence, 0, producer, 0}, 1);
      word |= bit;
    }
  }

  const RoundSpec& spec_;
  RoundRecord& round_;
  WorkerRecord& taker_;
  std::vector<std::uint64_t> next_;  // of each producer: 1 + its last popped sequence
};

}  // namespace pcbench
