// The pieces of the JSON report, for its writer and for `bench list --json`, so that both spell a promise
// alike.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "model/report.h"

namespace pcbench {

/// Keeps the keys in the order of the contract, which is the order people read.
using Json = nlohmann::ordered_json;

[[nodiscard]] Json fact_json(const Fact& fact);
[[nodiscard]] Json warning_json(const Warning& warning);
[[nodiscard]] Json fault_json(const FaultSpec& fault);
[[nodiscard]] Json promises_json(const Promises& promises);
[[nodiscard]] Json verdict_json(const Verdict& verdict);
[[nodiscard]] Json params_json(const Case& config);
[[nodiscard]] Json round_json(const RoundRecord& round, const Case& config);
[[nodiscard]] Json case_json(const CaseRecord& record, const CaseReport& report);

/// JSON text in which whatever fits into a line stays on one: rows of numbers read as rows, and a change of
/// one worker is a change of one line. Bytes that are no UTF-8 (memory of a crashed worker may hold them)
/// become U+FFFD.
[[nodiscard]] std::string pretty_json(const Json& json);

}  // namespace pcbench
