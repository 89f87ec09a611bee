// ab_session: two programs compared pair by pair, until every claim is decided or the time is over.
//
// Every slot runs a case once by each of three sides, in an order drawn from the seed: the base, the new one
// and a control, which is the base again under another name. Whatever the machine does, the base and the
// control are alike; what is found between them is found wrongly. What runs a case is behind CaseRunner, so
// that a simulation can.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stats/gate.h"

namespace pcbench {

enum class Side : std::uint8_t { base, next, control };
inline constexpr std::size_t kSides = 3;
[[nodiscard]] constexpr std::size_t index_of(Side side) noexcept { return static_cast<std::size_t>(side); }

/// Something measured of a case, with its direction.
struct MetricKey {
  std::string name;
  std::string unit;
  bool higher_is_better = false;
};

/// A case both programs know and run correctly.
struct AbCase {
  std::string id;
  std::vector<MetricKey> metrics;
};

enum class RunEnd : std::uint8_t {
  measured,
  incorrect,    ///< a verdict failed that was not expected to
  stuck,        ///< it hung, or a worker died
  failed,       ///< the program itself gave no usable report
  interrupted,  ///< the user asked to stop
};

/// What one process run of one case by one side gave.
struct CaseRun {
  RunEnd end = RunEnd::measured;
  std::vector<std::optional<double>> values;  ///< one a metric of the case, positive
  std::string placement = "unknown";          ///< class of the hand-over probe
  bool disturbed = false;                     ///< the machine took time away while it ran
  std::string problem;                        ///< where it was not measured: what happened
};

class CaseRunner {
 public:
  virtual ~CaseRunner() = default;
  /// Runs case CASE_INDEX once, in a fresh process of SIDE's program.
  virtual CaseRun run(std::size_t case_index, Side side) = 0;
  /// Seconds since the comparison began.
  virtual double elapsed_s() = 0;
  /// Told before each pass over the cases; for progress.
  virtual void pass_begins(std::size_t /*pass*/, std::size_t /*pairs*/, std::size_t /*undecided*/) {}
};

/// One pass over a slot's sides.
struct Try {
  std::array<CaseRun, kSides> runs;  ///< by side
  bool apart = false;                ///< its runs fell in different placement classes: never compared
  bool disturbed = false;
};

struct Slot {
  std::array<Side, kSides> order;
  /// The last one counts, unless it is apart; disturbed ones before it are kept to check.
  std::vector<Try> tries;
};

/// A claim: one metric of one case.
struct ClaimState {
  GateDecision decision;
  GateDecision control;             ///< the same look at base against control
  std::size_t slots = 0;            ///< how many of its case's slots it was judged on
  std::optional<std::size_t> look;  ///< at which it was decided; nullopt: at none
  bool fragile = false;             ///< with the disturbed tries counted the verdict would have been another
};

struct AbCaseRecord {
  std::vector<Slot> slots;
  std::vector<ClaimState> claims;  ///< one a metric
  RunEnd end = RunEnd::measured;
  Side ended_by = Side::base;  ///< whose run was not measured
  std::string problem;
};

struct AbRules {
  std::size_t pairs = 40;   ///< at most, per case
  double max_time_s = 600;  ///< no slot is begun that would probably end later
  std::uint64_t seed = 1;
  GateRule gate;
};

struct LookRecord {
  std::size_t pairs;  ///< declared; fewer where the time was over
  double share;       ///< of alpha
};

struct AbRecord {
  std::vector<AbCaseRecord> cases;
  std::vector<LookRecord> looks;
  std::size_t family = 0;  ///< claims, decided or not
  bool control_alarm = false;
  bool interrupted = false;
  bool out_of_time = false;
};

/// Compares CASES by RUNNER under RULES.
[[nodiscard]] AbRecord run_ab_session(const std::vector<AbCase>& cases, const AbRules& rules,
                                      CaseRunner& runner);

/// ln of how much worse OTHER was than the base in METRIC (its index in KEYS of CASE), one a slot of the
/// first SLOTS that has both values. WITH_DISTURBED counts every try but those apart.
[[nodiscard]] std::vector<double> differences_of(const AbCaseRecord& record, std::size_t metric,
                                                 bool higher_is_better, Side other, std::size_t slots,
                                                 bool with_disturbed = false);

}  // namespace pcbench
