// What the tests of the plan stage share: small configs, and what is said about bad ones.
#pragma once

#include <string>
#include <vector>

#include "plan/json_text.h"
#include "plan/plan.h"

namespace pcbench {

/// A config with these CASES (JSON, without the brackets) and other top-level keys.
inline std::string config_with(const std::string& cases, const std::string& others = {}) {
  return "{" + others + (others.empty() ? "" : ", ") + "\"cases\": [" + cases + "]}";
}

inline Plan plan_of(const std::string& text, const PlanOptions& options = {}) {
  return parse_plan(text, "test.json", options);
}

inline std::vector<std::string> ids_of(const Plan& plan) {
  std::vector<std::string> ids;
  for (const Case& config : plan.cases) ids.push_back(config.id);
  return ids;
}

inline std::vector<std::string> warnings_of(const Plan& plan) {
  std::vector<std::string> ids;
  for (const Warning& warning : plan.warnings) ids.push_back(warning.id);
  return ids;
}

/// All that is wrong with TEXT; nothing where it is a good config. Throws Error where it is no JSON.
inline std::vector<ConfigError> errors_of(const std::string& text, const PlanOptions& options = {}) {
  try {
    (void)plan_of(text, options);
  } catch (const ConfigErrors& errors) {
    return errors.errors;
  }
  return {};
}

/// What is said about TEXT, as a user sees it, hint included; empty where it is a good config.
inline std::string complaint_about(const std::string& text, const PlanOptions& options = {}) {
  try {
    (void)plan_of(text, options);
  } catch (const Error& error) {
    return error.where + ": " + error.message + " (" + error.hint + ")";
  }
  return {};
}

}  // namespace pcbench
