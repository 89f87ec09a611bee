// external_record: the two documents between us and a program that plays a round: the case it is given, and
// the record it gives back. That tells what each consumer popped, message by message; what a judge needs of
// it is worked out here, by nobody who could be wrong in the program's favour.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "run/round.h"
#include "run/setup.h"

namespace pcbench {

inline constexpr std::size_t kRecordBytesMax = std::size_t{64} << 20U;

/// The case as a program reads it.
[[nodiscard]] std::string external_case(const Setup& setup, std::uint64_t timeout_ns);

/// When the program lived, on the one clock: no time that it tells can be elsewhere.
struct ProgramLife {
  std::uint64_t began_ns;
  std::uint64_t ended_ns;
};

/// The round that TEXT, a program's record, tells of; its end is what the exits of its workers make it.
/// Errors: Error with the place, the value and the rule for what is no such record.
[[nodiscard]] RoundResult read_external_record(std::string_view text, const Setup& setup, ProgramLife life);

/// A worker of a round of which nothing is known.
[[nodiscard]] WorkerRecord unknown_worker(const RoundSpec& spec, std::uint32_t worker_id);

}  // namespace pcbench
