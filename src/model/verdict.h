// Verdict: what one check concluded about one case. fail > unknown > pass; the worst one wins.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace pcbench {

enum class Outcome : std::uint8_t { pass, unknown, fail };  ///< in rising order of badness

/// The worse of two outcomes.
[[nodiscard]] constexpr Outcome worst(Outcome a, Outcome b) noexcept { return a < b ? b : a; }

/// A number or word a verdict states; monostate is JSON null (say why in the verdict's reason).
using Fact = std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>, double>;

/// A worker that did not end by itself: what it was doing and whom it waited for.
struct BlockedWorker {
  std::string worker;                  ///< "p0", "c1"
  std::string phase;                   ///< "blocked_empty", "blocked_full", "waiting_lock" …
  std::string waits_for;               ///< "a message", "a free slot", "the stop lock held by c2"
  std::string holds;                   ///< "the stop lock", or empty
  std::string state;                   ///< asleep, running, stopped, zombie
  std::uint64_t messages = 0;          ///< how many it had moved
  std::uint64_t last_progress_ns = 0;  ///< since the round's start
};

/// One push or pop that a failure is about. Times since the round's start; UINT64_MAX: it never returned.
struct ExampleOperation {
  std::string worker;  ///< "p0", "c1"
  std::string what;    ///< "push 5 of p0", "pop: empty"
  std::uint64_t invoked_ns = 0;
  std::uint64_t returned_ns = 0;
};

/// The first message that proves a failure.
struct CounterExample {
  std::string what;  ///< a sentence: what was seen and what was promised
  std::optional<std::uint32_t> producer;
  std::optional<std::uint64_t> sequence;
  std::optional<std::uint32_t> consumer;
  std::optional<std::uint32_t> round;
  std::optional<std::uint64_t> time_ns;           ///< since the round's start
  std::vector<ExampleOperation> operations = {};  ///< of a history: those involved, in the order they began
};

struct Verdict {
  std::string check;
  Outcome outcome = Outcome::pass;
  std::string reason;                               ///< why unknown, or why failed; empty when passed
  std::vector<std::pair<std::string, Fact>> facts;  ///< in the order they are shown
  std::vector<BlockedWorker> blocked;               ///< termination only
  std::optional<CounterExample> counter_example;
  bool allowed = true;  ///< the case's config lets this check come out so
};

}  // namespace pcbench
