// The pieces of the JSON report, for its writer and for `bench list --json`, so that both spell a promise
// alike.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "model/report.h"

namespace pcbench {

/// Keeps the keys in the order of the contract, which is the order people read.
using OrderedJson = nlohmann::ordered_json;

template <class T>
[[nodiscard]] OrderedJson or_null(const std::optional<T>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

[[nodiscard]] OrderedJson fact_json(const Fact& fact);
[[nodiscard]] OrderedJson warning_json(const Warning& warning);
[[nodiscard]] OrderedJson fault_json(const FaultSpec& fault);
[[nodiscard]] OrderedJson promises_json(const Promises& promises);
[[nodiscard]] OrderedJson verdict_json(const Verdict& verdict);
[[nodiscard]] OrderedJson params_json(const Case& config);
[[nodiscard]] OrderedJson round_json(const RoundRecord& round, const Case& config);
[[nodiscard]] OrderedJson case_json(const CaseRecord& record, const CaseReport& report);

/// JSON text in which whatever fits into a line stays on one: rows of numbers read as rows, and a change of
/// one worker is a change of one line. Bytes that are no UTF-8 (memory of a crashed worker may hold them)
/// become U+FFFD.
[[nodiscard]] std::string pretty_json(const OrderedJson& json);

}  // namespace pcbench
