// plan: from a config file to a Plan, or to all that is wrong with it. Nothing is run here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/case.h"

namespace pcbench {

/// One thing wrong with a config.
struct ConfigError {
  std::string pointer;  ///< JSON pointer of the value: "/cases/0/transport"
  std::string value;    ///< the value as JSON, shortened; empty where it is missing
  std::string rule;     ///< what must hold
  std::string remedy;   ///< what to write instead; "did you mean" where a name is close
};

/// Everything wrong with one file. what() is the whole text, one error a line.
struct ConfigErrors : Error {
  std::vector<ConfigError> errors;
  ConfigErrors(const std::string& file, std::vector<ConfigError> found);
};

/// What the command line adds to a config.
struct PlanOptions {
  /// POINTER=VALUE, applied in order before validation; VALUE is JSON or else a string.
  std::vector<std::string> set;
  std::string filter;  ///< "transport:shm* producers:4", all terms must match; empty: every case
  std::optional<std::uint32_t> rounds;
  std::optional<double> max_time_s;
  std::optional<std::uint64_t> seed;
};

/// Reads, overrides, validates and expands FILE ("-": standard input). Errors: ConfigErrors with all that is
/// wrong; Error when the file cannot be read, is too large, too deep or no JSON (with line and column), and
/// for an assignment of `set` or a filter that cannot be understood or matches nothing.
[[nodiscard]] Plan load_plan(const std::string& file, const PlanOptions& options = {});

/// The same for a config that is already text; NAME stands for the file in messages.
[[nodiscard]] Plan parse_plan(const std::string& text, const std::string& name,
                              const PlanOptions& options = {});

}  // namespace pcbench
