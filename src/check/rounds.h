// What the checks share: who popped what in a round, and how the rounds of a case fold into one verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "model/verdict.h"

namespace pcbench {

/// Why this case cannot judge CHECK at all: "floor", "verify: none", "integrity: off"; empty: it can.
[[nodiscard]] std::string switched_off(const CaseRecord& record, std::string_view check);

/// What one round came to.
struct RoundJudgement {
  Outcome outcome = Outcome::pass;
  std::string reason;
  std::optional<CounterExample> counter_example;
};

/// Takes ROUND into VERDICT: the worst outcome wins, and of the worst the first reason and counter-example
/// stay.
void fold(Verdict& verdict, const CaseRecord& record, const RoundRecord& round, RoundJudgement judgement);

/// Why ROUND did not end by itself, as the beginning of a reason; empty: it did.
[[nodiscard]] std::string why_aborted(const RoundRecord& round);

[[nodiscard]] std::string worker_name(const WorkerRecord& worker);

/// Whoever popped messages: a consumer, or the final drain (index nullopt).
struct Taker {
  const WorkerRecord* worker;
  std::optional<std::uint32_t> index;
  [[nodiscard]] std::string name() const;
};

/// The consumers of ROUND by index, then its drain if there was one.
[[nodiscard]] std::vector<Taker> takers(const RoundRecord& round);

[[nodiscard]] std::vector<const WorkerRecord*> producers(const RoundRecord& round);

/// Whether WORKER left its loop; one that was killed or hangs did not.
[[nodiscard]] inline bool left(const WorkerRecord& worker) { return worker.end_at_ns.has_value(); }

[[nodiscard]] std::uint64_t found(const WorkerRecord& worker, Finding kind);

/// How often a round's takers met a contradiction of KIND, and the earliest of them.
struct Contradictions {
  std::uint64_t count = 0;
  std::optional<Taker> who;
  FirstFinding first{};  ///< valid with who
};
[[nodiscard]] Contradictions contradictions(const RoundRecord& round, Finding kind);

/// The counter-example of the earliest of them, said as WHAT. Requires: seen.who.
[[nodiscard]] CounterExample example_of(const Contradictions& seen, std::string what);

/// A number that some rounds may be unable to tell; once unknown it stays so, and is shown as null.
struct Count {
  std::uint64_t n = 0;
  bool known = true;

  Count& operator+=(const Count& other) {
    n += other.n;
    known = known && other.known;
    return *this;
  }
  [[nodiscard]] Fact fact() const { return known ? Fact{static_cast<std::int64_t>(n)} : Fact{}; }
};

}  // namespace pcbench
