// What `workload` decides about the other keys: a rule of rules.h, and what a case has that says nothing.
#pragma once

#include <span>

#include "plan/rules.h"

namespace pcbench {

/// A key that a workload leaves no choice in.
struct FixedKey {
  std::string_view key;
  std::string_view value;  ///< as JSON
  std::string_view rule;   ///< why
};

/// Those of WORKLOAD.
[[nodiscard]] std::span<const FixedKey> fixed_keys(Workload workload) noexcept;

void check_workload(const Combination& it, Ruling& ruling);

}  // namespace pcbench
