// expand: from `defaults`, `cases` and `exclude` to one draft a case, sweeps unrolled.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/warning.h"
#include "plan/json_text.h"
#include "plan/problems.h"

namespace pcbench {

/// One element of `cases`.
struct CaseSource {
  std::string pointer;  ///< "/cases/0"
  /// Keys of which nothing good is known: rules about them have nothing to judge.
  std::set<std::string_view> bad;
  std::set<std::string_view> swept;
};

/// One combination of a source's sweeps, not yet checked against what its transport promises.
struct Draft {
  const CaseSource* source;
  std::map<std::string, std::string, std::less<>> pointers;  ///< of the keys that the config gives
  Json resolved;
  Json base;  ///< what it would be with nothing but its transport and the single values of `defaults`
};

struct Expansion {
  std::vector<CaseSource> sources;
  std::vector<Draft> drafts;  ///< by source; within one by case_keys(), the last key varying fastest
  std::vector<Warning> warnings;
};

/// Unrolls DOCUMENT's cases. Everything wrong with them, but for combinations, goes to PROBLEMS; what is
/// right is there none the less, so that it can be judged as well. Requires: DOCUMENT is an object.
[[nodiscard]] Expansion expand(const Json& document, Problems& problems);

}  // namespace pcbench
